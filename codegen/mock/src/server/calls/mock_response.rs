//! A complete response of the mock.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};

/// A response before it is sent, and as it is stored under an idempotency key.
#[derive(Clone, Debug)]
pub(crate) struct MockResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl MockResponse {
    pub(crate) fn new(status: StatusCode, media_type: Option<&str>, body: Bytes) -> Self {
        let mut headers = HeaderMap::new();
        if let Some(media_type) = media_type.and_then(|media_type| HeaderValue::from_str(media_type).ok()) {
            headers.insert(CONTENT_TYPE, media_type);
        }
        Self { status, headers, body }
    }

    /// Adds headers, except those that HTTP does not allow.
    pub(crate) fn with_headers(mut self, headers: &[(String, String)]) -> Self {
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
                self.headers.insert(name, value);
            }
        }
        self
    }

    pub(crate) fn plain_text(status: StatusCode, text: String) -> Self {
        Self::new(status, Some("text/plain; charset=utf-8"), text.into())
    }
}
