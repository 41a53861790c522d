//! What handles events, and the error with which it says what becomes of one.

use std::{error::Error as StdError, fmt, time::Duration};

use crate::{
    error::{InboxError, InboxErrorKind, classify_error},
    job::Job,
};

/// Handles events. Implemented for every function and closure from a [`Job`] to a future.
///
/// A panic counts as a failure: the event is tried again later. A handler that shares something clones it for each call:
///
/// ```
/// # use std::sync::Arc;
/// # use openapi_client_inbox::{Inbox, InboxError, Job};
/// # use openapi_client_runtime::webhooks::Events;
/// # async fn example<Event: Events + Send + Sync + 'static>(inbox: Inbox<Event>) -> Result<(), InboxError> {
/// # struct Mailer;
/// # impl Mailer { async fn send(&self, key: String) -> Result<(), std::io::Error> { Ok(()) } }
/// let mailer = Arc::new(Mailer);
/// inbox
///     .run(move |job: Job<Event>| {
///         let mailer = Arc::clone(&mailer);
///         async move { Ok(mailer.send(job.idempotency_key("receipt")).await?) }
///     })
///     .await
/// # }
/// ```
pub trait Handler<E>: Send + Sync + 'static {
    /// Handles one event. After `Ok(())`, the event and what was written in the job's transaction are committed together.
    fn handle(&self, job: Job<E>) -> impl Future<Output = Result<(), JobError>> + Send;
}

impl<E, F, R> Handler<E> for F
where
    F: Fn(Job<E>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), JobError>> + Send,
{
    fn handle(&self, job: Job<E>) -> impl Future<Output = Result<(), JobError>> + Send {
        self(job)
    }
}

/// Why a handler failed, and whether to try again. `?` converts every error into one that is tried again later, with growing
/// delays, until the attempts are used up.
///
/// An [`InboxError`](crate::InboxError) or an error of `sqlx` which says that the database is away, busy, full or read-only uses up no
/// attempt, wherever it is among the sources: no event is given up because the database was down.
///
/// The text of the error and of its sources is stored with the event: it should not contain secrets.
///
/// ```
/// # use openapi_client_inbox::{Job, JobError};
/// use std::time::Duration;
///
/// # struct Event { plan: String }
/// # fn find_plan(plan: &str) -> Result<Option<u32>, std::io::Error> { Ok(None) }
/// # fn is_limited() -> bool { false }
/// async fn handle(job: Job<Event>) -> Result<(), JobError> {
///     if is_limited() {
///         return Err(JobError::retry_after(Duration::from_secs(30), "too many requests"));
///     }
///     // An error of the file system may pass: the event is tried again.
///     let Some(plan) = find_plan(&job.event().plan)? else {
///         return Err(JobError::permanent("the plan does not exist"));
///     };
///     println!("plan {plan}");
///     Ok(())
/// }
/// ```
pub struct JobError {
    source: Box<dyn StdError + Send + Sync>,
    then: Then,
}

/// What becomes of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// It is tried again after the usual delay.
    Retry,
    /// It is tried again after this time.
    RetryAfter(Duration),
    /// It is not tried again.
    Bury,
}

impl JobError {
    /// An error, or a text, after which the event is tried again later.
    #[must_use]
    pub fn new(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: error.into(), then: Then::Retry }
    }

    /// An error, or a text, after which the event is not tried again: it becomes a dead letter at once.
    #[must_use]
    pub fn permanent(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: error.into(), then: Then::Bury }
    }

    /// An error, or a text, after which the event is tried again once this time has passed.
    #[must_use]
    pub fn retry_after(delay: Duration, error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: error.into(), then: Then::RetryAfter(delay) }
    }

    pub(crate) fn then(&self) -> Then {
        self.then
    }

    /// Whether the database was away or busy, rather than that the handler failed: such attempts do not count.
    pub(crate) fn is_passing(&self) -> bool {
        if self.then == Then::Bury {
            return false;
        }
        let mut source: Option<&(dyn StdError + 'static)> = Some(&*self.source);
        while let Some(error) = source {
            let kind = match error.downcast_ref::<InboxError>() {
                Some(error) => Some(error.kind()),
                None => error.downcast_ref::<sqlx::Error>().map(classify_error),
            };
            if kind.is_some_and(InboxErrorKind::is_passing) {
                return true;
            }
            source = error.source();
        }
        false
    }

    /// The texts of the error and of its sources.
    pub(crate) fn describe(&self) -> String {
        let mut text = self.source.to_string();
        let mut source = self.source.source();
        while let Some(error) = source {
            let next = error.to_string();
            // Many errors repeat their source in their own text.
            if !text.contains(&next) {
                text.push_str(": ");
                text.push_str(&next);
            }
            source = error.source();
        }
        text
    }
}

impl<T: StdError + Send + Sync + 'static> From<T> for JobError {
    fn from(error: T) -> Self {
        Self::new(error)
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.source, f)
    }
}

impl fmt::Debug for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobError").field("source", &self.source).field("then", &self.then).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_tried_again() {
        let parse = || -> Result<u8, JobError> { Ok("x".parse::<u8>()?) };
        let error = parse().unwrap_err();
        assert_eq!(error.then(), Then::Retry);
        assert_eq!(error.describe(), "invalid digit found in string");
        assert_eq!(JobError::permanent("no such plan").then(), Then::Bury);
        let later = JobError::retry_after(Duration::from_secs(3), "limited");
        assert_eq!(
            (later.then(), later.to_string()),
            (Then::RetryAfter(Duration::from_secs(3)), "limited".to_owned())
        );
    }

    #[test]
    fn only_conditions_of_the_database_use_up_no_attempt() {
        #[derive(Debug)]
        struct Wrapped(sqlx::Error);
        impl fmt::Display for Wrapped {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("cannot book")
            }
        }
        impl StdError for Wrapped {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                Some(&self.0)
            }
        }
        let away = || InboxError::from(sqlx::Error::PoolTimedOut);
        assert!(JobError::from(away()).is_passing());
        assert!(JobError::from(Wrapped(sqlx::Error::PoolTimedOut)).is_passing());
        assert!(JobError::retry_after(Duration::ZERO, away()).is_passing());
        assert!(!JobError::permanent(away()).is_passing());
        assert!(!JobError::from(sqlx::Error::RowNotFound).is_passing());
        assert!(!JobError::from(InboxError::from(sqlx::Error::RowNotFound)).is_passing());
        assert!(!JobError::new("the database is away or busy").is_passing());
    }

    #[test]
    fn sources_are_described_once() {
        #[derive(Debug)]
        struct Outer(std::num::ParseIntError);
        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("no amount")
            }
        }
        impl StdError for Outer {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                Some(&self.0)
            }
        }
        let error = JobError::new(Outer("x".parse::<u8>().unwrap_err()));
        assert_eq!(error.describe(), "no amount: invalid digit found in string");
    }
}
