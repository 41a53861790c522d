//! How many events are in each state.

use std::time::Duration;

use crate::{state::State, store::StateCount};

/// How many events are in each state, and for how long the oldest is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Due, and waiting for a worker.
    pub ready: u64,
    /// Waiting for the end of a delay after a failure.
    pub delayed: u64,
    /// Being handled.
    pub running: u64,
    /// Handled.
    pub done: u64,
    /// Given up.
    pub dead: u64,
    /// Not decoded by this version of the program.
    pub undecoded: u64,
    /// Discarded.
    pub discarded: u64,
    /// For how long the oldest of the ready events has been due. It grows when the workers do not keep up.
    pub oldest_ready: Option<Duration>,
}

impl Counts {
    pub(crate) fn collect(counts: Vec<StateCount>) -> Self {
        let mut all = Self::default();
        for StateCount { state, delayed, count, oldest } in counts {
            let count = u64::try_from(count).unwrap_or(0);
            match state {
                State::Ready if delayed => all.delayed = count,
                State::Ready => {
                    all.ready = count;
                    all.oldest_ready = Some(Duration::from_millis(u64::try_from(oldest).unwrap_or(0)));
                }
                State::Running => all.running = count,
                State::Done => all.done = count,
                State::Dead => all.dead = count,
                State::Undecoded => all.undecoded = count,
                State::Discarded => all.discarded = count,
            }
        }
        all
    }
}
