//! The model: what should be stored, in plain maps.

use std::{collections::BTreeMap, time::Duration};

use openapi_client_inbox::{Change, State};

use super::steps::{FIRST_OF_NEWER, HandlerResult, RETRY_AFTER};

pub(super) const MAX_ATTEMPTS: u32 = 3;
pub(super) const LEASE: Duration = Duration::from_secs(60);

/// The first delay after a failure. It doubles, and a part of it at random is waited for.
pub(super) const BACKOFF: Duration = Duration::from_secs(3600);

/// What should be stored. Times are since the start.
#[derive(Debug, Default)]
pub(super) struct Expectation {
    pub(super) now: Duration,
    pub(super) events: BTreeMap<u64, Expected>,
    /// How often each event had its effect. It stays when the event is purged.
    pub(super) effects: BTreeMap<u64, u64>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    pub(super) state: State,
    pub(super) attempts: u32,
    /// When it is due, at the earliest and at the latest: a delay is random.
    pub(super) due: (Duration, Duration),
    ended: Duration,
}

impl Expected {
    fn change(&mut self, change: Change) -> bool {
        let changed = self.state.apply(change);
        self.state = changed.unwrap_or(self.state);
        changed.is_some()
    }
}

impl Expectation {
    /// Returns whether the event is new.
    pub(super) fn receive(&mut self, number: u64) -> bool {
        let state = if number < FIRST_OF_NEWER { State::Ready } else { State::Undecoded };
        let (now, mut is_new) = (self.now, false);
        self.events.entry(number).or_insert_with(|| {
            is_new = true;
            Expected { state, attempts: 0, due: (now, now), ended: Duration::ZERO }
        });
        is_new
    }

    /// The events that a worker claims now.
    pub(super) fn list_due(&self) -> Vec<u64> {
        let is_due = |event: &Expected| event.state.apply(Change::Claim).is_some() && event.due.0 <= self.now;
        self.events.iter().filter(|(_, event)| is_due(event)).map(|(number, _)| *number).collect()
    }

    /// Claims an event. Returns whether the handler is called: not if the attempts are used up by workers that ended, and
    /// not if this version cannot decode it.
    pub(super) fn claim(&mut self, number: u64, newer: bool) -> bool {
        let now = self.now;
        let event = self.events.get_mut(&number).unwrap();
        assert!(event.change(Change::Claim));
        if event.attempts == MAX_ATTEMPTS {
            assert!(event.change(Change::Bury));
            return false;
        }
        if !newer && number >= FIRST_OF_NEWER {
            assert!(event.change(Change::SetAside));
            return false;
        }
        event.attempts += 1;
        event.due = (now + LEASE, now + LEASE);
        true
    }

    pub(super) fn finish(&mut self, number: u64, result: HandlerResult) {
        let now = self.now;
        let event = self.events.get_mut(&number).unwrap();
        let is_last = event.attempts == MAX_ATTEMPTS;
        match result {
            HandlerResult::Succeed | HandlerResult::SucceedWithoutEffect => {
                assert!(event.change(Change::Complete));
                event.ended = now;
                let count = u64::from(result == HandlerResult::Succeed);
                *self.effects.entry(number).or_default() += count;
            }
            HandlerResult::FailForGood => assert!(event.change(Change::Bury)),
            _ if is_last => assert!(event.change(Change::Bury)),
            HandlerResult::RetryAfter => {
                assert!(event.change(Change::Fail));
                event.due = (now + RETRY_AFTER, now + RETRY_AFTER);
            }
            HandlerResult::Fail | HandlerResult::Panic => {
                assert!(event.change(Change::Fail));
                event.due = (now, now + BACKOFF * 2_u32.pow(event.attempts - 1));
            }
        }
    }

    pub(super) fn retry(&mut self, number: u64, newer: bool) -> bool {
        let now = self.now;
        let Some(event) = self.events.get_mut(&number) else { return false };
        // What cannot be decoded stays as it is.
        let is_read_again = matches!(event.state, State::Undecoded | State::Discarded);
        if is_read_again && number >= FIRST_OF_NEWER && !newer {
            return false;
        }
        let changed = event.change(Change::Retry);
        if changed {
            (event.attempts, event.due) = (0, (now, now));
        }
        changed
    }

    /// Retries all events in a state. Returns how many.
    pub(super) fn retry_all(&mut self, state: State) -> u64 {
        let in_state = self.events.iter().filter(|(_, event)| event.state == state);
        let numbers: Vec<u64> = in_state.map(|(number, _)| *number).collect();
        numbers.into_iter().map(|number| u64::from(self.retry(number, true))).sum()
    }

    pub(super) fn discard(&mut self, number: u64) -> bool {
        let now = self.now;
        let Some(event) = self.events.get_mut(&number) else { return false };
        let changed = event.change(Change::Discard);
        if changed {
            event.ended = now;
        }
        changed
    }

    pub(super) fn purge(&mut self, older_than: Duration) -> u64 {
        let (now, before) = (self.now, self.events.len());
        self.events.retain(|_, event| {
            let is_finished = matches!(event.state, State::Done | State::Discarded);
            !is_finished || event.ended + older_than >= now
        });
        u64::try_from(before - self.events.len()).unwrap()
    }
}
