//! An error that the API answers with, as a stub states it.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::RETRY_AFTER};

use crate::engine::ErrorParts;

/// An error of the API: a status and what its envelope says. Where the parts stand in the body is the API's own way.
///
/// ```
/// use openapi_client_mock::ErrorResponse;
///
/// let declined = ErrorResponse::new(402).code("card_declined").message("Your card was declined.");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) parts: ErrorParts,
    pub(crate) headers: HeaderMap,
    /// The wait that the API's own sentence for too many requests tells.
    pub(crate) wait: Option<Duration>,
}

impl ErrorResponse {
    /// An error of this status. Until more is said it says what the document shows as the error of this status, or else
    /// the status in words.
    ///
    /// A status that HTTP does not have (below 100, above 999) is taken as 500.
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

    /// The credential is right and does not allow this (403).
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(403)
    }

    /// There is no such thing (404).
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(404)
    }

    /// The thing is in a state that does not allow this (409).
    #[must_use]
    pub fn conflict() -> Self {
        Self::new(409)
    }

    /// The request is well-formed and makes no sense (422).
    #[must_use]
    pub fn unprocessable() -> Self {
        Self::new(422)
    }

    /// There are too many requests (429): `Retry-After` in whole seconds, rounded up, and the API's sentence.
    #[must_use]
    pub fn rate_limited(wait: Duration) -> Self {
        let mut failure = Self::new(429);
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        failure.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        failure.wait = Some(Duration::from_secs(seconds));
        failure
    }

    /// The server failed (500).
    #[must_use]
    pub fn server_error() -> Self {
        Self::new(500)
    }

    /// The server is not there just now (503).
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(503)
    }

    /// The API's type of the error.
    #[must_use]
    pub fn error_type(mut self, r#type: impl Into<String>) -> Self {
        self.parts.kind = Some(r#type.into());
        self
    }

    /// The API's code of the error.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.parts.code = Some(code.into());
        self
    }

    /// What is said to people.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.parts.message = Some(message.into());
        self
    }

    /// The parameter at fault.
    #[must_use]
    pub fn param(mut self, param: impl Into<String>) -> Self {
        self.parts.param = Some(param.into());
        self
    }

    /// A header of the answer, such as the id of the request. One that HTTP does not allow is left out.
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let name = HeaderName::from_bytes(name.as_ref().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value.as_ref())) {
            self.headers.insert(name, value);
        }
        self
    }
}
