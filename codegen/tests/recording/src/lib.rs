//! A transport that records requests and answers them from a queue: for programs that look at the bytes which a generated
//! client sends, and give it the bytes which a server answers. It opens no connection.
#![allow(clippy::unwrap_used, reason = "a test double fails by a panic")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use openapi_client_runtime::{Body, BoxFuture, Transport, TransportError};

/// A request as a server would see it.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// The host with its port.
    pub host: String,
    /// The path and the query, as they are encoded.
    pub target: String,
    /// The headers in the order in which they were sent, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; empty if there was none.
    pub body: Vec<u8>,
}

impl Request {
    /// The values of a header, joined as RFC 9110 joins them; `None` if it was not sent.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> =
            self.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Runs a future to its end, for what has no blocking form.
///
/// # Panics
/// If no thread can be started.
pub fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

/// The `Accept` of a request.
///
/// # Panics
/// If it has none.
#[must_use]
pub fn accept(request: &Request) -> String {
    request.header("accept").expect("an Accept")
}

/// The media type of a request's body; empty if it has none.
#[must_use]
pub fn content_type(request: &Request) -> String {
    request.header("content-type").unwrap_or_default()
}

/// The media type and the text of the body of the oldest request that was not taken yet.
#[must_use]
pub fn sent(server: &Recording) -> (String, String) {
    let request = server.take();
    (content_type(&request), request.text().to_owned())
}

/// The media type and the text of a body, to compare with those that were [`sent`].
#[must_use]
pub fn pair(media_type: &str, body: &str) -> (String, String) {
    (media_type.to_owned(), body.to_owned())
}

/// The transport. Clones share the queue of answers and the recorded requests.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    answers: Arc<Mutex<VecDeque<http::Response<Vec<u8>>>>>,
    requests: Arc<Mutex<VecDeque<Request>>>,
}

impl Recording {
    /// Adds an answer with this status, media type and body. A body without a media type has no `Content-Type`.
    pub fn answer(&self, status: u16, media_type: &str, body: impl Into<Vec<u8>>) {
        self.answer_with(status, &[("content-type", media_type)], body);
    }

    /// Adds an answer with these headers; those without a value are left out.
    pub fn answer_with(&self, status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            response = response.header(*name, *value);
        }
        self.answers.lock().unwrap().push_back(response.body(body.into()).unwrap());
    }

    /// The oldest request that was not taken yet.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn take(&self) -> Request {
        self.requests.lock().unwrap().pop_front().expect("no request was sent")
    }

    /// The number of requests that were not taken yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

impl Transport for Recording {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let (parts, mut body) = request.into_parts();
            let mut bytes = Vec::new();
            while let Some(chunk) = body.chunk().await {
                bytes.extend_from_slice(&chunk.map_err(TransportError::after_sending)?);
            }
            let headers = parts.headers.iter();
            self.requests.lock().unwrap().push_back(Request {
                method: parts.method.to_string(),
                host: parts.uri.authority().map(ToString::to_string).unwrap_or_default(),
                target: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
                headers: headers
                    .map(|(name, value)| {
                        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                    })
                    .collect(),
                body: bytes,
            });
            // An answer that a program forgot is an error of the call, which names it.
            let answer = self.answers.lock().unwrap().pop_front();
            let answer = answer.ok_or_else(|| TransportError::before_sending("no answer was queued"))?;
            Ok(answer.map(Body::from))
        })
    }
}
