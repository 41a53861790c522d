//! Handles one unit: together in one transaction first, if there are several events, and each alone if that fails.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use openapi_client_runtime::webhooks::Events;

use super::{
    call::call_handler,
    worker::{Pauses, Worker},
};
use crate::{
    clock::{from_millis, millis_to_seconds},
    handler::{Handler, JobError},
    job::{Contents, Job},
    log::log_event,
    receive::{clean_reason, open_delivery},
    scope::{CommitError, Scope, Unit},
    state::State,
    store::{Claimed, Outcome},
};

/// When an event is claimed again whose key of encryption this process does not have.
const MISSING_KEY_DELAY: Duration = Duration::from_secs(10);

/// Whether a unit is finished, or its events have to be handled one by one.
#[derive(PartialEq, Eq)]
enum Together {
    Finished,
    Alone,
}

impl<E, H> Worker<E, H>
where
    E: Events + Send + Sync + 'static,
    H: Handler<E>,
{
    /// Handles the events of a claim, one after another.
    pub(super) async fn handle_unit(&self, token: Arc<str>, claimed: Vec<Claimed>) {
        let events = self.open_events(&token, claimed).await;
        if events.len() < 2 || self.handle_together(&token, &events).await == Together::Alone {
            self.handle_each(&token, events).await;
        }
    }

    /// Decrypts and decodes events. What cannot be handled is recorded.
    async fn open_events(&self, token: &Arc<str>, claimed: Vec<Claimed>) -> Vec<Arc<Contents<E>>> {
        let mut events = Vec::with_capacity(claimed.len());
        for event in claimed {
            let seq = event.seq;
            match self.open_event(event) {
                Ok(contents) => events.push(Arc::new(contents)),
                Err(outcome) => {
                    self.settle(&Unit::of_event(token, seq), &outcome).await;
                }
            }
        }
        events
    }

    /// Handles each event alone, if it still belongs to this process. After its lease ended as far as this process knows, the
    /// database is asked: another worker may have finished it, and then its handler must not be called.
    async fn handle_each(&self, token: &Arc<str>, events: Vec<Arc<Contents<E>>>) {
        for contents in events {
            let seq = contents.seq;
            if !self.active.is_held(seq) {
                match self.renew(vec![token.to_string()], vec![seq]).await {
                    Some(renewed) if renewed.contains(&seq) => {}
                    Some(_) => {
                        log_lost(&contents);
                        continue;
                    }
                    // The rest is claimed again when its leases end.
                    None => return,
                }
            }
            self.handle_alone(token, contents).await;
        }
    }

    /// Decrypts and decodes an event, or says what becomes of one that cannot be handled.
    fn open_event(&self, event: Claimed) -> Result<Contents<E>, Outcome> {
        let settings = &self.shared.settings;
        if event.attempts > i64::from(settings.max_attempts) {
            let error = format!(
                "the worker stopped, or its lease ended, before attempt {} had a result",
                event.attempts - 1
            );
            log_event!(error, id = event.id, "an event is given up: {error}");
            return Err(Outcome {
                state: State::Dead,
                delay: Duration::ZERO,
                error: Some(error),
                counts: false,
            });
        }
        let set_aside = |error: String| {
            log_event!(warn, "an event cannot be decoded: {error}");
            let error = Some(clean_reason(&error));
            Outcome { state: State::Undecoded, delay: Duration::ZERO, error, counts: false }
        };
        let knows_key = settings.cipher.knows(event.key_id.as_deref());
        let timestamp = millis_to_seconds(event.sent_at);
        let sealed = (event.payload, event.key_id.as_deref());
        let delivery = open_delivery(settings, &event.id, timestamp, sealed).map_err(|error| {
            let outcome = set_aside(error);
            // Another process has the key while all of them get a new one.
            if knows_key {
                outcome
            } else {
                Outcome { state: State::Ready, delay: MISSING_KEY_DELAY, ..outcome }
            }
        })?;
        Ok(Contents {
            seq: event.seq,
            delivery,
            attempt: u32::try_from(event.attempts).unwrap_or(u32::MAX),
            received_at: from_millis(event.received_at),
            key: event.order_key,
        })
    }

    /// Handles all events in one transaction. The first failure undoes everything, and then each is handled alone, so that one
    /// bad event does not hold up the others.
    async fn handle_together(&self, token: &Arc<str>, events: &[Arc<Contents<E>>]) -> Together {
        let seqs = events.iter().map(|contents| contents.seq).collect();
        let scope = self.open_scope(token, seqs);
        for contents in events {
            let may_begin = scope.is_open() || self.active.is_held(contents.seq);
            if !may_begin || self.call(contents, &scope).await.is_err() {
                return match scope.roll_back().await {
                    Ok(()) => self.end_together(token, events).await,
                    Err(_) => abandon_unit(),
                };
            }
        }
        match self.commit(&scope).await {
            Ok(()) => Together::Finished,
            Err(CommitError::InUse) => abandon_unit(),
            Err(CommitError::Lost | CommitError::Unmarked(_)) => {
                log_event!(warn, "some events were taken over by another worker, because their lease ended");
                Together::Finished
            }
            // The connection broke: the commit may have taken effect. To call the handlers again now could handle what is
            // done; the fence of a failure finds out.
            Err(CommitError::Failed(error)) if error.is_passing() => {
                let error = JobError::new(error);
                for contents in events {
                    self.record_failure(contents, token, &error).await;
                }
                Together::Finished
            }
            // The database refuses the transaction, such as for a deferred constraint: one of the events is the reason.
            Err(CommitError::Failed(_)) => self.end_together(token, events).await,
        }
    }

    /// Before events are handled alone, the database says which of them still belong to this process: the reason of the
    /// failure may be that some do not.
    async fn end_together(&self, token: &Arc<str>, events: &[Arc<Contents<E>>]) -> Together {
        let seqs: Vec<i64> = events.iter().map(|contents| contents.seq).collect();
        self.active.extend(&seqs, Instant::now());
        let _ = self.renew(vec![token.to_string()], seqs).await;
        Together::Alone
    }

    async fn handle_alone(&self, token: &Arc<str>, contents: Arc<Contents<E>>) {
        let scope = self.open_scope(token, vec![contents.seq]);
        let committed = match self.call(&contents, &scope).await {
            Ok(()) => self.commit(&scope).await,
            Err(error) => {
                let outcome = self.judge_failure(&contents, &error);
                match scope.settle(&outcome).await {
                    Ok(true) => return,
                    Ok(false) => {
                        return self.settle(&Unit::of_event(token, contents.seq), &outcome).await;
                    }
                    Err(error) => Err(error),
                }
            }
        };
        match committed {
            Ok(()) => {
                log_event!(debug, id = contents.delivery.id, attempt = contents.attempt, "an event is done");
            }
            Err(CommitError::Lost) => log_lost(&contents),
            Err(CommitError::InUse) => {
                abandon_unit();
            }
            Err(CommitError::Failed(error) | CommitError::Unmarked(error)) => {
                self.record_failure(&contents, token, &JobError::new(error)).await;
            }
        }
    }

    fn open_scope(&self, token: &Arc<str>, seqs: Vec<i64>) -> Arc<Scope> {
        let unit = Unit { token: Arc::clone(token), seqs };
        Arc::new(Scope::new(Arc::clone(&self.shared.store), unit))
    }

    async fn call(&self, contents: &Arc<Contents<E>>, scope: &Arc<Scope>) -> Result<(), JobError> {
        let job = Job { contents: Arc::clone(contents), scope: Arc::clone(scope) };
        let calling = call_handler(&self.handler, job);
        #[cfg(feature = "tracing")]
        let calling = {
            use tracing::Instrument as _;
            calling.instrument(crate::log::create_span(
                &contents.delivery.id,
                contents.attempt,
                contents.key.as_deref(),
            ))
        };
        calling.await
    }

    /// Commits. What handlers did without a transaction is done already, so its mark waits for the database.
    async fn commit(&self, scope: &Scope) -> Result<(), CommitError> {
        let drop_payload = self.shared.settings.drop_payloads;
        let mut pauses = Pauses::default();
        loop {
            match scope.commit(drop_payload).await {
                Err(CommitError::Unmarked(error)) => {
                    pauses.wait_after(error).await.map_err(CommitError::Unmarked)?;
                }
                committed => return committed,
            }
        }
    }
}

fn log_lost<E>(_contents: &Contents<E>) {
    log_event!(
        warn,
        id = _contents.delivery.id,
        "an event was taken over by another worker, because its lease ended"
    );
}

/// Nothing can be recorded while a task of a handler holds the transaction: the lease ends, and the events are claimed again.
fn abandon_unit() -> Together {
    log_event!(
        error,
        "a handler returned while a task that it had started still used its transaction; the event is handled again after \
         its lease"
    );
    Together::Finished
}
