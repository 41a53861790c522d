//! Lists stored events, and decodes again what was not decoded.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    sync::Arc,
    time::SystemTime,
};

use openapi_client_runtime::webhooks::Events;

use crate::{
    cipher::Cipher,
    clock::from_millis,
    error::InboxError,
    log::log_event,
    receive::{open_delivery, read_key, read_name},
    shared::Shared,
    state::State,
    store::StoredRow,
};

/// A future that can be sent to another thread.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The events of a page, unless it is limited.
const DEFAULT_LIMIT: usize = 100;

/// The events that are decoded again in one step, so that not all are in memory.
const PAGE: i64 = 100;

/// A stored event, as [`Inbox::list`](crate::Inbox::list) returns it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct StoredEvent {
    /// The message id.
    pub id: String,
    /// The name of the event, if it is known.
    pub name: Option<String>,
    /// The key within which events are handled in order.
    pub key: Option<String>,
    /// The state.
    pub state: State,
    /// How often it was tried.
    pub attempts: u32,
    /// When the inbox received it.
    pub received_at: SystemTime,
    /// When it is due if it is ready, and when its lease ends if it runs.
    pub available_at: SystemTime,
    /// The last error of a handler, or why it is not decoded.
    pub last_error: Option<String>,
    payload: Option<String>,
    seq: i64,
}

impl StoredEvent {
    /// The body as it was received; `None` if it was dropped, is not UTF-8, or is encrypted with a key that the inbox does
    /// not have.
    #[must_use]
    pub fn payload(&self) -> Option<&str> {
        self.payload.as_deref()
    }

    /// The position of the event, for the page after it.
    #[must_use]
    pub fn cursor(&self) -> i64 {
        self.seq
    }

    fn read(row: StoredRow, cipher: &Cipher) -> Self {
        let payload =
            row.payload.and_then(|payload| cipher.open(&row.id, payload, row.key_id.as_deref()).ok());
        Self {
            payload: payload.and_then(|payload| String::from_utf8(payload).ok()),
            id: row.id,
            name: row.name,
            key: row.order_key,
            state: row.state,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            received_at: from_millis(row.received_at),
            available_at: from_millis(row.available_at),
            last_error: row.last_error,
            seq: row.seq,
        }
    }
}

impl fmt::Debug for StoredEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = self.payload.as_ref().map(|payload| format!("{} bytes", payload.len()));
        f.debug_struct("StoredEvent")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("key", &self.key)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .field("received_at", &self.received_at)
            .field("available_at", &self.available_at)
            .field("last_error", &self.last_error)
            .field("payload", &payload)
            .finish()
    }
}

/// Lists stored events in the order in which they were stored; `.await` runs it.
#[must_use = "nothing is listed unless it is awaited"]
pub struct ListEvents<E> {
    shared: Arc<Shared<E>>,
    state: Option<State>,
    after: i64,
    limit: usize,
}

impl<E> ListEvents<E> {
    pub(crate) fn new(shared: Arc<Shared<E>>) -> Self {
        Self { shared, state: None, after: 0, limit: DEFAULT_LIMIT }
    }

    /// Only events in this state.
    pub fn state(mut self, state: State) -> Self {
        self.state = Some(state);
        self
    }

    /// Only events after the one with this [`cursor`](StoredEvent::cursor).
    pub fn after(mut self, cursor: i64) -> Self {
        self.after = cursor;
        self
    }

    /// At most so many. The default is 100.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }
}

impl<E: Events + Send + Sync + 'static> IntoFuture for ListEvents<E> {
    type Output = Result<Vec<StoredEvent>, InboxError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let rows = self.shared.store.list(self.state, self.after, self.limit).await?;
            let cipher = &self.shared.settings.cipher;
            Ok(rows.into_iter().map(|row| StoredEvent::read(row, cipher)).collect())
        })
    }
}

impl<E> fmt::Debug for ListEvents<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListEvents")
            .field("state", &self.state)
            .field("after", &self.after)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// Decodes again what was not decoded. Returns how many events became ready.
pub(crate) async fn decode_again<E: Events>(shared: &Shared<E>) -> Result<u64, InboxError> {
    let (mut position, mut decoded) = (0, 0);
    loop {
        let page = shared.store.list_undecoded(position, PAGE).await?;
        let Some(last) = page.last() else { break };
        position = last.seq;
        for row in page {
            match decode_row(shared, row).await {
                Ok(changed) => decoded += changed,
                Err(error) if error.is_passing() => return Err(error),
                // The others are not held up by a row that the database refuses.
                Err(error) => {
                    log_event!(error, "an event that is decoded now cannot be stored: {error}");
                    drop(error);
                }
            }
        }
    }
    if decoded > 0 {
        shared.stored.notify_one();
    }
    Ok(decoded)
}

/// Decodes one event again. Returns 1 if it became ready from the state that it had.
async fn decode_row<E: Events>(shared: &Shared<E>, row: StoredRow) -> Result<u64, InboxError> {
    let StoredRow { seq, id, payload, key_id, state, .. } = row;
    // Neither the name nor the key follows from the time.
    let opened = open_delivery(&shared.settings, &id, 0, (payload.unwrap_or_default(), key_id.as_deref()));
    let Ok(delivery) = opened else { return Ok(0) };
    let name = read_name(&delivery.event);
    shared.store.set_decoded(seq, name, read_key(&shared.settings, &delivery.event), state).await
}

/// Makes one event ready that is neither handled nor being handled.
pub(crate) async fn retry_event<E: Events>(shared: &Shared<E>, id: &str) -> Result<bool, InboxError> {
    let changed = match shared.store.find(id).await? {
        // One that was discarded may never have been decoded: then it has neither its name nor its key yet.
        Some(row) if matches!(row.state, State::Undecoded | State::Discarded) => {
            decode_row(shared, row).await?
        }
        Some(_) => shared.store.retry(id).await?,
        None => 0,
    };
    if changed > 0 {
        shared.stored.notify_one();
    }
    Ok(changed > 0)
}
