//! The inbox: what receives, handles and reviews events.

use std::{fmt, sync::Arc, time::Duration};

use openapi_client_runtime::__private::webhooks::verify_signature;
use openapi_client_runtime::webhooks::{Events, WebhookVerifier};

use crate::{
    builder::InboxBuilder,
    catch_up::{CatchUp, PURGED_UNTIL, delivery_time},
    clock::duration_to_millis,
    counts::Counts,
    error::InboxError,
    handler::Handler,
    history::DeliveryHistory,
    log::log_event,
    receive::{ReceiveError, Received, check_id, prepare_event},
    review::{ListEvents, decode_again, retry_event},
    shared::Shared,
    store::PurgeMark,
    work::run_worker,
};

/// The events that are purged in one transaction, so that others can write in between.
const PURGE_STEP: i64 = 500;

/// Stores verified webhooks in a database, and handles each exactly once. Cloning is cheap.
pub struct Inbox<E>(Arc<Shared<E>>);

impl<E: Events + Send + Sync + 'static> Inbox<E> {
    /// Connects to the database, and creates or migrates the tables. The webhook secret is that of the environment variable
    /// [`WebhookScheme::secret_variable`](openapi_client_runtime::webhooks::WebhookScheme::secret_variable).
    ///
    /// `sqlite://file.db` is a file, which is created if it is missing; `postgres://user:password@host/database` is a server.
    ///
    /// # Errors
    /// [`InboxError`]: its [`kind`](InboxError::kind) tells what is wrong, such as the URL, the password or a missing secret.
    pub async fn connect(url: impl AsRef<str>) -> Result<Self, InboxError> {
        Self::builder(WebhookVerifier::from_env()?).connect(url).await
    }

    /// Configures an inbox that receives what this verifier accepts.
    #[must_use]
    pub fn builder(verifier: WebhookVerifier<E>) -> InboxBuilder<E> {
        InboxBuilder::new(verifier)
    }

    pub(crate) fn new(shared: Arc<Shared<E>>) -> Self {
        Self(shared)
    }

    /// Verifies a delivery and stores its event. Respond with 2xx after `Ok`: it is committed. An event that is stored
    /// already stays as it is. What cannot be decoded is stored as [`State::Undecoded`](crate::State::Undecoded), even if it is
    /// no JSON object.
    ///
    /// `headers` is an `&http::HeaderMap` or any iterator over names and values. `body` is the request body exactly as it was
    /// received. Deliveries that arrive at the same time are committed together. If this future is dropped, because the sender
    /// closed the connection, the event may be stored or not; either is safe.
    ///
    /// # Errors
    /// [`ReceiveError`], with the [`status`](ReceiveError::status) to respond with.
    pub async fn receive<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Received, ReceiveError> {
        let (id, timestamp) = verify_signature(&self.0.verifier, headers, body)?;
        check_id(&id)?;
        let event = prepare_event(&self.0.settings, &id, timestamp, body)?;
        let id = event.id.clone();
        match self.0.writer.store(event).await {
            Ok(stored) => {
                log_event!(debug, id, new = stored.new, "a delivery was received");
                Ok(Received { id, new: stored.new, state: stored.state })
            }
            Err(error) => {
                log_event!(warn, id, "a delivery could not be stored: {error}");
                Err(ReceiveError::Storage(error))
            }
        }
    }

    /// Handles events until [`shutdown`](Self::shutdown). Call it in one or more processes.
    ///
    /// Await it beside the server, and call `shutdown` when the process is to end:
    ///
    /// ```
    /// # use openapi_client_inbox::{Inbox, InboxError, Job};
    /// # use openapi_client_runtime::webhooks::Events;
    /// # async fn example<Event: Events + Send + Sync + 'static>(inbox: Inbox<Event>) -> Result<(), InboxError> {
    /// # async fn wait_for_signal() {}
    /// let stopping = inbox.clone();
    /// tokio::spawn(async move {
    ///     wait_for_signal().await;
    ///     stopping.shutdown();
    /// });
    /// inbox.run(async |job: Job<Event>| Ok(println!("{}", job.id()))).await?;
    /// inbox.close().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// While the database is away, it waits. Events that another version of the program could not decode are decoded again
    /// at the start and every minute. If the future is dropped, what runs is rolled back, and handled again after the lease.
    ///
    /// # Errors
    /// [`InboxError`] if the database refuses statements, for example because the tables were dropped.
    pub async fn run<H: Handler<E>>(&self, handler: H) -> Result<(), InboxError> {
        run_worker(Arc::clone(&self.0), handler).await
    }

    /// Ends every [`run`](Self::run) of this inbox and its clones: no event is claimed any more, handlers finish within the
    /// `shutdown_timeout`, and the rest is given back without counting the attempt. Deliveries are still received.
    pub fn shutdown(&self) {
        self.0.stop.send_replace(true);
    }

    /// Counts the events in each state.
    ///
    /// # Errors
    /// [`InboxError`] if the database fails.
    pub async fn counts(&self) -> Result<Counts, InboxError> {
        self.0.store.count().await.map(Counts::collect)
    }

    /// Lists events in the order in which they were stored. Choose a state and a page, then `.await` it.
    ///
    /// ```
    /// # use openapi_client_inbox::{Inbox, InboxError, State};
    /// # use openapi_client_runtime::webhooks::Events;
    /// # async fn example<Event: Events + Send + Sync + 'static>(inbox: Inbox<Event>) -> Result<(), InboxError> {
    /// for event in inbox.list().state(State::Dead).await? {
    ///     println!("{}: {}", event.id, event.last_error.as_deref().unwrap_or("no error"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> ListEvents<E> {
        ListEvents::new(Arc::clone(&self.0))
    }

    /// Makes an event ready again: a dead one, one that waits for its next attempt, or one that was discarded or not decoded and can
    /// be decoded now. Returns `false` for an event that is done, runs, cannot be decoded, or does not exist.
    ///
    /// # Errors
    /// [`InboxError`] if the database fails.
    pub async fn retry(&self, id: &str) -> Result<bool, InboxError> {
        retry_event(&self.0, id).await
    }

    /// Makes all dead events ready. Returns how many.
    ///
    /// # Errors
    /// [`InboxError`] if the database fails.
    pub async fn retry_dead(&self) -> Result<u64, InboxError> {
        let changed = self.0.store.retry_dead().await?;
        self.0.stored.notify_one();
        Ok(changed)
    }

    /// Decodes again what was not decoded. Returns how many events became ready.
    ///
    /// # Errors
    /// [`InboxError`] if the database fails.
    pub async fn retry_undecoded(&self) -> Result<u64, InboxError> {
        decode_again(&self.0).await
    }

    /// Discards an event that is ready, dead or not decoded: it is not handled. Returns `false` for any other.
    ///
    /// # Errors
    /// [`InboxError`] if the database fails.
    pub async fn discard(&self, id: &str) -> Result<bool, InboxError> {
        Ok(self.0.store.discard(id).await? > 0)
    }

    /// Deletes events that were done or discarded longer ago than this. Returns how many.
    ///
    /// An event that the API delivers again after it was deleted is new, and is handled again: keep events for longer than
    /// the API tries to deliver, such as 30 days. [`catch_up`](Self::catch_up) does not look at the time of what was deleted,
    /// so keep them for longer than the service may be down, too.
    ///
    /// # Errors
    /// [`InboxError`] if the database fails.
    pub async fn purge(&self, older_than: Duration) -> Result<u64, InboxError> {
        let store = &self.0.store;
        let now = store.read_time().await?;
        let before = now.saturating_sub(duration_to_millis(older_than));
        let mark = PurgeMark { name: PURGED_UNTIL, margin: delivery_time::<E>(), now };
        let mut purged = 0;
        loop {
            let count = store.purge(before, PURGE_STEP, mark).await?;
            purged += count;
            if count == 0 {
                return Ok(purged);
            }
        }
    }

    /// Asks a source of past deliveries for what was sent while nobody received it, and stores what is missing, once. Call it
    /// at the start of a service.
    ///
    /// It begins where the last run ended, less ten minutes; the first time, when the tables were created. Of what was
    /// [purged](Self::purge) it stores nothing again. A mark of the database that is in the future was written by a clock that
    /// was wrong, and is not used: if the time of the tables' creation is one, everything that the source has is asked for.
    pub fn catch_up<'s, S: DeliveryHistory<E>>(&self, source: &'s S) -> CatchUp<'s, E, S> {
        CatchUp::new(Arc::clone(&self.0), source)
    }

    /// Ends every [`run`](Self::run), and closes the connections. Await `run` first, so that handlers can finish. Deliveries
    /// that arrive afterwards get 503.
    pub async fn close(&self) {
        self.shutdown();
        self.0.store.close().await;
    }

    #[cfg(any(feature = "axum", feature = "tower"))]
    pub(crate) fn body_limit(&self) -> usize {
        openapi_client_runtime::__private::webhooks::body_limit(&self.0.verifier)
    }
}

impl<E> Clone for Inbox<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E> fmt::Debug for Inbox<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("prefix", &self.0.settings.prefix).finish_non_exhaustive()
    }
}
