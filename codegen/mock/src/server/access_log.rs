//! Writes one log line per request to a function that the test provides.

use std::{fmt, sync::Arc, time::Duration};

use http::StatusCode;

use crate::server::records::recorded_request::RecordedRequest;

/// Receives a line without a line break at its end.
type LineSink = Arc<dyn Fn(&str) + Send + Sync>;

/// The destination of the log lines, if there is one.
#[derive(Clone, Default)]
pub(crate) struct AccessLog(Option<LineSink>);

impl AccessLog {
    pub(crate) fn new(sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(sink)))
    }

    /// Writes `POST /things 201 createThing 0.8 ms`. Query, headers and body are left out, since they may hold
    /// secrets.
    pub(crate) fn write_line(
        &self,
        request: &RecordedRequest,
        status: Option<StatusCode>,
        is_replayed: bool,
        duration: Duration,
    ) {
        let Some(sink) = &self.0 else { return };
        let status = status.map_or("connection closed".to_owned(), |status| status.as_u16().to_string());
        let operation = request.operation.as_deref().unwrap_or("(unknown operation)");
        let replayed = if is_replayed { " replayed" } else { "" };
        // Control characters in a path must not reach a terminal.
        let path = request.path.escape_debug();
        let milliseconds = duration.as_secs_f64() * 1000.0;
        sink(&format!("{} {path} {status} {operation} {milliseconds:.1} ms{replayed}", request.method));
    }
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "AccessLog(on)" } else { "AccessLog(off)" })
    }
}
