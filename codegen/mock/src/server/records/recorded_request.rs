//! The requests that came, as they came and what was answered.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method};
use serde_json::Value;

/// A request as it came. `Debug` shows no credential, no query and no body.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The request method.
    pub method: Method,
    /// The path as it came, percent-encoded and with the base path of the API.
    pub path: String,
    /// The query as it came, without the question mark.
    pub query: Option<String>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty where the connection was dropped before it was read, or later bodies needed the room: of all
    /// those of a server the last 256 MiB are kept.
    pub body: Bytes,
    /// The `operationId` that it is for, if the API has such an operation.
    pub operation: Option<String>,
    /// The status that it was answered with; `None` while it is being answered, or if it was never answered.
    pub status: Option<u16>,
    /// Whether a stub chose the answer.
    pub stubbed: bool,
    /// Whether the answer was one given before to the same key of idempotency.
    pub replayed: bool,
}

impl RecordedRequest {
    /// The value of a header, if it is there and text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON; `None` if it is none.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The request in a few words, for messages: nothing that may be a secret.
    pub(crate) fn line(&self) -> String {
        let answer = match self.status {
            Some(status) => format!("answered {status}"),
            None => "not answered".to_owned(),
        };
        let replayed = if self.replayed { ", as before" } else { "" };
        format!("{} {}, {answer}{replayed}", self.method, self.path.escape_debug())
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

/// A call of one operation: what was asked, and the request that carried it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedCall<Q> {
    /// What was asked, typed.
    pub request: Q,
    /// The request as it came.
    pub raw: RecordedRequest,
}

impl<Q> RecordedCall<Q> {
    /// Whether the answer was one given before to the same key of idempotency: nothing was done for this call.
    #[must_use]
    pub fn is_replayed(&self) -> bool {
        self.raw.replayed
    }

    /// The status that it was answered with; `None` while it is being answered, or if it was never answered.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.raw.status
    }
}
