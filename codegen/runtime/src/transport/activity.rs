//! When a transport replaces its connections because one of them has fallen silent.
//!
//! A connection whose peer is frozen, or that a balancer forgot, does not fail: the kernel still accepts what is written
//! to it, and no response ever comes. HTTP/2 sends all requests over one connection, so without this file all later
//! requests would go the same way. All connections are replaced, because idle ones are likely silent too: requests in
//! flight stay on their connections, and later ones make new ones.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    transport::{error::TransportError, send_state::SendState},
    wire::body::BoxError,
};

/// How long a cancelled request must have waited, without any response on its pool, for the pool to be replaced. A
/// cancellation says little about a connection, so this is longer than most calls take; and it bounds how often callers
/// that cancel their calls make the client connect anew.
const SILENCE: Duration = Duration::from_secs(5);

type Build<C> = Box<dyn Fn() -> Result<C, BoxError> + Send + Sync>;

/// The current pool of connections, and how to make the next one.
pub(super) struct Pools<C> {
    current: Mutex<Arc<Pool<C>>>,
    /// `None` for a client of the caller, of which no copy with another pool can be made.
    build: Option<Build<C>>,
}

/// Connections, or a client that has them, and what is known about them.
pub(super) struct Pool<C> {
    pub(super) client: C,
    pub(super) activity: Arc<Activity>,
}

/// What is known about the connections of a pool.
pub(super) struct Activity {
    created: Instant,
    /// The time of the last response, in milliseconds since `created`, plus one; 0 if there was none.
    last_response: AtomicU64,
    is_retired: AtomicBool,
}

impl<C> Pools<C> {
    pub(super) fn new(build: Build<C>) -> Result<Self, BoxError> {
        let first = Pool::new(build()?);
        Ok(Self { current: Mutex::new(Arc::new(first)), build: Some(build) })
    }

    #[cfg(feature = "reqwest")]
    pub(super) fn from_client(client: C) -> Self {
        Self { current: Mutex::new(Arc::new(Pool::new(client))), build: None }
    }

    /// Whether the client is one of the caller, who may have let it follow redirects.
    #[cfg(feature = "reqwest")]
    pub(super) fn is_foreign(&self) -> bool {
        self.build.is_none()
    }

    /// The pool for the next request: a new one if the last one was retired.
    pub(super) fn current(&self) -> Arc<Pool<C>> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.activity.is_retired.load(Ordering::Acquire)
            && let Some(build) = &self.build
            // The same settings worked before. Should the system have none of what they need left, the old pool stays.
            && let Ok(client) = build()
        {
            *current = Arc::new(Pool::new(client));
        }
        Arc::clone(&current)
    }
}

impl<C> fmt::Debug for Pools<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pools").field("is_foreign", &self.build.is_none()).finish_non_exhaustive()
    }
}

impl<C> Pool<C> {
    fn new(client: C) -> Self {
        Self { client, activity: Arc::new(Activity::new()) }
    }
}

impl Activity {
    fn new() -> Self {
        Self { created: Instant::now(), last_response: AtomicU64::new(0), is_retired: AtomicBool::new(false) }
    }

    /// Makes later requests use a new pool.
    pub(super) fn retire(&self) {
        self.is_retired.store(true, Ordering::Release);
    }

    fn milliseconds(&self, time: Instant) -> u64 {
        let elapsed = time.saturating_duration_since(self.created).as_millis();
        u64::try_from(elapsed).unwrap_or(u64::MAX).saturating_add(1)
    }

    fn record_response(&self, now: Instant) {
        self.last_response.fetch_max(self.milliseconds(now), Ordering::AcqRel);
    }

    /// Whether no response, and no part of one, arrived after this time.
    fn is_silent_since(&self, time: Instant) -> bool {
        self.last_response.load(Ordering::Acquire) < self.milliseconds(time)
    }
}

/// Watches a request, and then the body of its response, for a cancellation after a long silence.
pub(super) struct Watch {
    activity: Arc<Activity>,
    state: SendState,
    /// Since when nothing arrived; `None` if nothing is waited for.
    waiting_since: Option<Instant>,
}

impl Watch {
    pub(super) fn start(activity: Arc<Activity>, state: SendState) -> Self {
        Self { activity, state, waiting_since: Some(Instant::now()) }
    }

    /// Notes that nothing more is waited for.
    pub(super) fn finish(&mut self) {
        self.waiting_since = None;
    }

    /// Notes that a part of the response arrived.
    pub(super) fn record_arrival(&mut self) {
        self.activity.record_response(Instant::now());
        self.finish();
    }

    /// Notes that there is no response. After a connection that fell silent, later requests use a new pool.
    pub(super) fn record_failure(&mut self, error: TransportError) -> TransportError {
        self.finish();
        if error.is_timeout() && error.may_have_been_sent() {
            self.activity.retire();
        }
        error
    }

    /// Notes that the next part of the response is waited for.
    pub(super) fn wait(&mut self) {
        self.waiting_since.get_or_insert_with(Instant::now);
    }

    fn is_suspect(&self, now: Instant) -> bool {
        self.waiting_since.is_some_and(|since| {
            now.saturating_duration_since(since) >= SILENCE
                && self.state.may_have_been_sent()
                && self.activity.is_silent_since(since)
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.waiting_since.is_some() && self.is_suspect(Instant::now()) {
            self.activity.retire();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pools() -> Pools<()> {
        Pools::new(Box::new(|| Ok(()))).unwrap()
    }

    #[test]
    fn a_retired_pool_is_replaced_once() {
        let pools = pools();
        let first = pools.current();
        assert!(Arc::ptr_eq(&first, &pools.current()));
        first.activity.retire();
        let second = pools.current();
        assert!(!Arc::ptr_eq(&first, &second));
        // All requests of the first pool may time out.
        first.activity.retire();
        assert!(Arc::ptr_eq(&second, &pools.current()));
    }

    #[cfg(feature = "reqwest")]
    #[test]
    fn a_client_of_the_caller_is_kept() {
        let pools = Pools::from_client(());
        let first = pools.current();
        first.activity.retire();
        assert!(Arc::ptr_eq(&first, &pools.current()));
    }

    #[test]
    fn a_cancellation_is_suspect_only_after_a_long_silence() {
        let pool = pools().current();
        let mut watch = Watch::start(Arc::clone(&pool.activity), SendState::default());
        let start = watch.waiting_since.unwrap();
        assert!(!watch.is_suspect(start + Duration::from_secs(1)));
        assert!(watch.is_suspect(start + SILENCE));
        // Another request of the pool had a response meanwhile.
        pool.activity.record_response(start + Duration::from_secs(1));
        assert!(!watch.is_suspect(start + SILENCE));
        watch.waiting_since = Some(start + Duration::from_secs(2));
        assert!(watch.is_suspect(start + SILENCE * 2));
        watch.finish();
        assert!(!watch.is_suspect(start + SILENCE * 2));
        watch.waiting_since = Some(start);
        watch.state.track();
        assert!(!watch.is_suspect(start + SILENCE * 2), "nothing was sent");
    }
}
