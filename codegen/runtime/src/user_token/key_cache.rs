//! Fetches and caches the issuer's keys.
//!
//! Concurrent verifications share one fetch. Keys are renewed in the background before they expire, and they stay in use for as
//! long again while the issuer cannot be reached. A token with an unknown key id causes another fetch, because the issuer may have
//! rotated its keys, but no more than one per cool-down: anyone can send tokens with made-up key ids. For the same reason there is
//! a pause after a failed fetch.

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

/// The time between a failed request and the one that repeats it.
const RETRY_DELAY: Duration = Duration::from_millis(200);

/// The pause after the first failed fetch. It doubles with each further failure, up to the cool-down.
const INITIAL_PAUSE: Duration = Duration::from_secs(1);

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
    /// The number of failed fetches since the last success.
    failures: u32,
    /// The number of completed fetches.
    fetches: u64,
    /// Whether a task renews the keys.
    is_renewing: bool,
}

/// What a verification does for the keys that it needs.
enum Lookup {
    /// Use these.
    Use(Arc<KeySet>),
    /// Use these, and have a task renew them.
    UseAndRenew(Arc<KeySet>),
    /// Fetch them.
    Fetch,
    /// Fail for the reason for which the last fetch failed.
    Unavailable(String),
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
        self: &Arc<Self>,
        scheme: &'static UserTokenScheme,
        id: Option<&str>,
    ) -> Result<Arc<KeySet>, UserTokenError> {
        let (lookup, fetches_before) = {
            let state = self.state();
            (state.look_up(scheme, id), state.fetches)
        };
        match lookup {
            Lookup::Use(keys) => return Ok(keys),
            Lookup::UseAndRenew(keys) => {
                self.start_renewal(scheme);
                return Ok(keys);
            }
            Lookup::Unavailable(reason) => return Err(UserTokenError::KeysUnavailable { reason }),
            Lookup::Fetch => {}
        }
        if !clock::has_runtime() {
            let reason = "no tokio runtime is running: await the verification inside one".to_owned();
            return Err(UserTokenError::Config { reason });
        }
        let _fetching = self.fetching.lock().await;
        {
            // A verification that waited for another one's fetch shares its result instead of fetching again.
            let state = self.state();
            match (&state.keys, &state.last_fetch) {
                _ if state.fetches == fetches_before => {}
                (_, Some((_, Err(reason)))) => return state.fall_back(scheme, id, reason.clone()),
                (Some((keys, _)), _) if keys.has_key_for(id) => return Ok(Arc::clone(keys)),
                _ => {
                    if let Lookup::Use(keys) | Lookup::UseAndRenew(keys) = state.look_up(scheme, id) {
                        return Ok(keys);
                    }
                }
            }
        }
        match self.fetch_and_store(scheme).await {
            Ok(keys) => Ok(keys),
            Err(reason) => self.state().fall_back(scheme, id, reason),
        }
    }

    /// Renews the keys in a task of their own, unless one does so already.
    fn start_renewal(self: &Arc<Self>, scheme: &'static UserTokenScheme) {
        if std::mem::replace(&mut self.state().is_renewing, true) {
            return;
        }
        let renewal = Renewal(Arc::clone(self));
        // Without a runtime the keys serve until they expire.
        if clock::has_runtime() {
            clock::spawn(Box::pin(async move {
                let cache = &renewal.0;
                let _fetching = cache.fetching.lock().await;
                let is_due = matches!(cache.state().look_up(scheme, None), Lookup::UseAndRenew(_));
                if is_due {
                    // A failure is in the state, and the keys stay in use.
                    let _ = cache.fetch_and_store(scheme).await;
                }
            }));
        }
    }

    /// Fetches the keys, with one repetition if that fails, and stores the result.
    async fn fetch_and_store(&self, scheme: &UserTokenScheme) -> Result<Arc<KeySet>, String> {
        let limit = Duration::from_secs(scheme.timeout_seconds);
        let fetch = async {
            // Each has half of the time, so that the second is made even if the first receives nothing.
            if let Some(Ok(keys)) = clock::timeout(Some(limit / 2), self.fetch()).await {
                return Ok(keys);
            }
            clock::sleep(RETRY_DELAY).await;
            self.fetch().await
        };
        let result = match clock::timeout(Some(limit), fetch).await {
            Some(result) => result,
            None => Err(format!("the key server did not respond within {} s", scheme.timeout_seconds)),
        };
        let now = Instant::now();
        let mut state = self.state();
        state.fetches += 1;
        state.last_fetch = Some((now, result.as_ref().map(|_| ()).map_err(Clone::clone)));
        state.failures = if result.is_ok() { 0 } else { state.failures.saturating_add(1) };
        let keys = Arc::new(result?);
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
    fn look_up(&self, scheme: &UserTokenScheme, id: Option<&str>) -> Lookup {
        let lifetime = Duration::from_secs(scheme.keys_seconds);
        let is_pausing = self.is_pausing(scheme);
        let fetch = || match &self.last_fetch {
            Some((_, Err(reason))) if is_pausing => Lookup::Unavailable(reason.clone()),
            _ => Lookup::Fetch,
        };
        let Some((keys, fetched_at)) = self.kept_keys(scheme) else { return fetch() };
        let age = fetched_at.elapsed();
        let is_cooling_down = || {
            let cool_down = Duration::from_secs(scheme.cool_down_seconds);
            self.last_fetch.as_ref().is_some_and(|(completed_at, _)| completed_at.elapsed() < cool_down)
        };
        if !keys.has_key_for(id) {
            // Expired keys are not a reason to refuse the token: the id may be that of a newer key.
            return if is_cooling_down() && age < lifetime { Lookup::Use(keys) } else { fetch() };
        }
        if age < lifetime / 4 * 3 || is_pausing {
            Lookup::Use(keys)
        } else if age < lifetime || self.failures > 0 {
            Lookup::UseAndRenew(keys)
        } else {
            // Nobody has asked for a while, so it is not known whether the issuer has withdrawn a key.
            Lookup::Fetch
        }
    }

    /// The keys and when they were fetched, while they may be used: until they expire, and as long again if they cannot be
    /// renewed.
    fn kept_keys(&self, scheme: &UserTokenScheme) -> Option<(Arc<KeySet>, Instant)> {
        let longest = Duration::from_secs(scheme.keys_seconds.saturating_mul(2));
        let (keys, fetched_at) = self.keys.as_ref()?;
        (fetched_at.elapsed() < longest).then(|| (Arc::clone(keys), *fetched_at))
    }

    /// Whether the last fetch failed so recently that another one must wait.
    fn is_pausing(&self, scheme: &UserTokenScheme) -> bool {
        let factor = 1_u32.checked_shl(self.failures.saturating_sub(1)).unwrap_or(u32::MAX);
        let pause = INITIAL_PAUSE.saturating_mul(factor).min(Duration::from_secs(scheme.cool_down_seconds));
        self.last_fetch
            .as_ref()
            .is_some_and(|(completed_at, result)| result.is_err() && completed_at.elapsed() < pause)
    }

    /// The keys for a token after a fetch failed: those of the last successful one, if they have the id.
    fn fall_back(
        &self,
        scheme: &UserTokenScheme,
        id: Option<&str>,
        reason: String,
    ) -> Result<Arc<KeySet>, UserTokenError> {
        let kept = self.kept_keys(scheme).map(|(keys, _)| keys).filter(|keys| keys.has_key_for(id));
        kept.ok_or(UserTokenError::KeysUnavailable { reason })
    }
}

/// The task that renews the keys. Dropped when it ends, also with its runtime.
struct Renewal(Arc<KeyCache>);

impl Drop for Renewal {
    fn drop(&mut self) {
        self.0.state().is_renewing = false;
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache").field("url", &self.url).finish_non_exhaustive()
    }
}
