//! Fetches and caches the issuer's keys.
//!
//! Concurrent verifications share one fetch. A token with an unknown key id causes another fetch, because the issuer may have
//! rotated its keys, but no more than one per cool-down: anyone can send tokens with made-up key ids.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderValue, Request, StatusCode, header::ACCEPT};

use super::{error::UserTokenError, key_set::KeySet, scheme::UserTokenScheme};
use crate::{
    clock::{self, Instant},
    transport::Transport,
    wire::body::Body,
};

/// The longest accepted JWK set. Typical ones are a few kilobytes long.
const MAX_KEYS_BYTES: usize = 1024 * 1024;

/// The keys at a URL.
pub(super) struct KeyCache {
    url: String,
    transport: Arc<dyn Transport>,
    state: Mutex<CacheState>,
    /// Held while keys are fetched.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct CacheState {
    /// The keys of the last successful fetch, and when it completed.
    keys: Option<(Arc<KeySet>, Instant)>,
    /// When the last fetch completed, and its result.
    last_fetch: Option<(Instant, Result<(), String>)>,
    /// The number of completed fetches.
    fetches: u64,
}

impl KeyCache {
    pub(super) fn new(url: String, transport: Arc<dyn Transport>) -> Self {
        Self { url, transport, state: Mutex::default(), fetching: tokio::sync::Mutex::new(()) }
    }

    /// An empty cache of the keys at another URL.
    pub(super) fn with_url(&self, url: String) -> Self {
        Self::new(url, Arc::clone(&self.transport))
    }

    /// The keys to verify a token that has this key id. Fetches them if the cached keys have expired or lack the id.
    pub(super) async fn keys_for(
        &self,
        scheme: &UserTokenScheme,
        id: Option<&str>,
    ) -> Result<Arc<KeySet>, UserTokenError> {
        let fetches_before = {
            let state = self.state();
            match state.usable_keys(scheme, id) {
                Some(keys) => return Ok(keys),
                None => state.fetches,
            }
        };
        if !clock::has_runtime() {
            let reason = "no tokio runtime is running: await the verification inside one".to_owned();
            return Err(UserTokenError::Config { reason });
        }
        let _fetching = self.fetching.lock().await;
        {
            let state = self.state();
            if let Some(keys) = state.usable_keys(scheme, id) {
                return Ok(keys);
            }
            // A verification that waited for another one's fetch shares its failure instead of fetching again.
            if state.fetches != fetches_before
                && let Some((_, Err(reason))) = &state.last_fetch
            {
                return Err(UserTokenError::KeysUnavailable { reason: reason.clone() });
            }
        }
        let timeout = Duration::from_secs(scheme.timeout_seconds);
        let result = match clock::timeout(Some(timeout), self.fetch()).await {
            Some(result) => result,
            None => Err(format!("the key server did not respond within {} s", scheme.timeout_seconds)),
        };
        let now = Instant::now();
        let mut state = self.state();
        state.fetches += 1;
        state.last_fetch = Some((now, result.as_ref().map(|_| ()).map_err(Clone::clone)));
        let keys = Arc::new(result.map_err(|reason| UserTokenError::KeysUnavailable { reason })?);
        state.keys = Some((Arc::clone(&keys), now));
        Ok(keys)
    }

    async fn fetch(&self) -> Result<KeySet, String> {
        let accept = HeaderValue::from_static("application/jwk-set+json, application/json");
        let request = Request::get(&self.url).header(ACCEPT, accept).body(Body::empty());
        let request = request.map_err(|error| format!("the URL of the keys is not valid: {error}"))?;
        if !matches!(request.uri().scheme_str(), Some("https" | "http")) {
            return Err("the URL of the keys must start with https:// or http://".to_owned());
        }
        let response = self.transport.send(request).await.map_err(|error| error.to_string())?;
        if response.status() != StatusCode::OK {
            return Err(format!("the key server responded with {}; expected 200 OK", response.status()));
        }
        let mut body = response.into_body();
        let mut bytes = Vec::new();
        while let Some(chunk) = body.chunk().await {
            let chunk = chunk.map_err(|error| format!("the key server's response is incomplete: {error}"))?;
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_KEYS_BYTES {
                return Err(format!("the key server's response is longer than {MAX_KEYS_BYTES} bytes"));
            }
        }
        let json = serde_json::from_slice(&bytes)
            .map_err(|error| format!("the key server's response is not JSON: {error}"))?;
        KeySet::from_jwk_set(&json).map_err(str::to_owned)
    }

    fn state(&self) -> MutexGuard<'_, CacheState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheState {
    /// The cached keys, unless they have expired, or lack the id and may be fetched again.
    fn usable_keys(&self, scheme: &UserTokenScheme, id: Option<&str>) -> Option<Arc<KeySet>> {
        let (keys, fetched_at) = self.keys.as_ref()?;
        if fetched_at.elapsed() >= Duration::from_secs(scheme.keys_seconds) {
            return None;
        }
        let is_cooling_down = || {
            let cool_down = Duration::from_secs(scheme.cool_down_seconds);
            self.last_fetch.as_ref().is_some_and(|(completed_at, _)| completed_at.elapsed() < cool_down)
        };
        (keys.has_key_for(id) || is_cooling_down()).then(|| Arc::clone(keys))
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache").field("url", &self.url).finish_non_exhaustive()
    }
}
