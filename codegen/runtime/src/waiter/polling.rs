//! Requests a resource until it has a state.

use std::fmt;
use std::time::Duration;

use super::announcements::{Announcements, Subscription};
use crate::clock::{self, Instant};
use crate::error::Error;

/// The shortest delay between two requests, unless the resource is announced.
const LEAST_DELAY: Duration = Duration::from_millis(100);

/// Requests a resource until it has a state, with growing delays between the requests.
///
/// ```no_run
/// # use openapi_client_runtime::{Announcements, Error, WaitError, Waiter};
/// # use std::time::Duration;
/// # struct Payment { status: String }
/// # async fn retrieve(id: &str) -> Result<Payment, Error> { unimplemented!() }
/// # async fn example(announcements: &Announcements) -> Result<(), WaitError<Payment>> {
/// let payment = Waiter::new()
///     .wait_at_most(Duration::from_secs(60))
///     // Optional: the handler of webhooks calls `announcements.announce("pay_1")`.
///     .announced_by(announcements, "pay_1")
///     .wait_until(|| retrieve("pay_1"), |payment| payment.status == "paid")
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// A request that fails in a retryable way, after the retries of the client, counts as one without the state. Dropping the future stops
/// the waiting; it has no other effect.
#[must_use = "a waiter does nothing until `wait_until`"]
pub struct Waiter {
    initial_delay: Duration,
    max_delay: Duration,
    timeout: Duration,
    subscription: Option<Subscription>,
}

impl Waiter {
    /// A waiter with delays from 1 to 15 seconds, for at most 5 minutes.
    pub fn new() -> Self {
        Self {
            initial_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(15),
            timeout: Duration::from_secs(300),
            subscription: None,
        }
    }

    /// Sets the delay after the first request. It doubles with each further one, and half of each delay is random, so that many waiters
    /// do not request at the same times. No delay is shorter than 100 milliseconds.
    pub fn initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = delay;
        self
    }

    /// Sets the longest delay. One shorter than 100 milliseconds counts as 100.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets how long to wait: no request starts after this time, and the last one starts at its end. If the server asks for a delay
    /// before the next request that is longer than the time left (`Retry-After`), the waiting ends at once.
    pub fn wait_at_most(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Requests at once when the resource with this id is announced. The delays are as without it, so that a lost announcement is
    /// no more than a longer wait.
    pub fn announced_by(mut self, announcements: &Announcements, id: impl AsRef<str>) -> Self {
        self.subscription = Some(announcements.subscribe(id.as_ref()));
        self
    }

    /// Calls `request` until `is_final` accepts its value, and returns that. The first request is made at once.
    ///
    /// # Errors
    /// [`WaitError::TimedOut`] with the last value, and [`WaitError::Request`] for an error that is not retryable.
    pub async fn wait_until<T, F>(
        mut self,
        mut request: impl FnMut() -> F,
        mut is_final: impl FnMut(&T) -> bool,
    ) -> Result<T, WaitError<T>>
    where
        F: IntoFuture<Output = Result<T, Error>>,
    {
        let started_at = Instant::now();
        let longest = self.max_delay.max(LEAST_DELAY);
        let mut delay = self.initial_delay.clamp(LEAST_DELAY, longest);
        let mut last_value = None;
        loop {
            let (error, least) = match request().into_future().await {
                Ok(value) if is_final(&value) => return Ok(value),
                Ok(value) => {
                    last_value = Some(value);
                    (None, Duration::ZERO)
                }
                Err(error) if !error.is_retryable() => return Err(WaitError::Request(error)),
                Err(error) => {
                    let least = error.retry_after().unwrap_or_default();
                    (Some(error), least)
                }
            };
            let waited = started_at.elapsed();
            let left = self.timeout.saturating_sub(waited);
            if left.is_zero() || least > left {
                return Err(WaitError::TimedOut { waited, last: last_value, error });
            }
            let random = delay.mul_f64(0.5 + 0.5 * fastrand::f64()).max(LEAST_DELAY);
            self.sleep_until_announced(random.min(left), least).await;
            delay = delay.saturating_mul(2).min(longest);
        }
    }

    /// Sleeps for the delay, or until an announcement, but not less than `least`: what the server asked for.
    async fn sleep_until_announced(&mut self, delay: Duration, least: Duration) {
        clock::sleep(least).await;
        let rest = delay.saturating_sub(least);
        match &mut self.subscription {
            // Whether it was announced or the time is up, a request follows.
            Some(subscription) => drop(clock::timeout(Some(rest), subscription.wait_for_next()).await),
            None => clock::sleep(rest).await,
        }
    }
}

impl Default for Waiter {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter")
            .field("initial_delay", &self.initial_delay)
            .field("max_delay", &self.max_delay)
            .field("wait_at_most", &self.timeout)
            .field("is_announced", &self.subscription.is_some())
            .finish()
    }
}

/// Why a [`Waiter`] did not see the state that it waited for.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError<T> {
    /// The time is up, or it would be before the next request: the server asked for a delay longer than the time left.
    #[non_exhaustive]
    TimedOut {
        /// How long the waiter waited: less than [`Waiter::wait_at_most`] if the server asked for a longer delay.
        waited: Duration,
        /// The last value; `None` if every request failed.
        last: Option<T>,
        /// The error of the last request, if it failed.
        error: Option<Error>,
    },
    /// A request failed.
    Request(Error),
}

impl<T> fmt::Display for WaitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut { waited, error, .. } => {
                f.write_str("the resource did not reach the expected state")?;
                match error.as_ref().and_then(Error::retry_after).filter(|delay| !delay.is_zero()) {
                    Some(delay) => write!(
                        f,
                        ", and the server asked for a delay of {delay:?}, longer than the time left"
                    ),
                    None => write!(f, " within {waited:?}"),
                }
            }
            Self::Request(error) => error.fmt(f),
        }
    }
}

impl<T: fmt::Debug> std::error::Error for WaitError<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::TimedOut { error, .. } => error.as_ref().map(|error| error as _),
            // `Display` shows the error itself.
            Self::Request(error) => error.source(),
        }
    }
}

#[cfg(test)]
mod tests;
