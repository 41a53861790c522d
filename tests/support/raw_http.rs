//! Sends HTTP requests by hand: valid ones built from the document, and invalid ones that the client would not send.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::document::{Document, Operation};
use crate::json::Json;
use crate::sample::{Profile, Sampler};
use crate::schema::{Kind, read_shape};

/// A request that is written to the connection without any client.
#[derive(Clone, Debug)]
pub struct RawRequest {
    /// The method.
    pub method: String,
    /// The path below the base path, percent-encoded.
    pub path: String,
    /// The query parameters, not encoded yet.
    pub query: Vec<(String, String)>,
    /// The JSON body, if any.
    pub body: Option<Json>,
}

/// The response to a [`RawRequest`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawResponse {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl RawResponse {
    /// Parses the body as JSON.
    ///
    /// # Panics
    /// If the body is not JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The string at a JSON pointer; empty if there is no string.
    #[must_use]
    pub fn text(&self, pointer: &str) -> String {
        self.json().pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    }
}

impl RawRequest {
    /// A request without query and body.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), query: Vec::new(), body: None }
    }

    /// Builds a valid request of an operation: the required parameters, and a body with every property. `index` selects
    /// the variant of the body. The second value is the number of variants.
    #[must_use]
    pub fn for_operation(document: &Document, operation: &Operation, index: usize) -> (Self, usize) {
        let mut sampler = Sampler::new(document, Profile::Full, index);
        let mut path = operation.path.clone();
        let mut query = Vec::new();
        for parameter in &operation.parameters {
            match parameter.location.as_str() {
                "path" => {
                    path = path.replace(&format!("{{{}}}", parameter.name), &format!("id_{}", operation.id))
                }
                "query" if document.is_required(operation, &parameter.name) => {
                    query.push((parameter.name.clone(), query_text(&sampler.sample(&parameter.schema))));
                }
                _ => {}
            }
        }
        let body = operation.request.as_ref().map(|pointer| sampler.sample(pointer));
        let variants =
            operation.request.as_ref().map_or(1, |pointer| match read_shape(document, pointer).kind {
                Kind::Union(variants, _) => variants.len(),
                _ => 1,
            });
        (Self { method: operation.method.clone(), path, query, body }, variants)
    }

    /// Sends the request with an API key and, if it has a body, as JSON.
    ///
    /// # Panics
    /// If the server cannot be reached or does not send a valid HTTP response.
    pub async fn send(&self, base: &str) -> RawResponse {
        let body = self.body.as_ref().map(ToString::to_string);
        let media_type = self.body.as_ref().map(|_| "application/json");
        let body = body.unwrap_or_default();
        self.send_with(base, &[("authorization", "Bearer test_key")], media_type, body.as_bytes()).await
    }

    /// Sends the request with these headers and a body of this media type.
    ///
    /// # Panics
    /// If the server cannot be reached or does not send a valid HTTP response.
    pub async fn send_with(
        &self,
        base: &str,
        headers: &[(&str, &str)],
        media_type: Option<&str>,
        body: &[u8],
    ) -> RawResponse {
        let rest = base.strip_prefix("http://").expect("an http URL");
        let (host, base_path) =
            rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
        let pairs: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
            .collect();
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        let mut head = format!(
            "{} {base_path}{}{query} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n",
            self.method, self.path
        );
        let media_type = media_type.map(|media_type| ("content-type", media_type));
        for (name, value) in headers.iter().copied().chain(media_type) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        let mut stream = TcpStream::connect(host).await.expect("cannot connect");
        stream.write_all(head.as_bytes()).await.expect("cannot send the head");
        stream.write_all(body).await.expect("cannot send the body");
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.expect("cannot read the response");
        let response = String::from_utf8(response).expect("the response is not UTF-8");
        let (head, body) = response.split_once("\r\n\r\n").expect("the response has no end of the head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("no status code");
        RawResponse { status, body: body.to_owned() }
    }
}

fn percent_encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// A value as a query parameter has it: strings without quotes, everything else as JSON.
fn query_text(value: &Json) -> String {
    match value {
        Json::Text(text) => text.clone(),
        other => other.to_string(),
    }
}
