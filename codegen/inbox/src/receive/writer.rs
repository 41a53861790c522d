//! One task that stores what all receivers wait for: whatever arrives during one commit is in the next. A commit waits for the
//! disk, so this, and not a transaction for each delivery, makes thousands a second possible.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Notify, mpsc, oneshot};

use crate::{
    error::{InboxError, InboxErrorKind},
    store::{NewEvent, Store, Stored},
};

/// The most events in a transaction, and the most that wait for it. Bodies are limited too, so this bounds the memory.
const BATCH: usize = 256;

/// After this time a receiver gives up: the sender gets 503 and delivers again. It is below the time that senders usually wait.
const TIMEOUT: Duration = Duration::from_secs(10);

/// After this time a commit is given up, so that a connection that is dead without a word does not hold up all that follow. An
/// event of it that was stored after all is known when it is delivered again.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(30);

struct Waiting {
    event: NewEvent,
    reply: oneshot::Sender<Result<Stored, InboxError>>,
}

/// The way to the task. Cloning is cheap; the task ends with the last clone.
#[derive(Clone)]
pub(crate) struct Writer(mpsc::Sender<Waiting>);

impl Writer {
    /// Stores an event, together with others. If this future is dropped, the event may be stored or not, and the others are
    /// not affected: the task owns them.
    pub(crate) async fn store(&self, event: NewEvent) -> Result<Stored, InboxError> {
        let (reply, stored) = oneshot::channel();
        let storing = async {
            self.0.send(Waiting { event, reply }).await.map_err(|_| closed())?;
            stored.await.map_err(|_| closed())?
        };
        tokio::time::timeout(TIMEOUT, storing).await.unwrap_or_else(|_| {
            let message = "the database did not commit within 10 s; with SQLite, a handler may hold its transaction for too long";
            Err(InboxError::new(InboxErrorKind::Unavailable, message))
        })
    }
}

fn closed() -> InboxError {
    InboxError::new(InboxErrorKind::Unavailable, "the inbox is closed, or its async runtime has ended")
}

/// Starts the task. `stored` is notified when there is something new to handle.
pub(crate) fn start_writer(store: Arc<Store>, stored: Arc<Notify>) -> Writer {
    let (sender, receiver) = mpsc::channel(BATCH);
    tokio::spawn(write_batches(store, receiver, stored));
    Writer(sender)
}

async fn write_batches(store: Arc<Store>, mut receiver: mpsc::Receiver<Waiting>, stored: Arc<Notify>) {
    let mut waiting = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut waiting, BATCH).await > 0 {
        let (events, replies): (Vec<NewEvent>, Vec<_>) =
            waiting.drain(..).map(|waiting| (waiting.event, waiting.reply)).unzip();
        let results = write_batch(&store, &events).await;
        if results.iter().flatten().any(|result| result.new) {
            stored.notify_one();
        }
        for (reply, result) in replies.into_iter().zip(results) {
            // A receiver that is gone does not wait for it.
            let _ = reply.send(result);
        }
    }
}

/// Stores events in one transaction. If one of them cannot be stored, the others still are.
async fn write_batch(store: &Store, events: &[NewEvent]) -> Vec<Result<Stored, InboxError>> {
    match insert_in_time(store, events).await {
        Ok(stored) => stored.into_iter().map(Ok).collect(),
        Err(error) if error.is_passing() || events.len() == 1 => vec![Err(error); events.len()],
        Err(_) => {
            let mut results = Vec::with_capacity(events.len());
            for event in events {
                let stored = insert_in_time(store, std::slice::from_ref(event)).await;
                results.push(stored.and_then(|stored| stored.first().copied().ok_or_else(closed)));
            }
            results
        }
    }
}

async fn insert_in_time(store: &Store, events: &[NewEvent]) -> Result<Vec<Stored>, InboxError> {
    tokio::time::timeout(COMMIT_TIMEOUT, store.insert(events)).await.unwrap_or_else(|_| {
        Err(InboxError::new(InboxErrorKind::Unavailable, "the database did not commit within 30 s"))
    })
}
