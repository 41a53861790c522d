//! The issuer's keys from its server: fetched once for all that wait, kept for a while, and fetched again for a key that
//! is not known, though not at every such token, since anybody can make those up.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderValue, Request, StatusCode, header::ACCEPT};

use super::{UserTokenError, UserTokenScheme, key_set::Keys};
use crate::{
    clock::{self, Instant},
    transport::Transport,
    wire::body::Body,
};

/// A set of keys is a few kilobytes long.
const MAX_BYTES: usize = 1024 * 1024;

/// Keys at an address.
pub(super) struct Remote {
    pub(super) url: String,
    transport: Arc<dyn Transport>,
    known: Mutex<Known>,
    /// Held by the one that fetches.
    turn: tokio::sync::Mutex<()>,
}

/// What the fetches so far have brought.
#[derive(Default)]
struct Known {
    keys: Option<(Arc<Keys>, Instant)>,
    /// When the last one ended, and what came of it.
    last: Option<(Instant, Result<(), String>)>,
    /// How many have ended.
    count: u64,
}

impl Remote {
    pub(super) fn new(url: String, transport: Arc<dyn Transport>) -> Self {
        Self { url, transport, known: Mutex::default(), turn: tokio::sync::Mutex::new(()) }
    }

    /// The same with another address, and nothing fetched.
    pub(super) fn at(&self, url: String) -> Self {
        Self::new(url, Arc::clone(&self.transport))
    }

    /// Keys with that of this name among them, if it can be had.
    pub(super) async fn keys(
        &self,
        scheme: &UserTokenScheme,
        id: Option<&str>,
    ) -> Result<Arc<Keys>, UserTokenError> {
        let before = {
            let known = self.known();
            match known.usable(scheme, id) {
                Some(keys) => return Ok(keys),
                None => known.count,
            }
        };
        if !clock::is_running() {
            let reason = "there is no tokio runtime here: await the verification inside one".to_owned();
            return Err(UserTokenError::Config { reason });
        }
        let _turn = self.turn.lock().await;
        {
            let known = self.known();
            if let Some(keys) = known.usable(scheme, id) {
                return Ok(keys);
            }
            // Who waited for a fetch takes what came of it, be it nothing.
            if known.count != before
                && let Some((_, Err(reason))) = &known.last
            {
                return Err(UserTokenError::KeysUnavailable { reason: reason.clone() });
            }
        }
        let result =
            match clock::timeout(Some(Duration::from_secs(scheme.timeout_seconds)), self.fetch()).await {
                Some(result) => result,
                None => Err(format!("no answer within {} s", scheme.timeout_seconds)),
            };
        let now = Instant::now();
        let mut known = self.known();
        known.count += 1;
        known.last = Some((now, result.as_ref().map(|_| ()).map_err(Clone::clone)));
        let keys = Arc::new(result.map_err(|reason| UserTokenError::KeysUnavailable { reason })?);
        known.keys = Some((Arc::clone(&keys), now));
        Ok(keys)
    }

    async fn fetch(&self) -> Result<Keys, String> {
        let accept = HeaderValue::from_static("application/jwk-set+json, application/json");
        let request = Request::get(&self.url).header(ACCEPT, accept).body(Body::empty());
        let request = request.map_err(|error| format!("the address of the keys is wrong: {error}"))?;
        if !matches!(request.uri().scheme_str(), Some("https" | "http")) {
            return Err("the address of the keys must start with https:// or http://".to_owned());
        }
        let response = self.transport.send(request).await.map_err(|error| error.to_string())?;
        if response.status() != StatusCode::OK {
            return Err(format!("the server of the keys answered {}", response.status()));
        }
        let mut body = response.into_body();
        let mut bytes = Vec::new();
        while let Some(piece) = body.chunk().await {
            bytes.extend_from_slice(&piece.map_err(|error| format!("the keys broke off: {error}"))?);
            if bytes.len() > MAX_BYTES {
                return Err(format!("the keys are longer than {MAX_BYTES} bytes"));
            }
        }
        let json =
            serde_json::from_slice(&bytes).map_err(|error| format!("the keys are no JSON: {error}"))?;
        Keys::of_set(&json).map_err(str::to_owned)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The keys, if they are not too old and either hold the one of this name or cannot be asked for again yet.
    fn usable(&self, scheme: &UserTokenScheme, id: Option<&str>) -> Option<Arc<Keys>> {
        let (keys, since) = self.keys.as_ref()?;
        if since.elapsed() >= Duration::from_secs(scheme.keys_seconds) {
            return None;
        }
        let cooling = || {
            let last = self.last.as_ref().map(|(last, _)| *last);
            last.is_some_and(|last| last.elapsed() < Duration::from_secs(scheme.cool_down_seconds))
        };
        (keys.knows(id) || cooling()).then(|| Arc::clone(keys))
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("url", &self.url).finish_non_exhaustive()
    }
}
