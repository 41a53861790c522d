//! The delay before an event is tried again.

use std::time::Duration;

/// Delays that double from the first to the longest, with full jitter: events that failed together do not come back together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    pub(crate) first: Duration,
    pub(crate) max: Duration,
}

impl Backoff {
    /// A random delay after this attempt, counted from 1.
    pub(crate) fn draw_delay(&self, attempt: i64) -> Duration {
        self.longest_delay(attempt).mul_f64(fastrand::f64())
    }

    fn longest_delay(&self, attempt: i64) -> Duration {
        let doublings = u32::try_from(attempt.saturating_sub(1).clamp(0, 31)).unwrap_or(31);
        self.first.saturating_mul(1 << doublings).min(self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest() {
        let backoff = Backoff { first: Duration::from_secs(1), max: Duration::from_secs(60) };
        let longest = |attempt| backoff.longest_delay(attempt).as_secs();
        assert_eq!([1, 2, 3, 6, 7, 40, i64::MAX].map(longest), [1, 2, 4, 32, 60, 60, 60]);
        assert!((0..100).all(|_| backoff.draw_delay(3) <= Duration::from_secs(4)));
    }
}
