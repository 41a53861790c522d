//! Stores what the API sent while nobody received it.

use std::{
    error::Error as StdError,
    fmt,
    future::IntoFuture,
    sync::Arc,
    time::{Duration, SystemTime},
};

use openapi_client_runtime::webhooks::Events;

use crate::{
    clock::{duration_to_millis, millis_to_seconds, to_millis},
    error::{InboxError, InboxErrorKind},
    history::{DeliveryHistory, PastDelivery},
    log::log_event,
    receive::{check_id, prepare_event},
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

/// How far in the future a mark may be, in milliseconds: the clocks of machines differ a little.
const CLOCK_ERROR: i64 = 60_000;

/// The events that are stored at a time.
const STEP: usize = 64;

/// The endpoints that an error lists.
const LISTED_ENDPOINTS: usize = 10;

/// Stores what is missing; `.await` runs it.
#[must_use = "nothing is asked for unless it is awaited"]
pub struct CatchUp<'s, E, S> {
    shared: Arc<Shared<E>>,
    source: &'s S,
    endpoint: Option<String>,
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
    /// Those of the deliveries that cannot be stored: they have no time, or their body has no message id.
    pub unreadable: u64,
}

impl<'s, E, S> CatchUp<'s, E, S> {
    pub(crate) fn new(shared: Arc<Shared<E>>, source: &'s S) -> Self {
        Self { shared, source, endpoint: None, since: None }
    }

    /// Chooses the endpoint whose deliveries this inbox receives. It is needed if the API has several: others may get the same
    /// events under other ids, and each would be handled again.
    pub fn endpoint(mut self, id: impl AsRef<str>) -> Self {
        self.endpoint = Some(id.as_ref().to_owned());
        self
    }

    /// Begins at this time instead of where the last run ended, but not before what was [purged](crate::Inbox::purge): it would
    /// be handled again.
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
        let Start { mark, purged } = read_start(&self.shared, started).await?;
        let start = self.since.map_or(mark, to_millis).max(purged);
        let caught_up = self.store_since(start).await?;
        // After an error above, the next run begins where this one did. A run that left out a part does not move the mark.
        if start <= mark.max(purged) {
            store.raise_mark(CAUGHT_UP_UNTIL, started, started + CLOCK_ERROR).await?;
        }
        log_event!(
            info,
            seen = caught_up.seen,
            stored = caught_up.stored,
            unreadable = caught_up.unreadable,
            "caught up with past deliveries"
        );
        Ok(caught_up)
    }

    /// The endpoint whose deliveries are read; `None` if there is none, so that nothing was sent.
    async fn choose_endpoint(&self) -> Result<Option<String>, InboxError> {
        if let Some(chosen) = &self.endpoint {
            return Ok(Some(chosen.clone()));
        }
        let Some(mut endpoints) = self.source.endpoints().await.map_err(history_error)? else {
            let message = "the API does not list its endpoints: choose one with `.endpoint(id)`";
            return Err(InboxError::new(InboxErrorKind::Endpoint, message));
        };
        if endpoints.len() > 1 {
            endpoints.truncate(LISTED_ENDPOINTS);
            let message = format!(
                "the API has several endpoints ({}): choose one with `.endpoint(id)`",
                endpoints.join(", ")
            );
            return Err(InboxError::new(InboxErrorKind::Endpoint, message));
        }
        Ok(endpoints.pop())
    }

    async fn store_since(&self, start: i64) -> Result<CaughtUp, InboxError> {
        let mut caught_up = CaughtUp::default();
        let Some(endpoint) = self.choose_endpoint().await? else { return Ok(caught_up) };
        let mut list = self.source.deliveries(&endpoint);
        let mut waiting = Vec::with_capacity(STEP);
        let (mut oldest, mut is_ordered) = (i64::MAX, true);
        while let Some(past) = list.try_next().await.map_err(history_error)? {
            let Some(sent_at) = past.sent_at.map(to_millis) else {
                caught_up.count_unreadable();
                continue;
            };
            // The list is the newest first. One that is not is read to its end.
            is_ordered &= sent_at <= oldest.saturating_add(duration_to_millis(OVERLAP));
            oldest = oldest.min(sent_at);
            if sent_at < start {
                if is_ordered {
                    break;
                }
                continue;
            }
            waiting.push((sent_at, past));
            if waiting.len() == STEP {
                self.store_deliveries(&waiting, &mut caught_up).await?;
                waiting.clear();
            }
        }
        self.store_deliveries(&waiting, &mut caught_up).await?;
        if oldest == i64::MAX && caught_up.unreadable > 0 {
            // The fault is not that of a delivery.
            let message =
                "no delivery that the API lists has a time: its format differs from the expected one";
            return Err(InboxError::new(InboxErrorKind::History, message));
        }
        Ok(caught_up)
    }

    /// Stores deliveries like received ones, but without a signature: they came over the authenticated API.
    async fn store_deliveries(
        &self,
        deliveries: &[(i64, PastDelivery)],
        caught_up: &mut CaughtUp,
    ) -> Result<(), InboxError> {
        let mut events = Vec::with_capacity(deliveries.len());
        // The oldest first, so that they are listed in the order in which they were sent.
        for (sent_at, past) in deliveries.iter().rev() {
            let Some(id) = past.id.as_deref().filter(|id| check_id(id).is_ok()) else {
                caught_up.count_unreadable();
                continue;
            };
            caught_up.seen += 1;
            let seconds = millis_to_seconds(*sent_at);
            events.push(prepare_event(&self.shared.settings, id, seconds, past.body.as_bytes())?);
        }
        let stored = self.shared.store.insert(&events).await?;
        let new = stored.iter().filter(|stored| stored.new).count();
        if new > 0 {
            self.shared.stored.notify_one();
        }
        caught_up.stored += u64::try_from(new).unwrap_or(0);
        Ok(())
    }
}

impl CaughtUp {
    fn count_unreadable(&mut self) {
        self.seen += 1;
        self.unreadable += 1;
        log_event!(
            warn,
            "a past delivery cannot be stored: it has no time, or no message id, or one that is too long"
        );
    }
}

/// Where a run may begin, in milliseconds since 1970.
struct Start {
    /// Where the last one ended, or when the tables were created.
    mark: i64,
    /// Before it, events may have been purged: they would be handled again.
    purged: i64,
}

async fn read_start<E: Events>(shared: &Shared<E>, now: i64) -> Result<Start, InboxError> {
    let store = &shared.store;
    // A mark in the future was written when the clock was wrong. To believe it would leave out what was missed until then.
    let mut until = 0;
    for name in [CAUGHT_UP_UNTIL, CREATED_AT] {
        match store.read_meta(name).await? {
            Some(mark) if mark > now + CLOCK_ERROR => {
                log_event!(warn, name, "a mark is in the future, because a clock was wrong; it is not used");
            }
            Some(mark) => {
                until = mark;
                break;
            }
            None => {}
        }
    }
    let mut purged = store.read_meta(PURGED_UNTIL).await?.unwrap_or(0);
    // What was purged was sent before now. As the time is not known better, it is set here, so that it passes.
    let latest = now + delivery_time::<E>();
    if purged > latest + CLOCK_ERROR {
        log_event!(
            warn,
            "the mark of what was purged is in the future, because a clock was wrong; it is lowered"
        );
        store.raise_mark(PURGED_UNTIL, latest, latest + CLOCK_ERROR).await?;
        purged = latest;
    }
    Ok(Start { mark: until - duration_to_millis(OVERLAP), purged })
}

/// For how long the API may deliver an event again after the first time, in milliseconds.
pub(crate) fn delivery_time<E: Events>() -> i64 {
    let retries: u64 = E::SCHEME.retry_seconds.iter().sum();
    duration_to_millis(Duration::from_secs(retries.saturating_add(E::SCHEME.tolerance_seconds)))
}

fn history_error(error: impl StdError + Send + Sync + 'static) -> InboxError {
    let message =
        format!("past deliveries could not be read; the next run begins at the same time again: {error}");
    InboxError::with_source(InboxErrorKind::History, message, error)
}

impl<E, S> fmt::Debug for CatchUp<'_, E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CatchUp")
            .field("endpoint", &self.endpoint)
            .field("since", &self.since)
            .finish_non_exhaustive()
    }
}
