//! Sends single HTTP requests. Does not know credentials, retries or JSON.

#[cfg(all(any(feature = "hyper", feature = "reqwest"), not(target_arch = "wasm32")))]
mod activity;
pub(crate) mod connection;
mod error;
#[cfg(all(
    feature = "hyper",
    any(feature = "rustls", not(feature = "native-tls")),
    not(target_arch = "wasm32")
))]
mod hyper;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod refusal;
#[cfg(any(feature = "reqwest", all(feature = "hyper", target_arch = "wasm32")))]
pub(crate) mod reqwest;
mod send_state;
#[cfg(all(any(feature = "hyper", feature = "reqwest"), not(target_arch = "wasm32")))]
mod socket_body;
#[cfg(all(feature = "rustls", not(target_arch = "wasm32")))]
mod tls;
#[cfg(feature = "tower")]
pub(crate) mod tower;

use std::fmt;

pub(crate) use self::error::root_cause;
// With `native-tls` alone, TLS is that of `reqwest`.
#[cfg(all(
    feature = "hyper",
    any(feature = "rustls", not(feature = "native-tls")),
    not(target_arch = "wasm32")
))]
pub use self::hyper::HyperTransport as DefaultTransport;
#[cfg(any(
    all(
        feature = "reqwest",
        not(all(feature = "hyper", any(feature = "rustls", not(feature = "native-tls"))))
    ),
    all(any(feature = "hyper", feature = "reqwest"), target_arch = "wasm32")
))]
pub use self::reqwest::ReqwestTransport as DefaultTransport;
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
