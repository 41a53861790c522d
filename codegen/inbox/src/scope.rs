//! The transaction of a unit of work: events of one claim that are handled together.
//!
//! The effect of an event is committed exactly once because every transaction begins with the fence and ends with the mark
//! "done" behind the same fence. Whatever happens at these points, no effect is lost or doubled:
//!
//! - The process dies before the commit: the database rolls back. The row still runs; its lease ends, and it is claimed again.
//! - It dies after the commit: the row is done, and is never claimed again.
//! - The connection breaks during the commit, or gets no response in time: it took effect, did not, or still will. What is recorded
//!   afterwards waits for the lock of the row, and is fenced by "running", so it changes nothing if the row is done.
//! - The handler fails: its writes are undone to the fence, and the failure is recorded before the row is unlocked.
//! - The lease ends while the handler works: another worker claims the row under another token. Before the fence, the fence fails.
//!   After it the row is locked (PostgreSQL) or nobody else writes (SQLite), so nobody claims it.

use std::{sync::Arc, time::Duration};

use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::{
    error::{InboxError, InboxErrorKind},
    store::{Outcome, Store, Transaction},
};

/// How long a handler waits for a guard that it, or a task of it, already has. Without an end, a mistake would be a deadlock.
const GUARD_TIMEOUT: Duration = Duration::from_secs(30);

/// The rows of one claim that are handled together.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) token: Arc<str>,
    pub(crate) seqs: Vec<i64>,
}

impl Unit {
    /// The row of one event.
    pub(crate) fn of_event(token: &Arc<str>, seq: i64) -> Self {
        Self { token: Arc::clone(token), seqs: vec![seq] }
    }
}

pub(crate) struct Scope {
    store: Arc<Store>,
    unit: Unit,
    phase: Mutex<Phase>,
}

enum Phase {
    /// No handler has asked for the transaction.
    Idle,
    Open(Transaction),
    /// The handlers are finished.
    Over,
}

/// How the work of a scope was committed.
#[derive(Debug)]
pub(crate) enum CommitError {
    /// Nothing was committed, and the rows belong to another worker by now.
    Lost,
    /// The handlers returned, but a task that one of them started still holds the transaction. Nothing can be recorded
    /// while it does: the lease ends.
    InUse,
    /// The transaction cannot be committed, or the connection broke while it was.
    Failed(InboxError),
    /// The handlers used no transaction, and the mark "done" could not be written.
    Unmarked(InboxError),
}

impl Scope {
    pub(crate) fn new(store: Arc<Store>, unit: Unit) -> Self {
        Self { store, unit, phase: Mutex::new(Phase::Idle) }
    }

    /// The transaction; it begins at the first call. If the future is dropped halfway, nothing has begun.
    pub(crate) async fn enter(&self) -> Result<MappedMutexGuard<'_, Transaction>, InboxError> {
        let mut phase = tokio::time::timeout(GUARD_TIMEOUT, self.phase.lock()).await.map_err(|_| {
            let message =
                "the transaction of the job is in use for 30 s: drop its guard before the next call";
            // Not `Unavailable`: the mistake is one of the handler, and its attempts count.
            InboxError::new(InboxErrorKind::Database, message)
        })?;
        if matches!(*phase, Phase::Idle) {
            *phase = Phase::Open(self.begin().await?);
        }
        MutexGuard::try_map(phase, |phase| match phase {
            Phase::Open(transaction) => Some(transaction),
            Phase::Idle | Phase::Over => None,
        })
        .map_err(|_| {
            let message = "the job is over: use its transaction before the handler returns";
            InboxError::new(InboxErrorKind::LeaseLost, message)
        })
    }

    /// Whether the transaction has begun, so that nobody else can claim its events, even after their leases ended.
    pub(crate) fn is_open(&self) -> bool {
        self.phase.try_lock().is_ok_and(|phase| matches!(*phase, Phase::Open(_)))
    }

    async fn begin(&self) -> Result<Transaction, InboxError> {
        let mut transaction = self.store.begin().await?;
        let Unit { token, seqs } = &self.unit;
        let owned = self.store.fence(&mut transaction, token, seqs).await?;
        if owned == seqs.len() {
            return Ok(transaction);
        }
        let _ = transaction.roll_back().await;
        let message = "another worker took the event over, because the lease ended; nothing of this attempt is committed. \
                       Set a longer `lease` if it happens often";
        Err(InboxError::new(InboxErrorKind::LeaseLost, message))
    }

    /// Commits the handlers' writes together with the mark "done". After `Unmarked`, it may be called again.
    pub(crate) async fn commit(&self, drop_payload: bool) -> Result<(), CommitError> {
        let Unit { token, seqs } = &self.unit;
        let expected = u64::try_from(seqs.len()).unwrap_or(u64::MAX);
        match self.leave()? {
            Phase::Open(mut transaction) => {
                let done = self.store.complete_in(&mut transaction, token, seqs, drop_payload).await;
                match done {
                    Ok(done) if done == expected => {
                        transaction.commit().await.map_err(|error| CommitError::Failed(error.into()))
                    }
                    // The fence held, so this cannot happen unless somebody changed the rows by hand.
                    Ok(_) => Err(roll_back_as(transaction, CommitError::Lost).await),
                    Err(error) => Err(roll_back_as(transaction, CommitError::Failed(error)).await),
                }
            }
            Phase::Idle | Phase::Over => {
                let done =
                    self.store.complete(token, seqs, drop_payload).await.map_err(CommitError::Unmarked)?;
                if done == expected { Ok(()) } else { Err(CommitError::Lost) }
            }
        }
    }

    /// Undoes the handlers' writes, and records the outcome in the same transaction: between two, a worker could claim rows whose
    /// lease ended. Returns whether it is recorded; `false` also if it may be, or if there is no transaction.
    pub(crate) async fn settle(&self, outcome: &Outcome) -> Result<bool, CommitError> {
        let Phase::Open(mut transaction) = self.leave()? else { return Ok(false) };
        let Unit { token, seqs } = &self.unit;
        if self.store.settle_in(&mut transaction, token, seqs, outcome).await.is_ok() {
            return Ok(transaction.commit().await.is_ok());
        }
        let _ = transaction.roll_back().await;
        Ok(false)
    }

    /// Undoes the handlers' writes. Afterwards the rows are not locked.
    pub(crate) async fn roll_back(&self) -> Result<(), CommitError> {
        if let Phase::Open(transaction) = self.leave()? {
            // If it fails, the connection is closed, and the database rolls back.
            let _ = transaction.roll_back().await;
        }
        Ok(())
    }

    /// Ends the scope, so that a task that a handler left behind cannot begin a transaction.
    fn leave(&self) -> Result<Phase, CommitError> {
        let mut phase = self.phase.try_lock().map_err(|_| CommitError::InUse)?;
        Ok(std::mem::replace(&mut *phase, Phase::Over))
    }
}

async fn roll_back_as(transaction: Transaction, error: CommitError) -> CommitError {
    let _ = transaction.roll_back().await;
    error
}
