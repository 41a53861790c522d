//! What a handler gets: the event, and a transaction in the database of the inbox.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use openapi_client_runtime::webhooks::Delivery;
use sha2::{Digest as _, Sha256};

#[cfg(feature = "postgres")]
use crate::transaction::PostgresTransaction;
#[cfg(feature = "sqlite")]
use crate::transaction::SqliteTransaction;
use crate::{error::InboxError, scope::Scope};

/// One event to handle.
///
/// What the handler writes through [`sqlite`](Self::sqlite) or [`postgres`](Self::postgres) is committed together with the
/// mark that the event is done, or not at all: the effect happens exactly once, however often the process dies.
///
/// A call of another service cannot be part of a transaction. It may happen again after a crash, so send it with
/// [`idempotency_key`](Self::idempotency_key), which is the same in every attempt.
pub struct Job<E> {
    pub(crate) contents: Arc<Contents<E>>,
    pub(crate) scope: Arc<Scope>,
}

/// What stays the same when an event is handled again.
pub(crate) struct Contents<E> {
    pub(crate) seq: i64,
    pub(crate) delivery: Delivery<E>,
    pub(crate) attempt: u32,
    pub(crate) received_at: SystemTime,
    pub(crate) key: Option<String>,
}

impl<E> Job<E> {
    /// The event.
    #[must_use]
    pub fn event(&self) -> &E {
        &self.contents.delivery.event
    }

    /// The message id; the same in every delivery of the event.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.contents.delivery.id
    }

    /// Which attempt this is, counted from 1. An attempt that a crash ended counts too; one that failed because the database was
    /// away does not.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.contents.attempt
    }

    /// When the inbox received the event.
    #[must_use]
    pub fn received_at(&self) -> SystemTime {
        self.contents.received_at
    }

    /// When the API sent the delivery that was stored first.
    #[must_use]
    pub fn sent_at(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.contents.delivery.timestamp)
    }

    /// The body exactly as it was received.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.contents.delivery.raw()
    }

    /// The key within which events are handled in order, as [`order_by`](crate::InboxBuilder::order_by) read it; the
    /// digest of a long one.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.contents.key.as_deref()
    }

    /// An idempotency key for a call of another service: the same in every attempt, and different for every event and
    /// purpose. It has 36 characters. Use a purpose for each call of a handler, such as `"grant access"`.
    #[must_use]
    pub fn idempotency_key(&self, purpose: &str) -> String {
        derive_key(self.id(), purpose)
    }

    /// The transaction of this job in SQLite. It begins at the first call.
    ///
    /// Nobody else writes to the database while it is open, and no delivery is received: do slow work before the first call, and
    /// neither wait for a delivery nor change the inbox after it. Keep the guard only as long as you use it.
    ///
    /// # Errors
    /// [`LeaseLost`](crate::InboxErrorKind::LeaseLost) if another worker took the event over: return the error.
    /// [`WrongDatabase`](crate::InboxErrorKind::WrongDatabase) if the inbox is in PostgreSQL.
    #[cfg(feature = "sqlite")]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "inbox-sqlite")))]
    pub async fn sqlite(&self) -> Result<SqliteTransaction<'_>, InboxError> {
        SqliteTransaction::new(self.scope.enter().await?)
    }

    /// The transaction of this job in PostgreSQL. It begins at the first call.
    ///
    /// The row of the event is locked while it is open. Keep the guard only as long as you use it. Its isolation level is
    /// `READ COMMITTED`, whatever the default of the database or the user is. The inbox gives up its own statements if the server
    /// does not respond; a query of the handler waits as long as the connection does, unless the handler limits it.
    ///
    /// # Errors
    /// [`LeaseLost`](crate::InboxErrorKind::LeaseLost) if another worker took the event over: return the error.
    /// [`WrongDatabase`](crate::InboxErrorKind::WrongDatabase) if the inbox is in SQLite.
    #[cfg(feature = "postgres")]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "inbox-postgres")))]
    pub async fn postgres(&self) -> Result<PostgresTransaction<'_>, InboxError> {
        PostgresTransaction::new(self.scope.enter().await?)
    }
}

impl<E> fmt::Debug for Job<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("id", &self.contents.delivery.id)
            .field("attempt", &self.contents.attempt)
            .field("key", &self.contents.key)
            .finish_non_exhaustive()
    }
}

/// A UUID (version 8) from the digest of both texts. The length of the first separates them.
fn derive_key(id: &str, purpose: &str) -> String {
    let digest = Sha256::new()
        .chain_update(u64::try_from(id.len()).unwrap_or(u64::MAX).to_be_bytes())
        .chain_update(id.as_bytes())
        .chain_update(purpose.as_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_stable_and_differ_by_event_and_purpose() {
        let key = derive_key("msg_1", "grant access");
        assert_eq!(key, derive_key("msg_1", "grant access"));
        assert_eq!(key.len(), 36);
        for other in [("msg_2", "grant access"), ("msg_1", "refund"), ("msg_1g", "rant access")] {
            assert_ne!(key, derive_key(other.0, other.1));
        }
    }

    #[test]
    fn keys_stay_the_same_in_every_version() {
        assert_eq!(derive_key("msg_1", "grant access"), "abd6b708-6d89-831b-96e7-bf0d0eb578b9");
    }
}
