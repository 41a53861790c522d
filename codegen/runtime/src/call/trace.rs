//! Spans per call and per attempt, or nothing at all without the feature `tracing`. Nothing secret goes in.

/// Whether anything is recorded.
pub(crate) const IS_ON: bool = cfg!(feature = "tracing");

#[cfg(feature = "tracing")]
mod on {
    use std::time::Duration;

    use http::StatusCode;
    use tracing::{Instrument, Span, debug, field::Empty};

    use crate::{call::operation::Operation, error::Error, response::parts::ResponseParts};

    /// The span of a call. Names follow OpenTelemetry's conventions for HTTP clients where there is one.
    pub(crate) fn call(operation: &'static Operation) -> Span {
        tracing::info_span!(
            target: "openapi_client_runtime",
            "call",
            operation = operation.id,
            http.request.method = operation.method.as_str(),
            url.template = operation.path,
            http.response.status_code = Empty,
            attempts = Empty,
            request_id = Empty,
            error = Empty,
        )
    }

    /// The span of an attempt.
    pub(crate) fn attempt(number: u32) -> Span {
        tracing::debug_span!(target: "openapi_client_runtime", "attempt", number)
    }

    /// Runs a future within a span.
    pub(crate) fn within<F: Future>(future: F, span: Span) -> impl Future<Output = F::Output> {
        future.instrument(span)
    }

    /// Puts the end of a call into its span.
    pub(crate) fn call_ended(result: &Result<ResponseParts, Error>) {
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
            // The kind and the code only: a message may repeat what the caller sent.
            span.record("error", tracing::field::debug(error.kind()));
        }
    }

    /// An event at the end of each attempt.
    pub(crate) fn attempt_ended(
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
            retry_in_ms = retry_in.map(|wait| wait.as_secs_f64() * 1000.0),
            "attempt ended"
        );
    }
}

#[cfg(feature = "tracing")]
pub(crate) use on::{attempt, attempt_ended, call, call_ended, within};

#[cfg(not(feature = "tracing"))]
mod off {
    use std::time::Duration;

    use http::StatusCode;

    use crate::{call::operation::Operation, error::Error, response::parts::ResponseParts};

    /// No span.
    pub(crate) struct Off;

    pub(crate) fn call(_: &'static Operation) -> Off {
        Off
    }

    pub(crate) fn attempt(_: u32) -> Off {
        Off
    }

    pub(crate) fn within<F: Future>(future: F, _: Off) -> F {
        future
    }

    pub(crate) fn call_ended(_: &Result<ResponseParts, Error>) {}

    pub(crate) fn attempt_ended(
        _: u32,
        _: Option<StatusCode>,
        _: Option<&str>,
        _: Duration,
        _: Option<&Error>,
        _: Option<Duration>,
    ) {
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) use off::{attempt, attempt_ended, call, call_ended, within};
