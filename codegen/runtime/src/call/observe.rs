//! Tells the hooks, the log and the traces of a client about an attempt.

use http::HeaderMap;

use crate::{
    call::log::{AttemptResult, print_attempt},
    call::prepare::Prepared,
    call::trace,
    client::hooks::{Attempt, AttemptEnd, DeprecationNotice},
    client::log::LogLevel,
    client::selection::Few,
    clock::Instant,
    secret::Secret,
    wire::deprecation::Deprecation,
};

fn describe_attempt(request: &Prepared, number: u32) -> Attempt<'_> {
    Attempt {
        operation: request.operation.id,
        method: request.operation.method,
        path: request.operation.path,
        number,
        idempotency_key: request.key.as_ref().and_then(|key| key.to_str().ok()),
    }
}

/// Calls the hooks before an attempt.
pub(crate) fn notify_started(request: &Prepared, number: u32) {
    for hooks in &request.core.shared().hooks {
        hooks.before_attempt(&describe_attempt(request, number));
    }
}

/// Calls the hooks if the response states that the operation is deprecated, and emits a warning the first time.
pub(crate) fn notify_deprecation(request: &Prepared, headers: &HeaderMap, tokens: &Few<Secret>) {
    let shared = request.core.shared();
    if shared.hooks.is_empty() && !trace::IS_ENABLED {
        return;
    }
    let stated = Deprecation::from_headers(headers);
    let mut tokens = tokens.iter();
    let Some(deprecation) = stated.and_then(|stated| {
        tokens.try_fold(stated, |stated, token| stated.without_credential(token.expose()))
    }) else {
        return;
    };
    let operation = request.operation;
    let notice = DeprecationNotice {
        operation: operation.id,
        method: operation.method,
        path: operation.path,
        deprecation: &deprecation,
    };
    if trace::IS_ENABLED && request.core.record_deprecation(operation.id) {
        trace::warn_deprecated(shared.service, &notice);
    }
    for hooks in &shared.hooks {
        hooks.on_deprecation(&notice);
    }
}

/// Prints and traces the end of an attempt, and calls the hooks.
pub(crate) fn notify_ended(
    request: &Prepared,
    number: u32,
    started: Instant,
    result: AttemptResult<'_>,
    tokens: &Few<Secret>,
) {
    let shared = request.core.shared();
    let hooks = &shared.hooks;
    if hooks.is_empty() && !trace::IS_ENABLED && shared.log.level == LogLevel::Off {
        return;
    }
    let (status, request_id, error, retry_in) = match result {
        Ok(parts) => (Some(parts.status), parts.request_id(), None, None),
        Err((error, delay)) => (error.status(), error.request_id(), Some(error), delay),
    };
    let duration = started.elapsed();
    print_attempt(request, number, duration, result, tokens);
    trace::record_attempt(number, status, request_id, duration, error, retry_in);
    let end = AttemptEnd { status, request_id, duration, error, retry_in };
    for hooks in hooks {
        hooks.after_attempt(&describe_attempt(request, number), &end);
    }
}
