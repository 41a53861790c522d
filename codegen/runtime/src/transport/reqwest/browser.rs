//! Converts bodies in a browser, which sends and receives them as a whole.

use super::failure::from_error;
use crate::{
    transport::{SendState, TransportError},
    wire::body::Body,
};

/// The most bytes of a stream that are buffered: the 32-bit memory of WebAssembly ends at 4 GiB.
const MAX_BUFFERED_BYTES: usize = 256 * 1024 * 1024;

/// Buffers the body of a request: browsers cannot send streams.
pub(super) async fn buffer_request(
    request: http::Request<Body>,
) -> Result<http::Request<Body>, TransportError> {
    let (head, body) = request.into_parts();
    let bytes = body.buffer(MAX_BUFFERED_BYTES).await.map_err(TransportError::before_sending)?;
    Ok(http::Request::from_parts(head, bytes.into()))
}

/// Converts a buffered body.
pub(super) fn to_reqwest(body: Body, state: SendState) -> reqwest::Body {
    // A browser does not say when it sends a request.
    state.mark_sent();
    body.as_bytes().cloned().unwrap_or_default().into()
}

pub(super) async fn from_reqwest(
    response: reqwest::Response,
    state: &SendState,
) -> Result<http::Response<Body>, TransportError> {
    let mut head = http::Response::new(());
    *head.status_mut() = response.status();
    *head.headers_mut() = response.headers().clone();
    let bytes = response.bytes().await.map_err(|error| from_error(error, state))?;
    Ok(head.map(|()| Body::from(bytes)))
}
