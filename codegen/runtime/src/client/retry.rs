//! Retry policies: whether to retry a failed attempt, and after which delay.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use fastrand::Rng;
use http::{HeaderMap, StatusCode};

use crate::client::service::RetryDefaults;

/// Decides whether to retry a failed attempt, and after which delay.
///
/// The client asks the policy only if a retry is *safe*: it never retries a request that the server could process twice,
/// whatever the policy decides. Nor does it exceed the maximum number of attempts or the total timeout of the call. Retries
/// after a 429 with a delay have a maximum of their own, see
/// [`ClientBuilder::max_rate_limit_retries`](crate::ClientBuilder::max_rate_limit_retries).
///
/// ```
/// use std::time::Duration;
/// # use openapi_client_runtime::{Decision, Failure, RetryPolicy};
///
/// #[derive(Debug)]
/// struct EverySecond;
///
/// impl RetryPolicy for EverySecond {
///     fn decide(&self, failure: &Failure<'_>) -> Decision {
///         Decision::RetryAfter(failure.retry_after.unwrap_or(Duration::from_secs(1)))
///     }
/// }
/// ```
pub trait RetryPolicy: fmt::Debug + Send + Sync {
    /// Decides whether to retry.
    fn decide(&self, failure: &Failure<'_>) -> Decision;
}

/// A failed attempt.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Failure<'a> {
    /// The `operationId`.
    pub operation: &'static str,
    /// The number of the attempt, starting at 1.
    pub attempt: u32,
    /// The duration of the call so far.
    pub elapsed: Duration,
    /// The status of the response; `None` if there was no complete response.
    pub status: Option<StatusCode>,
    /// The headers of the response.
    pub headers: Option<&'a HeaderMap>,
    /// Whether the attempt timed out.
    pub is_timeout: bool,
    /// Whether the response is a 409 after which the same request with its idempotency key is to be sent again, because
    /// an earlier one with this key is still being processed.
    pub is_in_progress: bool,
    /// The statuses that the API's configuration lists as retryable.
    pub retryable_statuses: &'a [u16],
    /// The delay that the server asks for, by `retry-after-ms`, `Retry-After` (RFC 9110, section 10.2.3) or the error
    /// message.
    pub retry_after: Option<Duration>,
    /// The old name of `retry_after`.
    #[deprecated(since = "0.2.0", note = "renamed to `retry_after`")]
    pub server_wait: Option<Duration>,
}

impl Failure<'_> {
    /// A first attempt that failed without a response, to which the callers add what they know.
    pub(crate) fn with_retry_after(retry_after: Option<Duration>) -> Self {
        #[allow(deprecated, reason = "the field has its value until it is removed")]
        Self {
            operation: "",
            attempt: 1,
            elapsed: Duration::ZERO,
            status: None,
            headers: None,
            is_timeout: false,
            is_in_progress: false,
            retryable_statuses: &DEFAULT_STATUSES,
            retry_after,
            server_wait: retry_after,
        }
    }
}

/// The statuses that are retried if no API states its own, with those of Cloudflare (520 to 524).
const DEFAULT_STATUSES: [u16; 11] = [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524];

/// The decision of a retry policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Do not retry: the call fails.
    Stop,
    /// Retry after this delay. If the delay exceeds the remaining time of the call, or a day, the call fails immediately.
    RetryAfter(Duration),
}

/// The share of a backoff below which jitter does not reduce it. Without a floor, three attempts can be over before a rate
/// limit of a second or a restart is.
const MIN_SHARE: f64 = 0.25;

/// The default policy: retries connection errors, timeouts and some statuses, with exponential backoff and jitter.
///
/// The delay before attempt *n + 1* is random between a quarter of *b* and *b* = `min(max_backoff, initial_backoff · 2ⁿ⁻¹)`,
/// so that clients that failed at the same time do not retry at the same time, and no call uses up its attempts at once. A
/// delay that the server asks for takes precedence; a quarter of `initial_backoff` up to `initial_backoff` is added to it,
/// for the same reasons.
#[derive(Debug)]
pub struct StandardRetry {
    initial_backoff: Duration,
    max_backoff: Duration,
    /// `None` for those of the API.
    statuses: Option<Vec<u16>>,
    random: Mutex<Rng>,
}

impl StandardRetry {
    /// Retries the statuses in the API's configuration, which are also those that are retried by default, with an initial
    /// backoff of up to 0.5 s and a maximum of 8 s.
    pub fn new() -> Self {
        Self {
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(8),
            statuses: None,
            random: Mutex::new(Rng::new()),
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn from_defaults(defaults: &RetryDefaults) -> Self {
        Self {
            initial_backoff: Duration::from_millis(defaults.initial_backoff_ms),
            max_backoff: Duration::from_millis(defaults.max_backoff_ms),
            statuses: Some(defaults.statuses.to_vec()),
            random: Mutex::new(Rng::new()),
        }
    }

    /// Sets the maximum delay before the first retry.
    #[must_use]
    pub fn initial_backoff(mut self, delay: Duration) -> Self {
        self.initial_backoff = delay;
        self
    }

    /// Sets the maximum delay before any retry. It does not limit a delay that the server asks for.
    #[must_use]
    pub fn max_backoff(mut self, delay: Duration) -> Self {
        self.max_backoff = delay;
        self
    }

    /// Sets the statuses that are retried, in place of those of the API.
    ///
    /// The status 409 is retried in any case if [`Failure::is_in_progress`] is true, and never otherwise.
    #[must_use]
    pub fn statuses(mut self, statuses: impl Into<Vec<u16>>) -> Self {
        self.statuses = Some(statuses.into());
        self
    }

    /// Seeds the jitter, for reproducible tests.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.random = Mutex::new(Rng::with_seed(seed));
        self
    }

    /// A delay from a quarter of the maximum up to the maximum.
    fn random_delay(&self, max: Duration) -> Duration {
        let share = self.random.lock().unwrap_or_else(PoisonError::into_inner).f64();
        let share = MIN_SHARE + (1.0 - MIN_SHARE) * share;
        Duration::try_from_secs_f64(max.as_secs_f64() * share).unwrap_or(max)
    }
}

impl Default for StandardRetry {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryPolicy for StandardRetry {
    fn decide(&self, failure: &Failure<'_>) -> Decision {
        let statuses = self.statuses.as_deref().unwrap_or(failure.retryable_statuses);
        if !failure.is_in_progress
            && failure.status.is_some_and(|status| !statuses.contains(&status.as_u16()))
        {
            return Decision::Stop;
        }
        let factor = 1_u32.checked_shl(failure.attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        Decision::RetryAfter(match failure.retry_after {
            Some(delay) => delay.saturating_add(self.random_delay(self.initial_backoff)),
            None => self.random_delay(self.initial_backoff.saturating_mul(factor).min(self.max_backoff)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(attempt: u32, status: Option<u16>, retry_after: Option<u64>) -> Failure<'static> {
        Failure {
            operation: "o",
            attempt,
            elapsed: Duration::ZERO,
            status: status.map(|status| StatusCode::from_u16(status).unwrap()),
            headers: None,
            is_timeout: false,
            ..Failure::with_retry_after(retry_after.map(Duration::from_secs))
        }
    }

    #[test]
    fn delays_are_bounded_random_and_reproducible() {
        let delays = |seed| {
            let policy = StandardRetry::new().seed(seed);
            (1..=40).map(|attempt| policy.decide(&failure(attempt, None, None))).collect::<Vec<_>>()
        };
        assert_eq!(delays(1), delays(1));
        assert_ne!(delays(1), delays(2));
        for (index, decision) in delays(3).into_iter().enumerate() {
            let bound = Duration::from_millis(500 << index.min(4));
            assert!(
                matches!(decision, Decision::RetryAfter(delay) if (bound / 4..=bound).contains(&delay)),
                "{index}: {decision:?}"
            );
        }
    }

    #[test]
    fn the_delay_of_the_server_takes_precedence() {
        let policy = StandardRetry::new();
        let Decision::RetryAfter(delay) = policy.decide(&failure(1, Some(429), Some(12))) else {
            panic!("expected a retry")
        };
        assert!((12.125..=12.5).contains(&delay.as_secs_f64()), "{delay:?}");
    }

    #[test]
    fn absurd_delays_do_not_overflow() {
        let policy = StandardRetry::new().initial_backoff(Duration::MAX).max_backoff(Duration::MAX);
        for attempt in [1, 2, 33, u32::MAX] {
            for retry_after in [None, Some(0), Some(u64::MAX)] {
                let decision = policy.decide(&failure(attempt, None, retry_after));
                assert!(matches!(decision, Decision::RetryAfter(_)), "{attempt} {retry_after:?}");
            }
        }
    }

    #[test]
    fn statuses_are_those_of_the_api_unless_set() {
        let decide = |policy: StandardRetry, status| {
            policy.decide(&Failure { retryable_statuses: &[429, 530], ..failure(1, Some(status), None) })
        };
        assert!(matches!(decide(StandardRetry::new(), 530), Decision::RetryAfter(_)));
        assert_eq!(decide(StandardRetry::new(), 500), Decision::Stop);
        assert!(matches!(decide(StandardRetry::new().statuses([500]), 500), Decision::RetryAfter(_)));
        assert_eq!(decide(StandardRetry::new().statuses([500]), 530), Decision::Stop);
    }

    #[test]
    fn a_request_in_progress_is_asked_for_again() {
        let in_progress = Failure { is_in_progress: true, ..failure(1, Some(409), None) };
        assert!(matches!(StandardRetry::new().decide(&in_progress), Decision::RetryAfter(_)));
    }

    #[test]
    fn other_statuses_are_not_retried() {
        for status in [400, 401, 404, 409, 422, 501] {
            assert_eq!(StandardRetry::new().decide(&failure(1, Some(status), None)), Decision::Stop);
        }
    }
}
