//! Spreads the requests of a client over time, so that a server that limits their rate hardly ever refuses one.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use governor::{
    Quota,
    clock::Clock,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};

use crate::{client::credential::Credential, client::selection::Selection, clock, clock::Instant};

/// What servers count separately: an operation, and a hash of the credential.
type Key = (&'static str, u64);

/// From how many keys on those are dropped that have not been used for a minute.
const MANY_KEYS: usize = 256;

const MINUTE: Duration = Duration::from_secs(60);

/// The limit on the rate of requests, if one is set.
#[derive(Clone, Copy)]
pub(crate) enum RateLimitSetting {
    /// The limit that the API states.
    Stated,
    /// So many requests per minute.
    PerMinute(u32),
}

impl RateLimitSetting {
    /// The limit in requests per minute. `stated` is that of the API.
    pub(crate) fn resolve(self, stated: Option<u32>) -> Result<NonZeroU32, String> {
        let (limit, error) = match self {
            Self::Stated => (
                stated.unwrap_or(0),
                "this API states no limit on the rate of requests: call `rate_limit` with one",
            ),
            Self::PerMinute(limit) => (limit, "`rate_limit` needs at least one request per minute"),
        };
        NonZeroU32::new(limit).ok_or_else(|| error.to_owned())
    }
}

/// A limit on the rate of requests, for each operation and credential.
pub(crate) struct RateLimit {
    per_minute: NonZeroU32,
    start: Instant,
    hasher: RandomState,
    lanes: Mutex<HashMap<Key, Arc<Lane>>>,
}

/// The requests of one key, in the order in which they ask.
struct Lane {
    /// Held while a request waits for its turn, so that the others queue instead of asking again and again.
    turn: tokio::sync::Mutex<()>,
    limiter: governor::RateLimiter<NotKeyed, InMemoryState, RuntimeClock, NoOpMiddleware<Nanos>>,
    last_used: Mutex<Instant>,
}

impl RateLimit {
    pub(crate) fn new(per_minute: NonZeroU32) -> Self {
        Self { per_minute, start: Instant::now(), hasher: RandomState::new(), lanes: Mutex::default() }
    }

    /// Waits until a request of this operation with this credential may be sent.
    pub(crate) async fn wait(&self, operation: &'static str, selection: &Selection) {
        let credentials = selection.credentials.iter().map(|selected| &selected.credential);
        let hash = credentials.map(|credential| self.hash_credential(credential)).fold(0, u64::wrapping_add);
        self.wait_in_lane((operation, hash)).await;
    }

    async fn wait_in_lane(&self, key: Key) {
        let lane = self.find_lane(key);
        let _turn = lane.turn.lock().await;
        while let Err(refused) = lane.limiter.check() {
            let delay = refused.wait_time_from(RuntimeClock(self.start).now());
            // Timers have a resolution of a millisecond; shorter delays would make this a busy loop.
            clock::sleep(delay.max(Duration::from_millis(1))).await;
        }
    }

    fn hash_credential(&self, credential: &Credential) -> u64 {
        match credential {
            Credential::None => 0,
            Credential::Fixed(secret) => self.hasher.hash_one(secret.expose()),
            // The tokens of a provider belong to one account.
            Credential::Provided(provider) => self.hasher.hash_one(Arc::as_ptr(provider).addr()),
        }
    }

    fn find_lane(&self, key: Key) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if lanes.len() >= MANY_KEYS && !lanes.contains_key(&key) {
            // After a minute without requests a lane is as good as a new one.
            lanes.retain(|_, lane| {
                Arc::strong_count(lane) > 1 || now.saturating_duration_since(lane.last_used()) < MINUTE
            });
        }
        let lane = lanes.entry(key).or_insert_with(|| Arc::new(Lane::new(self.per_minute, self.start)));
        *lane.last_used.lock().unwrap_or_else(PoisonError::into_inner) = now;
        Arc::clone(lane)
    }
}

impl Lane {
    /// Any minute has at most `per_minute` requests: a burst of a sixtieth, and a steady rate for the rest.
    fn new(per_minute: NonZeroU32, start: Instant) -> Self {
        let burst = NonZeroU32::new(per_minute.get() / 60).unwrap_or(NonZeroU32::MIN);
        let steady = NonZeroU32::new(per_minute.get().saturating_sub(burst.get())).unwrap_or(NonZeroU32::MIN);
        // Rounded up, so that rounding never makes a minute too full.
        let period = MINUTE / steady.get() + Duration::from_nanos(1);
        let quota =
            Quota::with_period(period).unwrap_or_else(|| Quota::per_minute(steady)).allow_burst(burst);
        Self {
            turn: tokio::sync::Mutex::default(),
            limiter: governor::RateLimiter::direct_with_clock(quota, RuntimeClock(start)),
            last_used: Mutex::new(start),
        }
    }

    fn last_used(&self) -> Instant {
        *self.last_used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The clock of the async runtime, which tests can pause.
#[derive(Clone, Debug)]
struct RuntimeClock(Instant);

impl Clock for RuntimeClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    async fn wait_for(limit: &RateLimit, operation: &'static str, key: &str, times: usize) -> Duration {
        let start = Instant::now();
        let credential = Credential::Fixed(Secret::from(key));
        for _ in 0..times {
            limit.wait_in_lane((operation, limit.hash_credential(&credential))).await;
        }
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn no_minute_has_more_requests_than_the_limit() {
        for per_minute in [1, 7, 60, 600, 100_000] {
            let limit = RateLimit::new(NonZeroU32::new(per_minute).unwrap());
            let start = Instant::now();
            let mut times = Vec::new();
            for _ in 0..(per_minute * 2 + 2).min(1_500) {
                limit.wait_in_lane(("list", 0)).await;
                times.push(start.elapsed());
            }
            let most = usize::try_from(per_minute).unwrap();
            for (first, last) in times.iter().zip(times.iter().skip(most)) {
                assert!(*last - *first >= MINUTE, "{per_minute}: {first:?} to {last:?}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn operations_and_credentials_are_counted_separately() {
        let limit = RateLimit::new(NonZeroU32::new(60).unwrap());
        assert!(wait_for(&limit, "list", "a", 30).await >= Duration::from_secs(29));
        assert_eq!(wait_for(&limit, "list", "b", 1).await, Duration::ZERO);
        assert_eq!(wait_for(&limit, "create", "a", 1).await, Duration::ZERO);
        assert!(wait_for(&limit, "list", "a", 1).await > Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_lanes_are_dropped() {
        let limit = RateLimit::new(NonZeroU32::new(60).unwrap());
        for number in 0..MANY_KEYS {
            let credential = Credential::Fixed(Secret::from(number.to_string()));
            limit.wait_in_lane(("list", limit.hash_credential(&credential))).await;
        }
        tokio::time::advance(MINUTE * 2).await;
        limit.wait_in_lane(("list", 0)).await;
        assert_eq!(limit.lanes.lock().unwrap().len(), 1);
    }
}
