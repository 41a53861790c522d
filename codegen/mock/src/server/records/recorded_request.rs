//! The requests that a server received, as a test inspects them.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method};
use serde_json::Value;

/// The number of requests that a message lists.
const MAX_LISTED_REQUESTS: usize = 8;

/// A request as it was received. `Debug` omits query, header values and body, which may hold secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The request method.
    pub method: Method,
    /// The percent-encoded path, including the base path of the API.
    pub path: String,
    /// The percent-encoded query, without the question mark.
    pub query: Option<String>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body. Empty if a stub closed the connection before reading it. A server keeps the last 256 MiB of all
    /// bodies; older bodies are emptied.
    pub body: Bytes,
    /// The `operationId` of the operation that the request is for, if the API has such an operation.
    pub operation: Option<String>,
    /// The status of the response; `None` while there is no response yet, or if none was sent.
    pub status: Option<u16>,
    /// Whether a stub determined the response.
    pub stubbed: bool,
    /// Whether the response was replayed for a repeated idempotency key.
    pub replayed: bool,
}

impl RecordedRequest {
    /// Returns the value of a header, if it is present and text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Parses the body as JSON; `None` if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Describes the request in one line without anything that may be secret: `POST /things (response: 201)`.
    pub(crate) fn summary(&self) -> String {
        let response = match self.status {
            Some(status) if self.replayed => format!("{status}, replayed"),
            Some(status) => status.to_string(),
            None => "none".to_owned(),
        };
        format!("{} {} (response: {response})", self.method, self.path.escape_debug())
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query.as_ref().map(|query| format!("{} bytes", query.len())))
            .field("headers", &self.headers.keys().map(HeaderName::as_str).collect::<Vec<_>>())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("stubbed", &self.stubbed)
            .field("replayed", &self.replayed)
            .finish()
    }
}

/// Lists the received requests for a message about missing or unexpected calls. The requests of the operation
/// itself come first, since the expected calls are probably among them.
pub(crate) fn list_requests(operation: Option<&str>, requests: &[RecordedRequest]) -> String {
    if requests.is_empty() {
        return "\nno requests were received".to_owned();
    }
    let is_of_operation = |request: &&RecordedRequest| request.operation.as_deref() == operation;
    let others = requests.iter().filter(|request| !is_of_operation(request));
    let mut text = String::from("\nreceived requests:");
    for request in requests.iter().filter(is_of_operation).chain(others).take(MAX_LISTED_REQUESTS) {
        let operation = request.operation.as_deref().unwrap_or("(unknown operation)");
        text.push_str(&format!("\n  {operation}: {}", request.summary()));
    }
    if requests.len() > MAX_LISTED_REQUESTS {
        text.push_str(&format!("\n  and {} more", requests.len() - MAX_LISTED_REQUESTS));
    }
    text
}

/// A call of one operation: the typed request and the HTTP request that carried it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedCall<Q> {
    /// The typed request.
    pub request: Q,
    /// The HTTP request.
    pub raw: RecordedRequest,
}

impl<Q> RecordedCall<Q> {
    /// Whether the response was replayed for a repeated idempotency key. The call then had no effect of its own.
    #[must_use]
    pub fn is_replayed(&self) -> bool {
        self.raw.replayed
    }

    /// Returns the status of the response; `None` while there is no response yet, or if none was sent.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.raw.status
    }
}
