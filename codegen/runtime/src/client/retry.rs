//! Whether a failed attempt is worth another one, and when.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use fastrand::Rng;
use http::{HeaderMap, StatusCode};

use crate::client::service::RetryDefaults;

/// Decides whether a failed attempt is followed by another one, and when.
///
/// It is asked only if another attempt is *safe*: a request that may change something twice never gets here, whatever
/// the policy says. Nor does one whose attempts or whose time are used up.
///
/// ```
/// use std::time::Duration;
/// use openapi_client_runtime::{Decision, Failure, RetryPolicy};
///
/// #[derive(Debug)]
/// struct EverySecond;
///
/// impl RetryPolicy for EverySecond {
///     fn decide(&self, failure: &Failure<'_>) -> Decision {
///         Decision::After(failure.server_wait.unwrap_or(Duration::from_secs(1)))
///     }
/// }
/// ```
pub trait RetryPolicy: fmt::Debug + Send + Sync {
    /// Whether to try again, and after what wait.
    fn decide(&self, failure: &Failure<'_>) -> Decision;
}

/// An attempt that failed.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Failure<'a> {
    /// The `operationId`.
    pub operation: &'static str,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// How long the call has taken until now.
    pub elapsed: Duration,
    /// The status of the answer; `None` if none came.
    pub status: Option<StatusCode>,
    /// The headers of the answer.
    pub headers: Option<&'a HeaderMap>,
    /// Whether the attempt ran out of time.
    pub is_timeout: bool,
    /// How long the server asks to wait: by `retry-after-ms`, `Retry-After` (RFC 9110, section 10.2.3) or its message.
    pub server_wait: Option<Duration>,
}

/// Whether to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// No: the call fails.
    Stop,
    /// Yes, after this wait. If it does not fit into the call's time, the call fails at once.
    After(Duration),
}

/// The policy by default: after connection faults, timeouts and the statuses of the API's configuration, with
/// exponential backoff and full jitter, or after the wait that the server asks for.
///
/// The wait before attempt *n + 1* is uniform between 0 and `min(max_backoff, initial_backoff · 2ⁿ⁻¹)`, so that clients
/// that failed together do not come back together. A wait asked for by the server is kept, with a jitter of at most
/// `initial_backoff` on top for the same reason.
#[derive(Debug)]
pub struct StandardRetry {
    initial: Duration,
    max: Duration,
    statuses: Vec<u16>,
    random: Mutex<Rng>,
}

impl StandardRetry {
    /// 408, 429, 500, 502, 503, 504 and those that Cloudflare adds (520 to 524); waits of up to 0.5 s at first and 8 s
    /// at most.
    pub fn new() -> Self {
        Self {
            initial: Duration::from_millis(500),
            max: Duration::from_secs(8),
            statuses: vec![408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524],
            random: Mutex::new(Rng::new()),
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn from_defaults(defaults: &RetryDefaults) -> Self {
        Self {
            initial: Duration::from_millis(defaults.initial_backoff_ms),
            max: Duration::from_millis(defaults.max_backoff_ms),
            statuses: defaults.statuses.to_vec(),
            random: Mutex::new(Rng::new()),
        }
    }

    /// The upper bound of the first wait.
    #[must_use]
    pub fn initial_backoff(mut self, wait: Duration) -> Self {
        self.initial = wait;
        self
    }

    /// The upper bound of every wait that the server did not ask for.
    #[must_use]
    pub fn max_backoff(mut self, wait: Duration) -> Self {
        self.max = wait;
        self
    }

    /// The statuses worth another attempt.
    #[must_use]
    pub fn statuses(mut self, statuses: impl Into<Vec<u16>>) -> Self {
        self.statuses = statuses.into();
        self
    }

    /// Makes the jitter repeatable, for tests.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.random = Mutex::new(Rng::with_seed(seed));
        self
    }

    fn jitter(&self, bound: Duration) -> Duration {
        let share = self.random.lock().unwrap_or_else(PoisonError::into_inner).f64();
        Duration::try_from_secs_f64(bound.as_secs_f64() * share).unwrap_or(bound)
    }
}

impl Default for StandardRetry {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryPolicy for StandardRetry {
    fn decide(&self, failure: &Failure<'_>) -> Decision {
        if failure.status.is_some_and(|status| !self.statuses.contains(&status.as_u16())) {
            return Decision::Stop;
        }
        let doubled = 1_u32.checked_shl(failure.attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        Decision::After(match failure.server_wait {
            Some(wait) => wait.saturating_add(self.jitter(self.initial)),
            None => self.jitter(self.initial.saturating_mul(doubled).min(self.max)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(attempt: u32, status: Option<u16>, server_wait: Option<u64>) -> Failure<'static> {
        Failure {
            operation: "o",
            attempt,
            elapsed: Duration::ZERO,
            status: status.map(|status| StatusCode::from_u16(status).unwrap()),
            headers: None,
            is_timeout: false,
            server_wait: server_wait.map(Duration::from_secs),
        }
    }

    #[test]
    fn waits_are_bounded_spread_and_repeatable() {
        let waits = |seed| {
            let policy = StandardRetry::new().seed(seed);
            (1..=40).map(|attempt| policy.decide(&failure(attempt, None, None))).collect::<Vec<_>>()
        };
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
        for (index, decision) in waits(3).into_iter().enumerate() {
            let bound = Duration::from_millis(500 << index.min(4));
            assert!(matches!(decision, Decision::After(wait) if wait <= bound), "{index}: {decision:?}");
        }
    }

    #[test]
    fn the_servers_wait_is_kept() {
        let policy = StandardRetry::new();
        let Decision::After(wait) = policy.decide(&failure(1, Some(429), Some(12))) else {
            panic!("stopped")
        };
        assert!((12.0..=12.5).contains(&wait.as_secs_f64()), "{wait:?}");
    }

    #[test]
    fn other_statuses_stop() {
        for status in [400, 401, 404, 409, 422, 501] {
            assert_eq!(StandardRetry::new().decide(&failure(1, Some(status), None)), Decision::Stop);
        }
    }
}
