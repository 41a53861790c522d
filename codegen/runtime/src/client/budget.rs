//! Limits the retries of a client, so that it does not multiply its load on a failing server.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::clock::Instant;

/// A token bucket. A retry takes one token. A successful attempt adds a tenth of one, and time adds more, so that a
/// client that calls rarely can still retry.
#[derive(Debug)]
pub(crate) struct Budget {
    capacity: f64,
    /// The tokens and the time of their last change; `None` while the bucket is full.
    state: Mutex<Option<(f64, Instant)>>,
}

const TOKENS_PER_SUCCESS: f64 = 0.1;
const TOKENS_PER_SECOND: f64 = 0.5;

impl Budget {
    pub(crate) fn new(capacity: u32) -> Self {
        Self { capacity: capacity.into(), state: Mutex::new(None) }
    }

    /// Takes a token for one retry; returns false if none is left.
    pub(crate) fn try_take(&self) -> bool {
        self.update(|tokens| if tokens < 1.0 { (tokens, false) } else { (tokens - 1.0, true) })
    }

    /// Adds the tokens of a successful attempt.
    pub(crate) fn record_success(&self) {
        // The bucket is nearly always full; a full one costs a lock, but does not read the clock.
        if self.state.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            self.update(|tokens| (tokens + TOKENS_PER_SUCCESS, true));
        }
    }

    fn update(&self, edit: impl FnOnce(f64) -> (f64, bool)) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let tokens = state.map_or(self.capacity, |(tokens, since)| {
            let elapsed: Duration = now.saturating_duration_since(since);
            (tokens + elapsed.as_secs_f64() * TOKENS_PER_SECOND).min(self.capacity)
        });
        let (tokens, result) = edit(tokens);
        *state = if tokens < self.capacity { Some((tokens, now)) } else { None };
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_bucket_empties_and_refills() {
        let budget = Budget::new(3);
        budget.record_success();
        assert_eq!([(); 5].map(|()| budget.try_take()), [true, true, true, false, false]);
        (0..11).for_each(|_| budget.record_success());
        assert_eq!([(); 2].map(|()| budget.try_take()), [true, false]);
        tokio::time::advance(Duration::from_secs(4)).await;
        assert_eq!([(); 3].map(|()| budget.try_take()), [true, true, false]);
        tokio::time::advance(Duration::from_secs(4000)).await;
        assert_eq!([(); 4].map(|()| budget.try_take()), [true, true, true, false]);
    }
}
