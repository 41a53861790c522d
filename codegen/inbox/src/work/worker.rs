//! What all tasks of one `run` share, and how outcomes are recorded.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::active::Active;
use crate::{
    error::InboxError,
    handler::{JobError, Then},
    job::Contents,
    log::log_event,
    receive::clean_reason,
    scope::Unit,
    shared::Shared,
    state::State,
    store::Outcome,
};

/// The first and the longest pause while the database is away.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

pub(super) struct Worker<E, H> {
    pub(super) shared: Arc<Shared<E>>,
    pub(super) handler: H,
    pub(super) active: Arc<Active>,
}

impl<E, H> Worker<E, H> {
    /// Records that a handler failed: it is tried again later, or the event is dead.
    pub(super) async fn record_failure(&self, contents: &Contents<E>, token: &Arc<str>, error: &JobError) {
        let outcome = self.judge_failure(contents, error);
        self.settle(&Unit::of_event(token, contents.seq), &outcome).await;
    }

    /// What becomes of an event whose handler failed.
    pub(super) fn judge_failure(&self, contents: &Contents<E>, error: &JobError) -> Outcome {
        let settings = &self.shared.settings;
        let counts = !error.is_passing();
        let last = error.then() == Then::Bury || (counts && contents.attempt >= settings.max_attempts);
        let delay = match error.then() {
            Then::RetryAfter(delay) => delay,
            _ => settings.backoff.draw_delay(i64::from(contents.attempt)),
        };
        let outcome = if last {
            log_event!(
                error,
                id = contents.delivery.id,
                attempt = contents.attempt,
                "an event is given up: {error}"
            );
            Outcome { state: State::Dead, delay: Duration::ZERO, error: None, counts: true }
        } else {
            log_event!(
                warn,
                id = contents.delivery.id,
                attempt = contents.attempt,
                "an event failed: {error}"
            );
            Outcome { state: State::Ready, delay, error: None, counts }
        };
        Outcome { error: Some(clean_reason(&error.describe())), ..outcome }
    }

    /// Records an outcome, behind the fence. While the database is away it waits; if it fails otherwise, the lease ends, and
    /// the event is claimed again.
    pub(super) async fn settle(&self, unit: &Unit, outcome: &Outcome) {
        let settled = self.settle_patiently(unit, outcome).await;
        match settled {
            Ok(0) => {
                log_event!(warn, "an event was taken over by another worker, because its lease ended");
            }
            Ok(_) => {}
            Err(error) => {
                log_event!(error, "an outcome could not be recorded: {error}");
                drop(error);
            }
        }
    }

    /// Extends leases. Returns the events that still belong to this process; `None` while the database is away.
    pub(super) async fn renew(&self, tokens: Vec<String>, seqs: Vec<i64>) -> Option<Vec<i64>> {
        let lease = self.shared.settings.lease;
        let until = Instant::now() + lease;
        let renewing = self.shared.store.renew(tokens, seqs, lease);
        match tokio::time::timeout(lease, renewing).await {
            Ok(Ok(renewed)) => {
                self.active.extend(&renewed, until);
                return Some(renewed);
            }
            Ok(Err(_error)) => {
                log_event!(warn, "leases could not be extended: {_error}");
            }
            Err(_) => {
                log_event!(warn, "leases could not be extended: the database does not respond");
            }
        }
        None
    }

    async fn settle_patiently(&self, unit: &Unit, outcome: &Outcome) -> Result<u64, InboxError> {
        let mut pauses = Pauses::default();
        loop {
            match self.shared.store.settle(&unit.token, &unit.seqs, outcome).await {
                Err(error) => pauses.wait_after(error).await?,
                settled => return settled,
            }
        }
    }
}

/// Pauses that double, while the database is away.
#[derive(Default)]
pub(super) struct Pauses(u32);

impl Pauses {
    /// Pauses after an error that may pass; returns any other.
    pub(super) async fn wait_after(&mut self, error: InboxError) -> Result<(), InboxError> {
        let pause = self.choose_pause(error)?;
        tokio::time::sleep(pause).await;
        Ok(())
    }

    /// The pause after an error that may pass; returns any other.
    pub(super) fn choose_pause(&mut self, error: InboxError) -> Result<Duration, InboxError> {
        if !error.is_passing() {
            return Err(error);
        }
        log_event!(warn, "waiting for the database: {error}");
        Ok(self.next_pause())
    }

    fn next_pause(&mut self) -> Duration {
        let (first, longest) = PAUSES;
        let pause = first.saturating_mul(1 << self.0.min(16)).min(longest);
        self.0 += 1;
        // Workers that lost the database together do not come back together.
        pause.mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}
