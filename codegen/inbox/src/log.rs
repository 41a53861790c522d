//! What the inbox logs with the feature `tracing`: ids, states and errors; never a payload.

#[cfg(feature = "tracing")]
use std::fmt::Display;

/// Logs with `tracing`, or not at all.
macro_rules! log_event {
    ($level:ident, $($argument:tt)*) => {
        #[cfg(feature = "tracing")]
        tracing::$level!(target: "openapi_client_inbox", $($argument)*);
    };
}
pub(crate) use log_event;

/// The span in which a handler runs.
#[cfg(feature = "tracing")]
pub(crate) fn create_span(id: &str, attempt: u32, key: Option<impl Display>) -> tracing::Span {
    let span = tracing::info_span!(target: "openapi_client_inbox", "inbox.job", id, attempt, key = tracing::field::Empty);
    if let Some(key) = key {
        span.record("key", tracing::field::display(key));
    }
    span
}
