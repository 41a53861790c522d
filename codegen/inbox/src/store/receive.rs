//! Stores new events, many in one transaction.

use std::collections::HashMap;

#[cfg(feature = "postgres")]
use std::collections::HashSet;

#[cfg(feature = "sqlite")]
use super::connection::Connection;
use super::{database::Store, statements::Dialect, values::Value};
use crate::{error::InboxError, state::State};

/// An event to store. Its texts contain no NUL, which PostgreSQL does not store.
#[derive(Clone)]
pub(crate) struct NewEvent {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) order_key: Option<String>,
    pub(crate) payload: Vec<u8>,
    /// The key with which the payload is encrypted.
    pub(crate) key_id: Option<String>,
    /// In milliseconds since 1970.
    pub(crate) sent_at: i64,
    /// `Ready`, or `Undecoded` with the reason.
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
}

/// What became of an event that was to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) new: bool,
    pub(crate) state: State,
}

impl Store {
    /// Stores events in one transaction; those whose id is stored already stay as they are. The result has the order of the
    /// events.
    ///
    /// It may be repeated after an error whose outcome is unknown, because an id is stored once.
    pub(crate) async fn insert(&self, events: &[NewEvent]) -> Result<Vec<Stored>, InboxError> {
        let new = match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => self.insert_each(events).await?,
            #[cfg(feature = "postgres")]
            Dialect::Postgres => self.insert_many(events).await?,
        };
        let known: Vec<String> =
            events.iter().zip(&new).filter(|(_, new)| !**new).map(|(event, _)| event.id.clone()).collect();
        let states = if known.is_empty() { HashMap::new() } else { self.read_states(known).await? };
        let stored = events.iter().zip(new).map(|(event, new)| {
            // An event that is purged between the two statements was handled.
            let state = if new { event.state } else { states.get(&event.id).copied().unwrap_or(State::Done) };
            Stored { new, state }
        });
        Ok(stored.collect())
    }

    /// A statement per event: SQLite is in the process, and its cost is the commit.
    #[cfg(feature = "sqlite")]
    async fn insert_each(&self, events: &[NewEvent]) -> Result<Vec<bool>, InboxError> {
        let mut transaction = self.begin().await?;
        let mut new = Vec::with_capacity(events.len());
        for event in events {
            let changed = self.insert_one(&mut transaction.connection(), event).await?;
            new.push(changed == 1);
        }
        transaction.commit().await?;
        Ok(new)
    }

    #[cfg(feature = "sqlite")]
    async fn insert_one(&self, connection: &mut Connection<'_>, event: &NewEvent) -> Result<u64, InboxError> {
        let event = event.clone();
        let values = vec![
            self.now(),
            Value::Text(event.id),
            Value::OptionalText(event.name),
            Value::OptionalText(event.order_key),
            Value::Bytes(event.payload),
            Value::OptionalText(event.key_id),
            Value::Integer(event.sent_at),
            Value::Text(event.state.as_str().to_owned()),
            Value::OptionalText(event.reason),
        ];
        Ok(connection.execute(&self.statements.insert, values).await?)
    }

    /// One statement for all: a round trip each would cost more than the commit.
    #[cfg(feature = "postgres")]
    async fn insert_many(&self, events: &[NewEvent]) -> Result<Vec<bool>, InboxError> {
        // Two processes that store the same ids in different orders would wait for each other.
        let mut sorted: Vec<&NewEvent> = events.iter().collect();
        sorted.sort_by(|a, b| a.id.cmp(&b.id));
        let texts = |read: fn(&NewEvent) -> Option<&String>| {
            Value::OptionalTexts(sorted.iter().map(|event| read(event).cloned()).collect())
        };
        let values = vec![
            self.now(),
            Value::Texts(sorted.iter().map(|event| event.id.clone()).collect()),
            texts(|event| event.name.as_ref()),
            texts(|event| event.order_key.as_ref()),
            Value::ManyBytes(sorted.iter().map(|event| Some(event.payload.clone())).collect()),
            texts(|event| event.key_id.as_ref()),
            Value::Integers(sorted.iter().map(|event| event.sent_at).collect()),
            Value::Texts(sorted.iter().map(|event| event.state.as_str().to_owned()).collect()),
            texts(|event| event.reason.as_ref()),
        ];
        let rows = self.write().await?.connection().fetch(&self.statements.insert_many, values).await?;
        let mut new = rows.iter().map(|row| row.text(0)).collect::<Result<HashSet<String>, _>>()?;
        // Of several events with one id, the first is the new one.
        Ok(events.iter().map(|event| new.remove(&event.id)).collect())
    }

    async fn read_states(&self, ids: Vec<String>) -> Result<HashMap<String, State>, InboxError> {
        let values = vec![Value::Texts(ids)];
        let rows = self.read().await?.connection().fetch(&self.statements.states, values).await?;
        let mut states = HashMap::new();
        for row in rows {
            states.insert(row.text(0)?, super::review::parse_state(&row.text(1)?)?);
        }
        Ok(states)
    }
}
