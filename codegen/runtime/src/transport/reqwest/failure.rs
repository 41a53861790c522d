//! Tells from an error of `reqwest` what became of the request.

use crate::transport::{error::TransportError, refusal::is_refused, send_state::SendState};

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
