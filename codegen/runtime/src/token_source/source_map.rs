//! A token source per key. The least recently used sources are evicted.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use super::{
    flow::TokenFlow,
    issued_token::IssuedToken,
    source::{SourceSettings, TokenSource, set_scopes},
};
use crate::{call::builder::Builder, call::draft::Draft, clock::wall::WallClock, error::Error};

const DEFAULT_CAPACITY: usize = 1000;

/// A [`TokenSource`] per key, such as one per account of a platform. Clones share the sources.
///
/// The map keeps the most recently used sources, 1000 unless [`capacity`](Self::capacity) is set. A key whose source was
/// evicted gets a new source, which mints a new token. Validate keys that come from outside before you pass them: each new key
/// costs a call.
pub struct TokenSourceMap<K>(Arc<Inner<K>>);

struct Inner<K> {
    new_request: NewRequest<K>,
    settings: SourceSettings,
    capacity: usize,
    cache: Mutex<Cache<K>>,
}

/// A key of a [`TokenSourceMap`]; implemented for every type that has these properties.
pub trait TokenKey: Eq + Hash + Clone + Send + Sync + 'static {}

impl<K: Eq + Hash + Clone + Send + Sync + 'static> TokenKey for K {}

/// Creates the request that mints a token for a key.
type NewRequest<K> = Arc<dyn Fn(&K) -> Box<Draft> + Send + Sync>;

struct Cache<K> {
    sources: HashMap<K, CachedSource>,
    /// Counts the lookups. The counter orders the sources by their last use.
    lookups: u64,
}

struct CachedSource {
    source: TokenSource,
    /// The value of `lookups` at the last use.
    last_used: u64,
}

impl<K: TokenKey> TokenSourceMap<K> {
    /// Creates a map of sources whose tokens have these scopes. `request` creates the request that mints a token for a key.
    pub fn new<S>(
        flow: &'static TokenFlow,
        scopes: Vec<String>,
        request: impl Fn(&K) -> Builder<S> + Send + Sync + 'static,
    ) -> Self {
        let new_request = move |key: &K| set_scopes(request(key), flow, &scopes);
        Self::with_settings(SourceSettings::new(flow), DEFAULT_CAPACITY, Arc::new(new_request))
    }

    fn with_settings(settings: SourceSettings, capacity: usize, new_request: NewRequest<K>) -> Self {
        let cache = Mutex::new(Cache { sources: HashMap::new(), lookups: 0 });
        Self(Arc::new(Inner { new_request, settings, capacity, cache }))
    }

    /// Sets how many sources are kept, at least 1. Returns a new map without cached tokens.
    #[must_use]
    pub fn capacity(self, capacity: usize) -> Self {
        Self::with_settings(self.0.settings.clone(), capacity, Arc::clone(&self.0.new_request))
    }

    /// Sets the [`TokenSource::margin`] of all sources. Returns a new map without cached tokens.
    #[must_use]
    pub fn margin(self, margin: Duration) -> Self {
        let settings = SourceSettings { margin, ..self.0.settings.clone() };
        Self::with_settings(settings, self.0.capacity, Arc::clone(&self.0.new_request))
    }

    /// Sets the [`TokenSource::clock`] of all sources. Returns a new map without cached tokens.
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        let settings = SourceSettings { clock: WallClock::custom(clock), ..self.0.settings.clone() };
        Self::with_settings(settings, self.0.capacity, Arc::clone(&self.0.new_request))
    }

    /// The source of a key.
    pub fn for_key(&self, key: impl Into<K>) -> TokenSource {
        let key = key.into();
        let mut cache = self.0.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.lookups += 1;
        let now = cache.lookups;
        if let Some(cached) = cache.sources.get_mut(&key) {
            cached.last_used = now;
            return cached.source.clone();
        }
        if cache.sources.len() >= self.0.capacity.max(1) {
            cache.evict_least_recently_used();
        }
        let (new_request, request_key) = (Arc::clone(&self.0.new_request), key.clone());
        let source =
            TokenSource::with_settings(self.0.settings.clone(), Arc::new(move || new_request(&request_key)));
        cache.sources.insert(key, CachedSource { source: source.clone(), last_used: now });
        source
    }

    /// Returns a valid token for a key: see [`TokenSource::get`].
    ///
    /// # Errors
    /// The same as [`TokenSource::get`].
    pub async fn get(&self, key: impl Into<K>) -> Result<IssuedToken, Error> {
        let source = self.for_key(key);
        source.get().await
    }

    /// Like [`get`](Self::get), but blocks the current thread.
    ///
    /// # Errors
    /// The same as [`TokenSource::get_blocking`].
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn get_blocking(&self, key: impl Into<K>) -> Result<IssuedToken, Error> {
        self.for_key(key).get_blocking()
    }
}

impl<K: TokenKey> Cache<K> {
    fn evict_least_recently_used(&mut self) {
        let oldest = self.sources.iter().min_by_key(|(_, cached)| cached.last_used);
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
        let cache = self.0.cache.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("TokenSourceMap")
            .field("settings", &self.0.settings)
            .field("capacity", &self.0.capacity)
            .field("sources", &cache.sources.len())
            .finish_non_exhaustive()
    }
}
