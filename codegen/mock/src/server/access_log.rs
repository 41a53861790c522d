//! Writes one log line per request to a function that the test provides.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::StatusCode;

use crate::server::records::recorded_request::RecordedRequest;

/// Receives a line without a line break at its end.
type LineSink = Arc<dyn Fn(&str) + Send + Sync>;

/// The destination of the log lines, if there is one.
#[derive(Default)]
pub(crate) struct AccessLog {
    sink: Option<LineSink>,
    /// The notes so far.
    notes: Mutex<BTreeSet<String>>,
}

impl AccessLog {
    pub(crate) fn new(sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { sink: Some(Arc::new(sink)), notes: Mutex::default() }
    }

    /// Writes a line about what several requests have in common, the first time.
    pub(crate) fn write_note(&self, note: String) {
        let Some(sink) = &self.sink else { return };
        let is_new = self.notes.lock().unwrap_or_else(PoisonError::into_inner).insert(note.clone());
        if is_new {
            sink(&format!("note: {note}"));
        }
    }

    /// Writes `POST /things 201 createThing 0.8 ms`, and for a refused request what is wrong with it. Query, headers and body
    /// are left out, since they may hold secrets.
    pub(crate) fn write_line(
        &self,
        request: &RecordedRequest,
        status: Option<StatusCode>,
        is_replayed: bool,
        refusal: &[String],
        duration: Duration,
    ) {
        let Some(sink) = &self.sink else { return };
        let status = status.map_or("connection closed".to_owned(), |status| status.as_u16().to_string());
        let operation = request.operation.as_deref().unwrap_or("(unknown operation)");
        let replayed = if is_replayed { " replayed" } else { "" };
        // Control characters in a path must not reach a terminal.
        let path = request.path.escape_debug();
        let milliseconds = duration.as_secs_f64() * 1000.0;
        let mut line =
            format!("{} {path} {status} {operation} {milliseconds:.1} ms{replayed}", request.method);
        for (index, reason) in refusal.iter().enumerate() {
            let reason = reason.strip_prefix(&format!("{operation}: ")).unwrap_or(reason);
            line.push_str(if index == 0 { ": " } else { "; " });
            line.extend(reason.chars().map(|c| if c.is_control() { ' ' } else { c }));
        }
        sink(&line);
    }
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.sink.is_some() { "AccessLog(on)" } else { "AccessLog(off)" })
    }
}
