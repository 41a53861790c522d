//! Sends single HTTP requests. Does not know credentials, retries or JSON.

#[cfg(feature = "reqwest")]
pub(crate) mod reqwest;
#[cfg(all(feature = "rustls", not(target_arch = "wasm32")))]
mod tls;

use std::{error::Error as StdError, fmt};

use crate::wire::body::{Body, BoxError, BoxFuture};

/// Sends an HTTP request and returns the response.
///
/// Implement it for another HTTP client, or as a test double. An implementation must not follow redirects, must not retry
/// unless the server cannot have received the request, and must not log requests, because they contain credentials.
/// Dropping the returned future must cancel the request.
///
/// ```
/// use openapi_client_runtime::{Body, BoxFuture, Transport, TransportError};
///
/// #[derive(Debug)]
/// struct FixedResponse;
///
/// impl Transport for FixedResponse {
///     fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
///         Box::pin(async { Ok(http::Response::new(Body::from("{}"))) })
///     }
/// }
/// ```
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends the request and returns the response once its headers are received; its body may be a stream.
    ///
    /// # Errors
    /// [`TransportError`] if there is no response. Whether it says that the request may have been sent decides whether
    /// the client retries requests that change something, such as payments.
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;
}

/// Why a request has no response.
#[derive(Debug)]
pub struct TransportError {
    may_have_been_sent: bool,
    timeout: bool,
    source: BoxError,
}

impl TransportError {
    /// The request was not sent: no byte of it can have reached the server, for example because connecting failed.
    ///
    /// Use this only if it is certain: after it, the client retries requests that move money.
    pub fn before_sending(source: impl Into<BoxError>) -> Self {
        Self { may_have_been_sent: false, timeout: false, source: source.into() }
    }

    /// Any other failure: the server may have received and processed the request.
    pub fn after_sending(source: impl Into<BoxError>) -> Self {
        Self { may_have_been_sent: true, timeout: false, source: source.into() }
    }

    /// Marks the error as a timeout of the transport.
    #[must_use]
    pub fn timed_out(mut self) -> Self {
        self.timeout = true;
        self
    }

    /// Whether the server may have received the request.
    pub fn may_have_been_sent(&self) -> bool {
        self.may_have_been_sent
    }

    /// Whether the failure is a timeout.
    pub fn is_timeout(&self) -> bool {
        self.timeout
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = match (self.may_have_been_sent, self.timeout) {
            (false, false) => "cannot send the request",
            (false, true) => "connecting timed out",
            (true, false) => "the connection failed",
            (true, true) => "the connection timed out",
        };
        write!(f, "{failure}: {}", root_cause(&*self.source))
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

/// The innermost source, which is the specific one (`Connection refused`, `certificate has expired`).
pub(crate) fn root_cause<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}
