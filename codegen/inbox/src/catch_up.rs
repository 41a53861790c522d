//! Stores what the API sent while nobody received it.

use std::{
    error::Error as StdError,
    fmt,
    future::{Future, IntoFuture},
    sync::Arc,
    time::{Duration, SystemTime},
};

use openapi_client_runtime::__private::webhooks::decode_stored;
use openapi_client_runtime::webhooks::Events;

use crate::{
    clock::{duration_to_millis, from_millis, to_millis},
    error::{InboxError, InboxErrorKind},
    log::log_event,
    receive::prepare_event,
    review::BoxFuture,
    shared::Shared,
    store::CREATED_AT,
};

/// The mark up to which everything was asked for, in milliseconds since 1970.
pub(crate) const CAUGHT_UP_UNTIL: &str = "caught_up_until";

/// The mark up to which events may have been purged, in milliseconds since 1970.
pub(crate) const PURGED_UNTIL: &str = "purged_until";

/// How far before the mark a run begins: clocks differ, and the API lists a delivery some time after it sent it.
pub(crate) const OVERLAP: Duration = Duration::from_secs(600);

/// The events that are stored at a time.
const STEP: usize = 64;

/// A source of past deliveries, such as an API that lists them. A generated client implements it.
pub trait DeliveryHistory<E>: Sync {
    /// The error of the source.
    type Error: StdError + Send + Sync + 'static;

    /// Reads a page of deliveries, the newest first. `cursor` is `None` for the first page, and then the
    /// [`next`](HistoryPage::next) of the page before. `since` allows the source to leave out older deliveries; it need not.
    fn read_page(
        &self,
        since: SystemTime,
        cursor: Option<String>,
    ) -> impl Future<Output = Result<HistoryPage, Self::Error>> + Send;
}

/// A page of past deliveries.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct HistoryPage {
    /// The deliveries, the newest first.
    pub deliveries: Vec<PastDelivery>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<String>,
}

impl HistoryPage {
    /// A page with these deliveries, and where the next page begins.
    #[must_use]
    pub fn new(deliveries: Vec<PastDelivery>, next: Option<String>) -> Self {
        Self { deliveries, next }
    }
}

/// A delivery that the API sent, or tried to send.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct PastDelivery {
    /// The message id; the same in every delivery of one event.
    pub id: String,
    /// When it was sent.
    pub sent_at: SystemTime,
    /// The body: a JSON object.
    pub body: String,
}

impl PastDelivery {
    /// A delivery.
    #[must_use]
    pub fn new(id: impl Into<String>, sent_at: SystemTime, body: impl Into<String>) -> Self {
        Self { id: id.into(), sent_at, body: body.into() }
    }
}

impl fmt::Debug for PastDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PastDelivery")
            .field("id", &self.id)
            .field("sent_at", &self.sent_at)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// Stores what is missing; `.await` runs it.
#[must_use = "nothing is asked for unless it is awaited"]
pub struct CatchUp<'s, E, S> {
    shared: Arc<Shared<E>>,
    source: &'s S,
    since: Option<SystemTime>,
}

/// What [`CatchUp`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaughtUp {
    /// The deliveries that the source had for the time.
    pub seen: u64,
    /// The events that were missing, and are stored now.
    pub stored: u64,
}

impl<'s, E, S> CatchUp<'s, E, S> {
    pub(crate) fn new(shared: Arc<Shared<E>>, source: &'s S) -> Self {
        Self { shared, source, since: None }
    }

    /// Begins at this time instead of where the last run ended.
    pub fn since(mut self, time: SystemTime) -> Self {
        self.since = Some(time);
        self
    }
}

impl<'s, E, S> IntoFuture for CatchUp<'s, E, S>
where
    E: Events + Send + Sync + 'static,
    S: DeliveryHistory<E>,
{
    type Output = Result<CaughtUp, InboxError>;
    type IntoFuture = BoxFuture<'s, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<E, S> CatchUp<'_, E, S>
where
    E: Events + Send + Sync + 'static,
    S: DeliveryHistory<E>,
{
    async fn run(self) -> Result<CaughtUp, InboxError> {
        let store = &self.shared.store;
        // What is sent from now on is received, or is found by the next run.
        let started = store.read_time().await?;
        let mark = read_start(&self.shared).await?;
        let start = self.since.map_or(mark, to_millis);
        let caught_up = self.store_since(start).await?;
        // After an error above, the next run begins where this one did. A run that left out a part does not move the mark.
        if start <= mark {
            store.raise_meta(CAUGHT_UP_UNTIL, started).await?;
        }
        log_event!(info, seen = caught_up.seen, stored = caught_up.stored, "caught up with past deliveries");
        Ok(caught_up)
    }

    async fn store_since(&self, start: i64) -> Result<CaughtUp, InboxError> {
        let (mut caught_up, mut cursor) = (CaughtUp::default(), None);
        loop {
            let page =
                self.source.read_page(from_millis(start), cursor.clone()).await.map_err(history_error)?;
            let before = page.deliveries.len();
            let wanted: Vec<PastDelivery> =
                page.deliveries.into_iter().filter(|delivery| to_millis(delivery.sent_at) >= start).collect();
            let is_last = page.next.is_none() || page.next == cursor || wanted.len() < before;
            caught_up.seen += u64::try_from(wanted.len()).unwrap_or(0);
            for deliveries in wanted.chunks(STEP) {
                caught_up.stored += self.store_deliveries(deliveries).await?;
            }
            if is_last {
                return Ok(caught_up);
            }
            cursor = page.next;
        }
    }

    /// Stores deliveries like received ones, but without a signature: they came over the authenticated API.
    async fn store_deliveries(&self, deliveries: &[PastDelivery]) -> Result<u64, InboxError> {
        let mut events = Vec::with_capacity(deliveries.len());
        // The oldest first, so that they are listed in the order in which they were sent.
        for past in deliveries.iter().rev() {
            let seconds = u64::try_from(to_millis(past.sent_at) / 1000).unwrap_or(0);
            let delivery =
                decode_stored::<E>(&past.id, seconds, past.body.as_bytes()).map_err(history_error)?;
            events.push(prepare_event(&self.shared.settings, &delivery)?);
        }
        let stored = self.shared.store.insert(&events).await?;
        let new = stored.iter().filter(|stored| stored.new).count();
        if new > 0 {
            self.shared.stored.notify_one();
        }
        Ok(u64::try_from(new).unwrap_or(0))
    }
}

/// Where a run begins: where the last one ended, or when the tables were created; never where events may have been purged,
/// because they would be handled again.
async fn read_start<E>(shared: &Shared<E>) -> Result<i64, InboxError> {
    let store = &shared.store;
    let until = match store.read_meta(CAUGHT_UP_UNTIL).await? {
        Some(until) => until,
        None => store.read_meta(CREATED_AT).await?.unwrap_or(0),
    };
    let purged = store.read_meta(PURGED_UNTIL).await?.unwrap_or(0);
    Ok((until - duration_to_millis(OVERLAP)).max(purged))
}

fn history_error(error: impl StdError + Send + Sync + 'static) -> InboxError {
    let message =
        format!("past deliveries could not be read; the next run begins at the same time again: {error}");
    InboxError::with_source(InboxErrorKind::History, message, error)
}

impl<E, S> fmt::Debug for CatchUp<'_, E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CatchUp").field("since", &self.since).finish_non_exhaustive()
    }
}
