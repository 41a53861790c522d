//! Lists, counts and changes stored events, for people and tools.

use super::{
    database::Store,
    values::{Row, Value},
};
use crate::{
    error::{InboxError, InboxErrorKind},
    state::State,
};

/// A stored event as its row has it.
pub(crate) struct StoredRow {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) order_key: Option<String>,
    pub(crate) payload: Option<Vec<u8>>,
    pub(crate) key_id: Option<String>,
    pub(crate) state: State,
    pub(crate) attempts: i64,
    pub(crate) received_at: i64,
    pub(crate) available_at: i64,
    pub(crate) last_error: Option<String>,
}

/// How many events are in a state.
pub(crate) struct StateCount {
    pub(crate) state: State,
    /// Ready, and not due yet.
    pub(crate) delayed: bool,
    pub(crate) count: i64,
    /// For how long the oldest is due, in milliseconds.
    pub(crate) oldest: i64,
}

/// The mark that a purge raises: see [`Store::purge`]. Times are in milliseconds.
#[derive(Clone, Copy)]
pub(crate) struct PurgeMark {
    pub(crate) name: &'static str,
    pub(crate) margin: i64,
    pub(crate) now: i64,
}

impl Store {
    pub(crate) async fn count(&self) -> Result<Vec<StateCount>, InboxError> {
        let rows = self.read().await?.connection().fetch(&self.statements.counts, vec![self.now()]).await?;
        rows.iter().map(read_count).collect()
    }

    /// A page of events after a position, of one state or of all.
    pub(crate) async fn list(
        &self,
        state: Option<State>,
        after: i64,
        limit: usize,
    ) -> Result<Vec<StoredRow>, InboxError> {
        let values = vec![
            Value::Integer(after),
            Value::Text(state.map_or("", State::as_str).to_owned()),
            Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)),
        ];
        let rows = self.read().await?.connection().fetch(&self.statements.list, values).await?;
        rows.iter().map(read_stored).collect()
    }

    pub(crate) async fn find(&self, id: &str) -> Result<Option<StoredRow>, InboxError> {
        let values = vec![Value::Text(id.to_owned())];
        let rows = self.read().await?.connection().fetch(&self.statements.find, values).await?;
        rows.first().map(read_stored).transpose()
    }

    pub(crate) async fn retry(&self, id: &str) -> Result<u64, InboxError> {
        let values = vec![self.now(), Value::Text(id.to_owned())];
        Ok(self.write().await?.connection().execute(&self.statements.retry, values).await?)
    }

    pub(crate) async fn retry_dead(&self) -> Result<u64, InboxError> {
        Ok(self.write().await?.connection().execute(&self.statements.retry_dead, vec![self.now()]).await?)
    }

    pub(crate) async fn list_undecoded(&self, after: i64, limit: i64) -> Result<Vec<StoredRow>, InboxError> {
        let values = vec![Value::Integer(after), Value::Integer(limit)];
        let rows = self.read().await?.connection().fetch(&self.statements.undecoded, values).await?;
        rows.iter().map(read_stored).collect()
    }

    /// Makes an event ready that is decoded now. `from` is its state, undecoded or discarded; returns 0 if that has changed.
    pub(crate) async fn set_decoded(
        &self,
        seq: i64,
        name: Option<String>,
        order_key: Option<String>,
        from: State,
    ) -> Result<u64, InboxError> {
        let values = vec![
            self.now(),
            Value::Integer(seq),
            Value::OptionalText(name),
            Value::OptionalText(order_key),
            Value::Text(from.as_str().to_owned()),
        ];
        Ok(self.write().await?.connection().execute(&self.statements.decoded, values).await?)
    }

    pub(crate) async fn discard(&self, id: &str) -> Result<u64, InboxError> {
        let values = vec![self.now(), Value::Text(id.to_owned())];
        Ok(self.write().await?.connection().execute(&self.statements.discard, values).await?)
    }

    /// Deletes up to `limit` events that were finished before a time. Returns how many.
    ///
    /// In the same transaction it raises the mark `name` by the time at which the last of them was received and `margin`. An event
    /// that seems to be received after `now` was received when the clock was wrong.
    pub(crate) async fn purge(
        &self,
        before: i64,
        limit: i64,
        PurgeMark { name, margin, now }: PurgeMark,
    ) -> Result<u64, InboxError> {
        let mut transaction = self.begin().await?;
        let mut connection = transaction.connection();
        let values = vec![Value::Integer(before), Value::Integer(limit)];
        let rows = connection.fetch(&self.statements.purge, values).await?;
        let received = rows.iter().map(|row| row.integer(0)).collect::<Result<Vec<i64>, _>>()?;
        if let Some(last) = received.iter().max() {
            let mark = (*last).min(now).saturating_add(margin);
            self.raise_mark_in(&mut connection, name, mark, i64::MAX).await?;
        }
        transaction.commit().await?;
        Ok(u64::try_from(received.len()).unwrap_or(u64::MAX))
    }
}

pub(super) fn parse_state(text: &str) -> Result<State, InboxError> {
    text.parse().map_err(|error| {
        InboxError::with_source(InboxErrorKind::Database, format!("`{text}` is {error}"), error)
    })
}

fn read_count(row: &Row) -> Result<StateCount, InboxError> {
    Ok(StateCount {
        state: parse_state(&row.text(0)?)?,
        delayed: row.integer(1)? == 1,
        count: row.integer(2)?,
        oldest: row.optional_integer(3)?.unwrap_or(0),
    })
}

fn read_stored(row: &Row) -> Result<StoredRow, InboxError> {
    Ok(StoredRow {
        seq: row.integer(0)?,
        id: row.text(1)?,
        name: row.optional_text(2)?,
        order_key: row.optional_text(3)?,
        payload: row.bytes(4)?,
        key_id: row.optional_text(5)?,
        state: parse_state(&row.text(6)?)?,
        attempts: row.integer(7)?,
        received_at: row.integer(8)?,
        available_at: row.integer(9)?,
        last_error: row.optional_text(10)?,
    })
}
