//! Claims events for a worker, and records what became of them. Everything after a claim is fenced: it has an effect only while
//! the row still runs under the claim's own token.

#[cfg(feature = "postgres")]
use super::values::write_literals;
use super::{connection::Transaction, database::Store, statements::Dialect, values::Value};
use crate::{clock::duration_to_millis, error::InboxError, state::State};
use std::time::Duration;

/// An event that a worker claimed.
pub(crate) struct Claimed {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) order_key: Option<String>,
    pub(crate) payload: Vec<u8>,
    pub(crate) key_id: Option<String>,
    pub(crate) sent_at: i64,
    pub(crate) received_at: i64,
    /// This attempt included.
    pub(crate) attempts: i64,
}

/// What becomes of an event that was claimed and not handled.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) state: State,
    /// After which time it may be claimed again.
    pub(crate) delay: Duration,
    /// The error; `None` keeps the one before.
    pub(crate) error: Option<String>,
    /// Whether the attempt counts.
    pub(crate) counts: bool,
}

impl Store {
    /// Claims up to `limit` events that are due, except `active` ones. `ordered`: there may be keys, whose order must hold.
    pub(crate) async fn claim(
        &self,
        token: &str,
        lease: Duration,
        limit: usize,
        active: Vec<i64>,
        ordered: bool,
    ) -> Result<Vec<Claimed>, InboxError> {
        let values = vec![
            self.now(),
            Value::Text(token.to_owned()),
            Value::Integer(duration_to_millis(lease)),
            Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)),
            Value::Integers(active),
        ];
        let rows = if ordered && self.needs_claim_lock() {
            // Two claims at once could each take an event of one key: neither sees what the other takes, nor an event that
            // is stored in between.
            let mut transaction = self.begin_brief().await?;
            transaction.connection().fetch(&self.statements.lock_claims, Vec::new()).await?;
            let rows = transaction.connection().fetch(&self.statements.claim, values).await?;
            transaction.commit().await?;
            rows
        } else {
            self.write().await?.connection().fetch(&self.statements.claim, values).await?
        };
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            claimed.push(Claimed {
                seq: row.integer(0)?,
                id: row.text(1)?,
                order_key: row.optional_text(2)?,
                payload: row.bytes(3)?.unwrap_or_default(),
                key_id: row.optional_text(4)?,
                sent_at: row.integer(5)?,
                received_at: row.integer(6)?,
                attempts: row.integer(7)?,
            });
        }
        claimed.sort_by_key(|event| event.seq);
        Ok(claimed)
    }

    /// Locks the rows of a claim that still belong to it, until the transaction ends. Returns how many there are.
    pub(crate) async fn fence(
        &self,
        transaction: &mut Transaction,
        token: &str,
        seqs: &[i64],
    ) -> Result<usize, InboxError> {
        let values = vec![Value::Text(token.to_owned()), Value::Integers(seqs.to_vec())];
        let mut connection = transaction.connection();
        Ok(match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                let owned = connection.fetch(&self.statements.fence, values).await?.len();
                connection.execute(&self.statements.hold, Vec::new()).await?;
                owned
            }
            // Both in one round trip.
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let fence = write_literals(&self.statements.fence, &values)?;
                let owned = connection.execute_script(format!("{fence}; {}", self.statements.hold)).await?;
                usize::try_from(owned).unwrap_or(usize::MAX)
            }
        })
    }

    /// Marks events as done, in the transaction in which their effects are written. Returns how many.
    pub(crate) async fn complete_in(
        &self,
        transaction: &mut Transaction,
        token: &str,
        seqs: &[i64],
        drop_payload: bool,
    ) -> Result<u64, InboxError> {
        let mut connection = transaction.connection();
        let values = self.completion(token, seqs, drop_payload);
        Ok(match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                connection.execute(&self.statements.release, Vec::new()).await?;
                connection.execute(&self.statements.complete, values).await?
            }
            // Both in one round trip.
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let complete = write_literals(&self.statements.complete, &values)?;
                connection.execute_script(format!("{}; {complete}", self.statements.release)).await?
            }
        })
    }

    /// Undoes what was written since the fence, and records that events were not handled, in the transaction that has them
    /// locked. Returns how many.
    pub(crate) async fn settle_in(
        &self,
        transaction: &mut Transaction,
        token: &str,
        seqs: &[i64],
        outcome: &Outcome,
    ) -> Result<u64, InboxError> {
        let mut connection = transaction.connection();
        connection.execute(&self.statements.undo, Vec::new()).await?;
        Ok(connection.execute(&self.statements.settle, self.settlement(token, seqs, outcome)).await?)
    }

    /// Marks events as done whose handlers did not use a transaction. Returns how many.
    pub(crate) async fn complete(
        &self,
        token: &str,
        seqs: &[i64],
        drop_payload: bool,
    ) -> Result<u64, InboxError> {
        let values = self.completion(token, seqs, drop_payload);
        Ok(self.write().await?.connection().execute(&self.statements.complete, values).await?)
    }

    fn completion(&self, token: &str, seqs: &[i64], drop_payload: bool) -> Vec<Value> {
        vec![
            self.now(),
            Value::Integers(seqs.to_vec()),
            Value::Text(token.to_owned()),
            Value::Integer(i64::from(drop_payload)),
        ]
    }

    /// Records that events were not handled. Returns how many still belonged to the claim.
    pub(crate) async fn settle(
        &self,
        token: &str,
        seqs: &[i64],
        outcome: &Outcome,
    ) -> Result<u64, InboxError> {
        let values = self.settlement(token, seqs, outcome);
        Ok(self.write().await?.connection().execute(&self.statements.settle, values).await?)
    }

    fn settlement(&self, token: &str, seqs: &[i64], outcome: &Outcome) -> Vec<Value> {
        vec![
            self.now(),
            Value::Integers(seqs.to_vec()),
            Value::Text(token.to_owned()),
            Value::Text(outcome.state.as_str().to_owned()),
            Value::Integer(duration_to_millis(outcome.delay)),
            Value::OptionalText(outcome.error.clone()),
            Value::Integer(i64::from(!outcome.counts)),
        ]
    }

    /// Extends the leases of events that are being handled. Returns those that still belong to the claims, except, in
    /// PostgreSQL, those that an open transaction has locked.
    pub(crate) async fn renew(
        &self,
        tokens: Vec<String>,
        seqs: Vec<i64>,
        lease: Duration,
    ) -> Result<Vec<i64>, InboxError> {
        let lease = Value::Integer(duration_to_millis(lease));
        let values = vec![self.now(), Value::Integers(seqs), Value::Texts(tokens), lease];
        let rows = self.write().await?.connection().fetch(&self.statements.renew, values).await?;
        Ok(rows.iter().map(|row| row.integer(0)).collect::<Result<Vec<i64>, _>>()?)
    }

    /// Makes events due that a wrong clock put off.
    pub(crate) async fn mend_times(&self) -> Result<u64, InboxError> {
        Ok(self.write().await?.connection().execute(&self.statements.mend_times, vec![self.now()]).await?)
    }

    /// SQLite's writers take turns anyway.
    fn needs_claim_lock(&self) -> bool {
        match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => false,
            #[cfg(feature = "postgres")]
            Dialect::Postgres => true,
        }
    }
}
