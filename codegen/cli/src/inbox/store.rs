//! The inbox of an API without its type of events. This file imports neither the program nor the session, which refer to it.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, SystemTime},
};

use openapi_client_inbox::{
    CaughtUp, Counts, DeliveryHistory, Inbox, InboxError, PastDeliveries, State, StoredEvent,
};
use openapi_client_runtime::{
    Error,
    webhooks::{Events, WebhookVerifier},
};

/// A request to the database that runs.
pub(crate) type Working<'a, T> = Pin<Box<dyn Future<Output = Result<T, InboxError>> + Send + 'a>>;

/// Connects to a database, with the prefix of the tables if it is not the default.
pub(crate) type ConnectInbox = fn(String, Option<String>) -> Working<'static, Box<dyn InboxHandle>>;

/// What the commands use of an inbox.
pub(crate) trait InboxHandle: Send + Sync {
    fn count(&self) -> Working<'_, Counts>;
    /// The events in a state, or in all, after a cursor.
    fn list(&self, state: Option<State>, after: i64, limit: usize) -> Working<'_, Vec<StoredEvent>>;
    fn retry<'a>(&'a self, id: &'a str) -> Working<'a, bool>;
    fn retry_dead(&self) -> Working<'_, u64>;
    fn retry_undecoded(&self) -> Working<'_, u64>;
    fn discard<'a>(&'a self, id: &'a str) -> Working<'a, bool>;
    fn purge(&self, older_than: Duration) -> Working<'_, u64>;
    fn catch_up<'a>(
        &'a self,
        source: &'a PastSource,
        endpoint: Option<&'a str>,
        since: Option<SystemTime>,
    ) -> Working<'a, CaughtUp>;
    fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The deliveries that the API sent.
pub(crate) struct PastSource {
    pub(crate) endpoints: Option<Vec<String>>,
    pub(crate) open: Arc<dyn Fn(&str) -> PastDeliveries + Send + Sync>,
}

impl<E> DeliveryHistory<E> for PastSource {
    async fn endpoints(&self) -> Result<Option<Vec<String>>, Error> {
        Ok(self.endpoints.clone())
    }

    fn deliveries(&self, endpoint: &str) -> PastDeliveries {
        (self.open)(endpoint)
    }
}

/// Connects to the inbox of one type of events.
pub(crate) fn connect_inbox<E: Events + Send + Sync + 'static>(
    url: String,
    prefix: Option<String>,
) -> Working<'static, Box<dyn InboxHandle>> {
    Box::pin(async move {
        // Nothing is received here, so that no delivery is ever verified with it.
        let verifier =
            WebhookVerifier::<E>::new("the command line receives nothing").map_err(InboxError::from)?;
        let mut builder = Inbox::builder(verifier);
        if let Some(prefix) = prefix {
            builder = builder.prefix(prefix);
        }
        let inbox: Box<dyn InboxHandle> = Box::new(builder.connect(url).await?);
        Ok(inbox)
    })
}

impl<E: Events + Send + Sync + 'static> InboxHandle for Inbox<E> {
    fn count(&self) -> Working<'_, Counts> {
        Box::pin(self.counts())
    }

    fn list(&self, state: Option<State>, after: i64, limit: usize) -> Working<'_, Vec<StoredEvent>> {
        let list = Self::list(self).after(after).limit(limit);
        let list = match state {
            Some(state) => list.state(state),
            None => list,
        };
        Box::pin(async move { list.await })
    }

    fn retry<'a>(&'a self, id: &'a str) -> Working<'a, bool> {
        Box::pin(Self::retry(self, id))
    }

    fn retry_dead(&self) -> Working<'_, u64> {
        Box::pin(Self::retry_dead(self))
    }

    fn retry_undecoded(&self) -> Working<'_, u64> {
        Box::pin(Self::retry_undecoded(self))
    }

    fn discard<'a>(&'a self, id: &'a str) -> Working<'a, bool> {
        Box::pin(Self::discard(self, id))
    }

    fn purge(&self, older_than: Duration) -> Working<'_, u64> {
        Box::pin(Self::purge(self, older_than))
    }

    fn catch_up<'a>(
        &'a self,
        source: &'a PastSource,
        endpoint: Option<&'a str>,
        since: Option<SystemTime>,
    ) -> Working<'a, CaughtUp> {
        let mut catch_up = Self::catch_up(self, source);
        if let Some(endpoint) = endpoint {
            catch_up = catch_up.endpoint(endpoint);
        }
        if let Some(since) = since {
            catch_up = catch_up.since(since);
        }
        Box::pin(async move { catch_up.await })
    }

    fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(Self::close(self))
    }
}
