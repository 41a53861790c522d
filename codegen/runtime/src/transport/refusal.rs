//! What HTTP/2 says about a request without a response, in the errors of `h2`.

use std::error::Error as StdError;

/// Whether HTTP/2 says that the server did not process the request (RFC 9113, section 8.7): it reset the stream with
/// REFUSED_STREAM, or its GOAWAY names a lower stream as the last one. `h2` ends only the streams above that one with the
/// GOAWAY as their error; those below go on, and break like any other if the connection closes.
#[cfg(all(feature = "http2", not(target_arch = "wasm32")))]
pub(super) fn is_refused(error: &(dyn StdError + 'static)) -> bool {
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
pub(super) fn is_refused(_: &(dyn StdError + 'static)) -> bool {
    false
}
