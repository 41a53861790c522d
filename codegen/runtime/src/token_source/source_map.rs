//! A source for each of many keys, of which those that were used last are kept.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use super::{
    IssuedToken, TokenFlow, TokenSource,
    source::{Settings, scoped},
};
use crate::{call::builder::Builder, call::draft::Draft, clock::wall::WallClock, error::Error};

/// A [`TokenSource`] for each of many keys, such as the accounts of a platform. A clone shares them.
///
/// Those used last are kept, 1000 of them unless [`capacity`](Self::capacity) says otherwise; for any other a token is
/// minted again. Ask for keys that you have checked only: each one that is new costs a call.
pub struct TokenSourceMap<K>(Arc<Inner<K>>);

struct Inner<K> {
    call: Call<K>,
    settings: Settings,
    capacity: usize,
    known: Mutex<Known<K>>,
}

/// What a token can be kept for.
pub trait TokenKey: Eq + Hash + Clone + Send + Sync + 'static {}

impl<K: Eq + Hash + Clone + Send + Sync + 'static> TokenKey for K {}

type Call<K> = Arc<dyn Fn(&K) -> Box<Draft> + Send + Sync>;

struct Known<K> {
    /// With the number of the use that was the last.
    sources: HashMap<K, (TokenSource, u64)>,
    uses: u64,
}

impl<K: TokenKey> TokenSourceMap<K> {
    /// Sources of tokens that may be used for `scopes`, minted by this request.
    pub fn new<S>(
        flow: &'static TokenFlow,
        scopes: Vec<String>,
        request: impl Fn(&K) -> Builder<S> + Send + Sync + 'static,
    ) -> Self {
        let call = move |key: &K| scoped(request(key), flow, &scopes);
        Self::of(Settings::new(flow), 1000, Arc::new(call))
    }

    fn of(settings: Settings, capacity: usize, call: Call<K>) -> Self {
        let known = Mutex::new(Known { sources: HashMap::new(), uses: 0 });
        Self(Arc::new(Inner { call, settings, capacity, known }))
    }

    fn anew(self, edit: impl FnOnce(&mut Settings, &mut usize)) -> Self {
        let (mut settings, mut capacity) = (self.0.settings.clone(), self.0.capacity);
        edit(&mut settings, &mut capacity);
        Self::of(settings, capacity, Arc::clone(&self.0.call))
    }

    /// How many sources are kept, 1 at least. It begins anew, without tokens.
    #[must_use]
    pub fn capacity(self, capacity: usize) -> Self {
        self.anew(|_, own| *own = capacity)
    }

    /// As [`TokenSource::margin`], for all of them. It begins anew, without tokens.
    #[must_use]
    pub fn margin(self, margin: Duration) -> Self {
        self.anew(|settings, _| settings.margin = margin)
    }

    /// As [`TokenSource::clock`], for all of them. It begins anew, without tokens.
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.anew(|settings, _| settings.clock = WallClock::of(clock))
    }

    /// The source of this key.
    pub fn for_key(&self, key: impl Into<K>) -> TokenSource {
        let key = key.into();
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.uses += 1;
        let now = known.uses;
        if let Some((source, used)) = known.sources.get_mut(&key) {
            *used = now;
            return source.clone();
        }
        if known.sources.len() >= self.0.capacity.max(1) {
            known.forget_one();
        }
        let (call, own) = (Arc::clone(&self.0.call), key.clone());
        let source = TokenSource::with(self.0.settings.clone(), move || call(&own));
        known.sources.insert(key, (source.clone(), now));
        source
    }

    /// A valid token for this key: see [`TokenSource::get`].
    ///
    /// # Errors
    /// As [`TokenSource::get`].
    pub async fn get(&self, key: impl Into<K>) -> Result<IssuedToken, Error> {
        let source = self.for_key(key);
        source.get().await
    }

    /// As [`get`](Self::get), waiting on this thread.
    ///
    /// # Errors
    /// As [`TokenSource::get_blocking`].
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub fn get_blocking(&self, key: impl Into<K>) -> Result<IssuedToken, Error> {
        self.for_key(key).get_blocking()
    }
}

impl<K: TokenKey> Known<K> {
    /// Forgets the source that was not used for the longest time.
    fn forget_one(&mut self) {
        let oldest = self.sources.iter().min_by_key(|(_, (_, used))| *used);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.sources.remove(&key);
        }
    }
}

impl<K> Clone for TokenSourceMap<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> fmt::Debug for TokenSourceMap<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("TokenSourceMap")
            .field("settings", &self.0.settings)
            .field("capacity", &self.0.capacity)
            .field("sources", &known.sources.len())
            .finish_non_exhaustive()
    }
}
