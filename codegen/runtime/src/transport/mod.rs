//! What carries one request to a server and its answer back. Knows no credentials, no retries, no JSON.

#[cfg(feature = "reqwest")]
pub(crate) mod reqwest;
#[cfg(all(feature = "rustls", not(target_arch = "wasm32")))]
mod tls;

use std::{error::Error as StdError, fmt};

use crate::wire::body::{Body, BoxError, BoxFuture};

/// Carries one request to a server and its answer back.
///
/// Implement it for another HTTP stack, or for a double in tests. An implementation must not follow redirects, must not
/// send a request a second time by itself unless it knows that the server did not see the first, and must not print
/// requests: they carry credentials. Dropping the future it returns must end the request.
///
/// ```
/// use openapi_client_runtime::{Body, BoxFuture, Transport, TransportError};
///
/// #[derive(Debug)]
/// struct Canned;
///
/// impl Transport for Canned {
///     fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
///         Box::pin(async { Ok(http::Response::new(Body::from("{}"))) })
///     }
/// }
/// ```
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends the request and gives the answer as soon as its headers are there; its body may still be coming.
    ///
    /// # Errors
    /// [`TransportError`] if no answer came. What it says about the request having been sent decides whether a payment
    /// may be sent again.
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;
}

/// Why no answer came.
#[derive(Debug)]
pub struct TransportError {
    sent: bool,
    timeout: bool,
    source: BoxError,
}

impl TransportError {
    /// The connection was not made: no byte of the request can have reached the server.
    ///
    /// Claim this only if it is certain. A request that moves money is sent again on the strength of it.
    pub fn before_sending(source: impl Into<BoxError>) -> Self {
        Self { sent: false, timeout: false, source: source.into() }
    }

    /// Anything else: the server may have received the request and acted on it.
    pub fn after_sending(source: impl Into<BoxError>) -> Self {
        Self { sent: true, timeout: false, source: source.into() }
    }

    /// Something took longer than the transport allows.
    #[must_use]
    pub fn timed_out(mut self) -> Self {
        self.timeout = true;
        self
    }

    /// Whether the server may have received the request.
    pub fn may_have_been_sent(&self) -> bool {
        self.sent
    }

    /// Whether something took too long.
    pub fn is_timeout(&self) -> bool {
        self.timeout
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match (self.sent, self.timeout) {
            (false, false) => "no connection",
            (false, true) => "no connection in time",
            (true, false) => "the connection broke",
            (true, true) => "the connection timed out",
        };
        write!(f, "{what}: {}", root_cause(&*self.source))
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

/// The cause that says something (`Connection refused`, `certificate has expired`), not the layers around it.
pub(crate) fn root_cause<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause
}
