//! Spans per call and per attempt, and warnings about deprecated operations and about values kept as text, with the feature `tracing`. They contain no credentials, bodies or messages.

/// Whether spans and events are emitted.
pub(crate) const IS_ENABLED: bool = cfg!(feature = "tracing");

#[cfg(feature = "tracing")]
mod enabled {
    use std::time::Duration;

    use http::StatusCode;
    use tracing::{Instrument, Span, debug, field::Empty, warn};

    use crate::{
        client::hooks::DeprecationNotice, client::operation::Operation, client::service::Service,
        error::Error, response::parts::ResponseParts,
    };

    /// The span of a call. Field names follow the OpenTelemetry conventions for HTTP clients where these define one.
    pub(crate) fn call_span(service: &'static Service, operation: &'static Operation) -> Span {
        tracing::info_span!(
            target: "openapi_client_runtime",
            "call",
            client = service.name,
            operation = operation.id,
            http.request.method = operation.method.as_str(),
            url.template = operation.path,
            http.response.status_code = Empty,
            attempts = Empty,
            request_id = Empty,
            error = Empty,
        )
    }

    pub(crate) fn attempt_span(number: u32) -> Span {
        tracing::debug_span!(target: "openapi_client_runtime", "attempt", number)
    }

    /// Runs a future within a span.
    pub(crate) fn instrument<F: Future>(future: F, span: Span) -> impl Future<Output = F::Output> {
        future.instrument(span)
    }

    /// Records the result of a call in the current span.
    pub(crate) fn record_call(result: &Result<ResponseParts, Error>) {
        let span = Span::current();
        let (status, attempts, request_id) = match result {
            Ok(parts) => (Some(parts.status), parts.attempts, parts.request_id()),
            Err(error) => (error.status(), error.attempts(), error.request_id()),
        };
        if let Some(status) = status {
            span.record("http.response.status_code", status.as_u16());
        }
        if let Some(request_id) = request_id {
            span.record("request_id", request_id);
        }
        span.record("attempts", attempts);
        if let Err(error) = result {
            // Only the kind: the message may repeat what the caller sent.
            span.record("error", tracing::field::debug(error.kind()));
        }
    }

    /// Emits the event at the end of an attempt.
    pub(crate) fn record_attempt(
        number: u32,
        status: Option<StatusCode>,
        request_id: Option<&str>,
        duration: Duration,
        error: Option<&Error>,
        retry_in: Option<Duration>,
    ) {
        debug!(
            target: "openapi_client_runtime",
            number,
            status = status.map(|status| status.as_u16()),
            request_id,
            duration_ms = duration.as_secs_f64() * 1000.0,
            error = error.map(|error| tracing::field::debug(error.kind())),
            code = error.and_then(Error::code),
            retry_in_ms = retry_in.map(|delay| delay.as_secs_f64() * 1000.0),
            "attempt ended"
        );
    }

    /// Emits the warning about values of a response that their types cannot hold. It names only their paths.
    pub(crate) fn warn_kept(operation: &'static Operation, request_id: Option<&str>, paths: &[String]) {
        const MOST_NAMED: usize = 10;
        let named = paths.get(..MOST_NAMED).unwrap_or(paths).join(", ");
        warn!(
            target: "openapi_client_runtime",
            operation = operation.id,
            http.request.method = operation.method.as_str(),
            url.template = operation.path,
            request_id,
            fields = paths.len(),
            "values that their types cannot hold are replaced, with the texts of fields in `extra_fields`: {named}"
        );
    }

    /// Emits the warning about a deprecated operation.
    pub(crate) fn warn_deprecated(service: &'static Service, notice: &DeprecationNotice<'_>) {
        warn!(
            target: "openapi_client_runtime",
            client = service.name,
            operation = notice.operation,
            http.request.method = notice.method.as_str(),
            url.template = notice.path,
            "deprecated operation: {}", notice.deprecation
        );
    }
}

#[cfg(feature = "tracing")]
pub(crate) use enabled::{
    attempt_span, call_span, instrument, record_attempt, record_call, warn_deprecated, warn_kept,
};

#[cfg(not(feature = "tracing"))]
mod disabled {
    use std::time::Duration;

    use http::StatusCode;

    use crate::{
        client::hooks::DeprecationNotice, client::operation::Operation, client::service::Service,
        error::Error, response::parts::ResponseParts,
    };

    pub(crate) struct NoSpan;

    pub(crate) fn call_span(_: &'static Service, _: &'static Operation) -> NoSpan {
        NoSpan
    }

    pub(crate) fn attempt_span(_: u32) -> NoSpan {
        NoSpan
    }

    pub(crate) fn instrument<F: Future>(future: F, _: NoSpan) -> F {
        future
    }

    pub(crate) fn record_call(_: &Result<ResponseParts, Error>) {}

    pub(crate) fn record_attempt(
        _: u32,
        _: Option<StatusCode>,
        _: Option<&str>,
        _: Duration,
        _: Option<&Error>,
        _: Option<Duration>,
    ) {
    }

    pub(crate) fn warn_deprecated(_: &'static Service, _: &DeprecationNotice<'_>) {}
}

#[cfg(not(feature = "tracing"))]
pub(crate) use disabled::{
    attempt_span, call_span, instrument, record_attempt, record_call, warn_deprecated,
};
