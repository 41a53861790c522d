//! Ctrl-C while a request runs.

use std::future::Future;

use crate::{
    error::{CliError, Exit},
    interrupt::Interrupt,
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
