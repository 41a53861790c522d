//! Requests that fail or are interrupted.

use std::future::Future;

use crate::{
    credentials::lookup::explain_refusal,
    error::{CliError, Exit},
    interrupt::Interrupt,
    session::Session,
};

/// Runs a request until it ends or the person stops it. With an idempotency key, the error says how to repeat it safely.
pub(super) async fn run_interruptible<T, E: Into<CliError>>(
    interrupt: &Interrupt,
    key: Option<&str>,
    request: impl Future<Output = Result<T, E>>,
) -> Result<T, CliError> {
    tokio::select! {
        result = request => result.map_err(Into::into),
        () = interrupt.wait() => Err(describe_interruption(key)),
    }
}

fn describe_interruption(key: Option<&str>) -> CliError {
    let error = CliError::new(Exit::Interrupted, "interrupted; the API may have processed the request");
    match key {
        Some(key) => error.hint(format!("to repeat it safely, add `--idempotency-key {key}`")),
        None => CliError::new(Exit::Interrupted, "interrupted"),
    }
}

/// Adds where a credential that was refused is from.
pub(super) fn explain_error(session: &Session<'_>, error: CliError) -> CliError {
    match session.profile() {
        Ok(profile) => explain_refusal(session.app, session.io, &profile, error),
        Err(_) => error,
    }
}
