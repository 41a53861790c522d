//! How many repeats a client may add to what it sends, so that an outage is not answered with a storm.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::clock::Instant;

/// A bucket of tokens. A repeat takes one; a success gives a tenth back, and so does the passing of time, so that a
/// client that calls rarely always has some.
#[derive(Debug)]
pub(crate) struct Budget {
    capacity: f64,
    state: Mutex<Option<(f64, Instant)>>,
}

/// What one success gives back.
const PER_SUCCESS: f64 = 0.1;
/// What one second gives back.
const PER_SECOND: f64 = 0.5;

impl Budget {
    pub(crate) fn new(capacity: u32) -> Self {
        Self { capacity: capacity.into(), state: Mutex::new(None) }
    }

    /// Takes a token for one repeat; false if there is none.
    pub(crate) fn take(&self) -> bool {
        self.change(|tokens| if tokens < 1.0 { (tokens, false) } else { (tokens - 1.0, true) })
    }

    /// An attempt succeeded.
    pub(crate) fn succeeded(&self) {
        // A full bucket, which is how nearly every call finds it, costs one lock and no clock.
        if self.state.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            self.change(|tokens| (tokens + PER_SUCCESS, true));
        }
    }

    fn change(&self, edit: impl FnOnce(f64) -> (f64, bool)) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let tokens = state.map_or(self.capacity, |(tokens, since)| {
            let passed: Duration = now.saturating_duration_since(since);
            (tokens + passed.as_secs_f64() * PER_SECOND).min(self.capacity)
        });
        let (tokens, answer) = edit(tokens);
        *state = if tokens < self.capacity { Some((tokens, now)) } else { None };
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_runs_out_and_fills_up() {
        let budget = Budget::new(3);
        budget.succeeded();
        assert_eq!([(); 5].map(|()| budget.take()), [true, true, true, false, false]);
        (0..11).for_each(|_| budget.succeeded());
        assert_eq!([(); 2].map(|()| budget.take()), [true, false]);
        tokio::time::advance(Duration::from_secs(4)).await;
        assert_eq!([(); 3].map(|()| budget.take()), [true, true, false]);
        tokio::time::advance(Duration::from_secs(4000)).await;
        assert_eq!([(); 4].map(|()| budget.take()), [true, true, true, false]);
    }
}
