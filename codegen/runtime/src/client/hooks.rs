//! Hooks that observe every attempt, and what responses state about deprecated operations.

use std::{fmt, time::Duration};

use http::StatusCode;

use crate::{error::Error, wire::deprecation::Deprecation, wire::method::Method};

/// Observes every attempt of every call, for metrics or logs. Hooks receive no credentials and no bodies.
///
/// The methods run on the task of the call and must not block.
pub trait Hooks: Send + Sync {
    /// Called before each attempt.
    fn before_attempt(&self, attempt: &Attempt<'_>) {
        let _ = attempt;
    }

    /// Called after each attempt, unless the call is dropped during the attempt.
    fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        let _ = (attempt, end);
    }

    /// Called for each response that states that its operation is deprecated, ends, or has a successor: for each attempt, so
    /// that the calls can be counted.
    fn on_deprecation(&self, notice: &DeprecationNotice<'_>) {
        let _ = notice;
    }

    /// Called for each field that was filled because a response lacks it, or whose text was kept in `extra_fields` because its
    /// type cannot hold the value, and for each such value without a field, if the client is set up to fill fields, see
    /// [`ClientBuilder::on_missing_field`](crate::ClientBuilder::on_missing_field).
    fn on_missing_field(&self, missing: &MissingField<'_>) {
        let _ = missing;
    }
}

/// Hooks of which only [`Hooks::on_missing_field`] does something.
pub(crate) struct MissingFieldCallback<F>(pub(crate) F);

impl<F: Fn(&MissingField<'_>) + Send + Sync> Hooks for MissingFieldCallback<F> {
    fn on_missing_field(&self, missing: &MissingField<'_>) {
        (self.0)(missing);
    }
}

/// Hooks of which only [`Hooks::on_deprecation`] does something.
pub(crate) struct DeprecationCallback<F>(pub(crate) F);

impl<F: Fn(&DeprecationNotice<'_>) + Send + Sync> Hooks for DeprecationCallback<F> {
    fn on_deprecation(&self, notice: &DeprecationNotice<'_>) {
        (self.0)(notice);
    }
}

/// An attempt of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The `operationId`.
    pub operation: &'static str,
    /// The request method.
    pub method: Method,
    /// The path template, such as `/things/{id}`. It has few distinct values, so it can be the label of a metric.
    pub path: &'static str,
    /// The number of the attempt, starting at 1.
    pub number: u32,
    /// The idempotency key of the request.
    pub idempotency_key: Option<&'a str>,
}

/// The result of an attempt.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptEnd<'a> {
    /// The status of the response; `None` if there was none.
    pub status: Option<StatusCode>,
    /// The server's request id; quote it to support.
    pub request_id: Option<&'a str>,
    /// The duration of the attempt, until the last byte of the response.
    pub duration: Duration,
    /// The error, if the attempt failed.
    pub error: Option<&'a Error>,
    /// The delay before the next attempt; `None` if there is no next attempt.
    pub retry_in: Option<Duration>,
}

/// What a response states about the end of its operation. `Display` writes one line.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct DeprecationNotice<'a> {
    /// The `operationId`.
    pub operation: &'static str,
    /// The request method.
    pub method: Method,
    /// The path template, such as `/things/{id}`.
    pub path: &'static str,
    /// What the headers of the response state. The successor is left out if it contains the credential of the client.
    pub deprecation: &'a Deprecation,
}

impl fmt::Display for DeprecationNotice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, method, path, deprecation } = self;
        write!(f, "{operation} ({} {path}): {deprecation}", method.as_str())
    }
}

/// A field that a response lacks, and that was filled, or a value that its type cannot hold.
/// `Display` writes one line.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MissingField<'a> {
    /// The `operationId`.
    pub operation: &'static str,
    /// The request method.
    pub method: Method,
    /// The path template, such as `/things/{id}`.
    pub path: &'static str,
    /// The path of the field in the response, such as `data[3].company.id`; empty for the response itself.
    pub field: &'a str,
    /// The server's request id; quote it to support.
    pub request_id: Option<&'a str>,
}

impl fmt::Display for MissingField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, method, path, field, .. } = self;
        write!(f, "{operation} ({} {path}): ", method.as_str())?;
        match *field {
            "" => f.write_str("the response is replaced by the nearest value of its type"),
            field => write!(f, "the response lacks `{field}`, or its type cannot hold the value"),
        }
    }
}
