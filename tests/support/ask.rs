//! A request by hand, for what no client of ours would send, and valid requests by the document alone.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::document::{Document, Operation};
use crate::json::Json;
use crate::sample::{Manner, Sampler};
use crate::schema::{Kind, shape};

/// What a server is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The method.
    pub method: String,
    /// The path below the base path, encoded.
    pub path: String,
    /// The parameters of the query.
    pub query: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Json>,
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Told {
    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The text of a member, by its JSON pointer; empty if there is none.
    #[must_use]
    pub fn text(&self, pointer: &str) -> String {
        self.json().pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    }
}

impl Ask {
    /// A request without query and body.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), query: Vec::new(), body: None }
    }

    /// A valid request of an operation: what its path and its query need, and everything in its body. Each turn takes
    /// another form of the body; the number is that of the forms.
    #[must_use]
    pub fn valid(document: &Document, operation: &Operation, turn: usize) -> (Self, usize) {
        let mut sampler = Sampler::new(document, Manner::Full, turn);
        let mut path = operation.path.clone();
        let mut query = Vec::new();
        for parameter in &operation.parameters {
            match parameter.place.as_str() {
                "path" => {
                    path = path.replace(&format!("{{{}}}", parameter.name), &format!("id_{}", operation.id))
                }
                "query" if document.needs(operation, &parameter.name) => {
                    query.push((parameter.name.clone(), plain(&sampler.sample(&parameter.schema))));
                }
                _ => {}
            }
        }
        let body = operation.request.as_ref().map(|pointer| sampler.sample(pointer));
        let forms = operation.request.as_ref().map_or(1, |pointer| match shape(document, pointer).kind {
            Kind::Union(variants, _) => variants.len(),
            _ => 1,
        });
        (Self { method: operation.method.clone(), path, query, body }, forms)
    }

    /// Asks a server, as a client with a key.
    ///
    /// # Panics
    /// If it does not answer as HTTP has it.
    pub async fn of(&self, base: &str) -> Told {
        let body = self.body.as_ref().map(ToString::to_string);
        let media = self.body.as_ref().map(|_| "application/json");
        self.with(base, &[("authorization", "Bearer test_key")], media, body.unwrap_or_default().as_bytes())
            .await
    }

    /// Asks with these headers and a body of this media type.
    ///
    /// # Panics
    /// If it does not answer as HTTP has it.
    pub async fn with(&self, base: &str, headers: &[(&str, &str)], media: Option<&str>, body: &[u8]) -> Told {
        let rest = base.strip_prefix("http://").expect("an address");
        let (host, below) =
            rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
        let pairs: Vec<String> =
            self.query.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        let mut text = format!(
            "{} {below}{}{query} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n",
            self.method, self.path
        );
        let media = media.map(|media| ("content-type", media));
        for (name, value) in headers.iter().copied().chain(media) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        let mut stream = TcpStream::connect(host).await.expect("a server");
        stream.write_all(text.as_bytes()).await.expect("a request");
        stream.write_all(body).await.expect("a body");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("an answer");
        let answer = String::from_utf8(answer).expect("UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Told { status, body: body.to_owned() }
    }
}

/// A text as it may stand in a query.
fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn plain(value: &Json) -> String {
    match value {
        Json::Text(text) => text.clone(),
        other => other.to_string(),
    }
}
