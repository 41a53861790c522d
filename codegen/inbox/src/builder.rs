//! Configures an inbox.

use std::{
    fmt,
    sync::{Arc, Weak},
    time::{Duration, SystemTime},
};

use openapi_client_runtime::webhooks::{Events, WebhookVerifier};
use tokio::sync::{Notify, watch};

use crate::{
    backoff::Backoff,
    clock::Clock,
    counts::Counts,
    error::InboxError,
    inbox::Inbox,
    log::log_event,
    receive::start_writer,
    settings::{Gauge, Settings},
    shared::Shared,
    store::Store,
};

/// Configures an [`Inbox`]. All processes that share a database should have the same settings.
///
/// ```
/// # use openapi_client_inbox::{Inbox, InboxError};
/// # use openapi_client_runtime::webhooks::{Events, WebhookVerifier};
/// use std::time::Duration;
///
/// # async fn example<Event: Events + Send + Sync + 'static>() -> Result<(), InboxError> {
/// let verifier = WebhookVerifier::<Event>::from_env()?;
/// let inbox = Inbox::builder(verifier)
///     .prefix("shop_inbox")
///     .max_attempts(10)
///     .backoff(Duration::from_secs(5), Duration::from_secs(600))
///     .gauge(Duration::from_secs(15), |counts| println!("{} ready, {} dead", counts.ready, counts.dead))
///     .connect("sqlite://shop.db")
///     .await?;
/// # Ok(())
/// # }
/// ```
pub struct InboxBuilder<E> {
    verifier: WebhookVerifier<E>,
    settings: Settings<E>,
}

impl<E: Events + Send + Sync + 'static> InboxBuilder<E> {
    pub(crate) fn new(verifier: WebhookVerifier<E>) -> Self {
        Self { verifier, settings: Settings::default() }
    }

    /// The beginning of the tables' names: 1 to 40 letters a to z, digits and `_`. The default is `webhook_inbox`.
    ///
    /// Two inboxes with different prefixes share a database without meeting.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.settings.prefix = prefix.into();
        self
    }

    /// How often an event is tried before it is dead. The default is 20.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.settings.max_attempts = attempts;
        self
    }

    /// For how long an event belongs to a worker that does not report. Leases are extended while a handler runs, so this is not
    /// a limit on handlers; it is how long an event waits after its worker died. The default is 60 seconds.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.settings.lease = lease;
        self
    }

    /// How many events, or batches, a `run` handles at the same time. The default is 8.
    #[must_use]
    pub fn concurrency(mut self, tasks: usize) -> Self {
        self.settings.concurrency = tasks;
        self
    }

    /// How many events may share a transaction. The default is 1.
    ///
    /// With more, events of a batch are handled one after another, and are committed together; if one fails, everything is
    /// rolled back, and each is handled alone. This is several times as fast for handlers that only write to the database.
    /// It is wrong for handlers that call other services: they would call them twice when another event of the batch fails.
    #[must_use]
    pub fn batch(mut self, events: usize) -> Self {
        self.settings.batch = events;
        self
    }

    /// How often `run` looks for events that another process stored, or whose delay ended. What this process receives is
    /// handled at once. The default is 500 milliseconds.
    #[must_use]
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.settings.poll_interval = interval;
        self
    }

    /// The delay after the first failure, which doubles with every further one, and the longest delay. Each is drawn at
    /// random between 0 and its length. The defaults are one second and one hour.
    #[must_use]
    pub fn backoff(mut self, first: Duration, max: Duration) -> Self {
        self.settings.backoff = Backoff { first, max };
        self
    }

    /// Handles events with the same key one after another, in the order in which they were sent, such as those of one
    /// payment. Events without a key are handled in any order.
    ///
    /// No two events of a key are handled at the same time. While one waits for another attempt, later ones wait too; a dead
    /// one does not hold them up. Nothing waits for what has not arrived: an event that arrives late is handled next. A key
    /// that all events share is slow: one is handled at a time, and every claim looks at all waiting events of the key, which
    /// is fast enough for some 10,000 of them. Every process that shares the database needs the same function. It must not panic.
    ///
    /// Of a key of more than 200 bytes, its SHA-256 is stored and compared: [`Job::key`](crate::Job::key) returns `sha256:` and
    /// 64 hexadecimal digits.
    #[must_use]
    pub fn order_by(mut self, key: impl Fn(&E) -> Option<String> + Send + Sync + 'static) -> Self {
        self.settings.order_by = Some(Arc::new(key));
        self
    }

    /// Encrypts payloads in the database with this key (XChaCha20-Poly1305). Ids, names and ordering keys stay readable.
    ///
    /// To change the key while several processes run, first give all of them the new key with
    /// [`and_decrypt`](Self::and_decrypt); then let them encrypt with the new key and decrypt with the old one. An event whose
    /// key a process does not have stays ready for one that has it, and its `last_error` says so.
    #[cfg(feature = "encryption")]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "inbox-encryption")))]
    #[must_use]
    pub fn encrypt(mut self, key: &[u8; 32]) -> Self {
        self.settings.cipher.set_key(key);
        self
    }

    /// Decrypts payloads that were encrypted with this key before. It does not encrypt.
    #[cfg(feature = "encryption")]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "inbox-encryption")))]
    #[must_use]
    pub fn and_decrypt(mut self, old_key: &[u8; 32]) -> Self {
        self.settings.cipher.add_key(old_key);
        self
    }

    /// Deletes payloads once their events are done. Their ids stay, so that they are not handled again.
    #[must_use]
    pub fn drop_payloads_when_done(mut self) -> Self {
        self.settings.drop_payloads = true;
        self
    }

    /// Passes the counts to a function at an interval, for metrics.
    #[must_use]
    pub fn gauge(mut self, every: Duration, gauge: impl Fn(&Counts) + Send + Sync + 'static) -> Self {
        self.settings.gauge = Some((every, Arc::new(gauge)));
        self
    }

    /// How long handlers may still run after [`shutdown`](Inbox::shutdown). The default is 30 seconds.
    #[must_use]
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.settings.shutdown_timeout = timeout;
        self
    }

    /// The most connections of this inbox to PostgreSQL, or to SQLite for reading. The default is the concurrency and 4.
    #[must_use]
    pub fn max_connections(mut self, connections: u32) -> Self {
        self.settings.max_connections = Some(connections);
        self
    }

    /// Replaces the clock of the tables, for tests. Without it, SQLite has the clock of the system, and PostgreSQL its own, so
    /// that all machines agree. The clock of signatures is that of the [`WebhookVerifier`].
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.settings.clock = Clock::custom(clock);
        self
    }

    /// Connects to the database, and creates or migrates the tables.
    ///
    /// `sqlite://file.db` is a file, which is created if it is missing; `postgres://user:password@host/database` is a server.
    /// It has to be called within the async runtime that the inbox is to use.
    ///
    /// # Errors
    /// [`InboxError`]: its [`kind`](InboxError::kind) tells what is wrong, such as a setting, the URL, the password, or tables
    /// of a newer version.
    pub async fn connect(self, url: impl AsRef<str>) -> Result<Inbox<E>, InboxError> {
        let Self { verifier, mut settings } = self;
        settings.check()?;
        let connections = settings.connections();
        let (limit, clock) = (settings.statement_limit(), settings.clock.clone());
        let store = Store::open(url.as_ref(), &settings.prefix, connections, limit, clock).await?;
        let (store, stored) = (Arc::new(store), Arc::new(Notify::new()));
        let writer = start_writer(Arc::clone(&store), Arc::clone(&stored));
        let gauge = settings.gauge.take();
        let shared =
            Arc::new(Shared { verifier, settings, store, writer, stored, stop: watch::channel(false).0 });
        if let Some((every, gauge)) = gauge {
            tokio::spawn(report_counts(Arc::downgrade(&shared), every, gauge));
        }
        Ok(Inbox::new(shared))
    }
}

/// Reports the counts until the inbox is dropped.
async fn report_counts<E>(shared: Weak<Shared<E>>, every: Duration, gauge: Gauge) {
    while let Some(store) = shared.upgrade().map(|shared| Arc::clone(&shared.store)) {
        match store.count().await {
            Ok(counts) => gauge(&Counts::collect(counts)),
            Err(_error) => {
                log_event!(warn, "the events could not be counted: {_error}");
            }
        }
        drop(store);
        tokio::time::sleep(every).await;
    }
}

impl<E> fmt::Debug for InboxBuilder<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        f.debug_struct("InboxBuilder")
            .field("prefix", &settings.prefix)
            .field("max_attempts", &settings.max_attempts)
            .field("lease", &settings.lease)
            .field("concurrency", &settings.concurrency)
            .field("batch", &settings.batch)
            .field("backoff", &settings.backoff)
            .field("clock", &settings.clock)
            .finish_non_exhaustive()
    }
}
