//! Error responses for stubs.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::RETRY_AFTER};

use crate::engine::protocol::ErrorParts;

/// An error response: a status and the fields of the API's error envelope.
///
/// ```
/// # use openapi_client_mock::ErrorResponse;
/// let declined = ErrorResponse::new(402).code("card_declined").message("Your card was declined.");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) parts: ErrorParts,
    pub(crate) headers: HeaderMap,
    /// The delay in the API's own message about too many requests.
    pub(crate) wait: Option<Duration>,
}

impl ErrorResponse {
    /// An error with a status. Fields that are not set are those of the document's example for this status; without an example,
    /// the message is the reason phrase of the status.
    ///
    /// A status outside of 100-999 becomes 500.
    #[must_use]
    pub fn new(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, parts: ErrorParts::default(), headers: HeaderMap::new(), wait: None }
    }

    /// The request is malformed (400).
    #[must_use]
    pub fn bad_request() -> Self {
        Self::new(400)
    }

    /// The credential is missing or wrong (401).
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(401)
    }

    /// The credential does not permit the operation (403).
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(403)
    }

    /// The resource does not exist (404).
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(404)
    }

    /// The state of the resource does not permit the operation (409).
    #[must_use]
    pub fn conflict() -> Self {
        Self::new(409)
    }

    /// The request is well-formed but invalid (422).
    #[must_use]
    pub fn unprocessable() -> Self {
        Self::new(422)
    }

    /// Too many requests (429), with `Retry-After` in whole seconds, rounded up, and the API's own message.
    #[must_use]
    pub fn rate_limited(wait: Duration) -> Self {
        let mut failure = Self::new(429);
        let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0));
        failure.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        failure.wait = Some(Duration::from_secs(seconds));
        failure
    }

    /// The server failed (500).
    #[must_use]
    pub fn server_error() -> Self {
        Self::new(500)
    }

    /// The service is unavailable (503).
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(503)
    }

    /// Sets the type of the error.
    #[must_use]
    pub fn error_type(mut self, r#type: impl Into<String>) -> Self {
        self.parts.kind = Some(r#type.into());
        self
    }

    /// Sets the code of the error.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.parts.code = Some(code.into());
        self
    }

    /// Sets the message.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.parts.message = Some(message.into());
        self
    }

    /// Sets the name of the invalid parameter.
    #[must_use]
    pub fn param(mut self, param: impl Into<String>) -> Self {
        self.parts.param = Some(param.into());
        self
    }

    /// Adds a header, such as the request id. An invalid header is ignored.
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let name = HeaderName::from_bytes(name.as_ref().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value.as_ref())) {
            self.headers.insert(name, value);
        }
        self
    }
}
