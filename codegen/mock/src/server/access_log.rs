//! A line for each request, for whoever watches the server.

use std::{fmt, sync::Arc, time::Duration};

use http::StatusCode;

use crate::server::records::recorded_request::RecordedRequest;

/// Takes one line, without its end.
type Sink = Arc<dyn Fn(&str) + Send + Sync>;

/// Where lines go, if anywhere.
#[derive(Clone, Default)]
pub(crate) struct AccessLog(Option<Sink>);

impl AccessLog {
    pub(crate) fn of(sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(sink)))
    }

    /// `POST /things 201 createThing 0.8 ms`. Neither query nor headers nor body are told: they may hold secrets.
    pub(crate) fn line(
        &self,
        raw: &RecordedRequest,
        status: Option<StatusCode>,
        replayed: bool,
        took: Duration,
    ) {
        let Some(sink) = &self.0 else { return };
        let status = status.map_or("dropped".to_owned(), |status| status.as_u16().to_string());
        let operation = raw.operation.as_deref().unwrap_or("no operation");
        let replayed = if replayed { " replayed" } else { "" };
        let path = raw.path.escape_debug();
        let took = took.as_secs_f64() * 1000.0;
        sink(&format!("{} {path} {status} {operation} {took:.1} ms{replayed}", raw.method));
    }
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "AccessLog(on)" } else { "AccessLog(off)" })
    }
}
