//! Tells from an error of `reqwest` what became of the request.

use std::error::Error as StdError;

use crate::transport::{SendState, TransportError};

/// Converts an error without its URL, which contains the credential if that is a query parameter.
pub(super) fn from_error(error: reqwest::Error, state: &SendState) -> TransportError {
    let is_timeout = error.is_timeout();
    let is_redirect = error.is_redirect();
    let is_refused = is_refused(&error) || (!state.may_have_been_sent() && !is_timeout);
    // A browser does not say whether it had connected.
    #[cfg(target_arch = "wasm32")]
    let is_connected = true;
    #[cfg(not(target_arch = "wasm32"))]
    let is_connected = !error.is_connect();
    let is_before_sending = !is_connected || error.is_builder();
    let error = error.without_url();
    let error = if is_before_sending {
        TransportError::before_sending(error)
    } else if is_refused {
        TransportError::refused(error)
    } else if !state.may_have_been_sent() {
        TransportError::before_sending(error)
    } else {
        TransportError::after_sending(error)
    };
    let error = if is_timeout { error.timed_out() } else { error };
    if is_redirect { error.permanent() } else { error }
}

/// Whether HTTP/2 says that the server did not process the request (RFC 9113, section 8.7): it reset the stream with
/// REFUSED_STREAM, or its GOAWAY names a lower stream as the last one. `h2` ends only the streams above that one with the
/// GOAWAY as their error; those below go on, and break like any other if the connection closes.
#[cfg(all(feature = "http2", not(target_arch = "wasm32")))]
fn is_refused(error: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            let is_refused_stream = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
            return error.is_remote() && (is_refused_stream || error.is_go_away());
        }
        cause = error.source();
    }
    false
}

#[cfg(not(all(feature = "http2", not(target_arch = "wasm32"))))]
fn is_refused(_: &(dyn StdError + 'static)) -> bool {
    false
}
