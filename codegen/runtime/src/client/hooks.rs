//! What an application may watch of every attempt.

use std::time::Duration;

use http::StatusCode;

use crate::{error::Error, wire::method::Method};

/// Watches every attempt of every call, for metrics or logs of one's own. It sees no credential and no body.
///
/// The methods are called on the task of the call and must not block.
pub trait Hooks: Send + Sync {
    /// An attempt is about to be made.
    fn before_attempt(&self, attempt: &Attempt<'_>) {
        let _ = attempt;
    }

    /// An attempt has ended. Not called when the call is dropped in between.
    fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        let _ = (attempt, end);
    }
}

/// One attempt of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The `operationId`.
    pub operation: &'static str,
    /// The request method.
    pub method: Method,
    /// The path with its parameters in braces, which makes a good label: it has few values.
    pub path: &'static str,
    /// Which attempt it is, from 1.
    pub number: u32,
    /// The key of idempotency that is sent.
    pub idempotency_key: Option<&'a str>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptEnd<'a> {
    /// The status of the answer; `None` if none came.
    pub status: Option<StatusCode>,
    /// The id under which the server knows the request.
    pub request_id: Option<&'a str>,
    /// How long the attempt took, to the last byte of the answer.
    pub duration: Duration,
    /// What it failed with.
    pub error: Option<&'a Error>,
    /// The wait before the next attempt; `None` if there is none.
    pub retry_in: Option<Duration>,
}
