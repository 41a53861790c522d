//! Sends single HTTP requests. Does not know credentials, retries or JSON.

pub(crate) mod connection;
mod error;
#[cfg(feature = "reqwest")]
pub(crate) mod reqwest;
mod send_state;
#[cfg(all(feature = "rustls", not(target_arch = "wasm32")))]
mod tls;
#[cfg(feature = "tower")]
pub(crate) mod tower;

use std::fmt;

pub(crate) use self::error::root_cause;
pub use self::{error::TransportError, send_state::SendState};
use crate::wire::body::{Body, BoxFuture};

/// Sends an HTTP request and returns the response.
///
/// Implement it for another HTTP client, or as a test double. An implementation must not follow redirects, must not retry
/// unless the server cannot have received the request, and must not log requests, because they contain credentials.
/// Dropping the returned future must cancel the request.
///
/// After a timeout of the client, which drops the future, only [`SendState`] tells whether the request was sent.
///
/// ```
/// # use openapi_client_runtime::{Body, BoxFuture, Transport, TransportError};
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
