//! Stores the response to each idempotency key and replays it, byte for byte, to requests that repeat the key.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::sync::watch;

use crate::server::calls::mock_response::MockResponse;

/// An idempotency key together with the credential that it is scoped to: callers do not share keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ScopedKey {
    pub(crate) credential: String,
    pub(crate) key: Vec<u8>,
}

/// The parts of a request that must be equal for two requests to count as the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    pub(crate) method: http::Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) version: Option<Vec<u8>>,
    pub(crate) body: Bytes,
}

#[derive(Debug)]
enum Entry {
    /// The first request with the key is being processed. The channel closes when that ends.
    InProgress(Fingerprint, watch::Receiver<()>),
    Completed(Fingerprint, MockResponse),
}

/// The idempotency keys of one server.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdempotencyKeys(Arc<Mutex<HashMap<ScopedKey, Entry>>>);

/// What the key of a request means for its processing.
pub(crate) enum KeyStatus {
    /// The key is new: process the request, and store the response with the claim.
    New(KeyClaim),
    /// A request with the same key was processed: replay its response.
    Completed(MockResponse),
    /// The key belongs to a different request.
    Mismatch,
}

/// The exclusive right to process the request of a new key. Dropping it without storing a response frees the key.
pub(crate) struct KeyClaim {
    keys: IdempotencyKeys,
    scoped_key: ScopedKey,
    fingerprint: Fingerprint,
    is_completed: bool,
    /// Dropping the sender wakes the requests that wait for this one.
    _in_progress: watch::Sender<()>,
}

impl IdempotencyKeys {
    /// Looks the key of a request up and claims it if it is new. While another request with the key is being
    /// processed, this waits until that ends.
    pub(crate) async fn claim_key(&self, scoped_key: ScopedKey, fingerprint: Fingerprint) -> KeyStatus {
        loop {
            let mut in_progress = {
                let mut entries = self.entries();
                match entries.get(&scoped_key) {
                    Some(Entry::InProgress(first, _) | Entry::Completed(first, _))
                        if *first != fingerprint =>
                    {
                        return KeyStatus::Mismatch;
                    }
                    Some(Entry::Completed(_, response)) => return KeyStatus::Completed(response.clone()),
                    Some(Entry::InProgress(_, in_progress)) => in_progress.clone(),
                    None => {
                        let (sender, receiver) = watch::channel(());
                        entries.insert(scoped_key.clone(), Entry::InProgress(fingerprint.clone(), receiver));
                        drop(entries);
                        return KeyStatus::New(KeyClaim {
                            keys: self.clone(),
                            scoped_key,
                            fingerprint,
                            is_completed: false,
                            _in_progress: sender,
                        });
                    }
                }
            };
            // Nothing is ever sent; an error means that the sender was dropped, which is what this waits for.
            let _ = in_progress.changed().await;
        }
    }

    pub(crate) fn clear(&self) {
        self.entries().clear();
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<ScopedKey, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyClaim {
    /// Stores the response, which later requests with the key receive.
    pub(crate) fn complete(mut self, response: MockResponse) {
        self.is_completed = true;
        let entry = Entry::Completed(self.fingerprint.clone(), response);
        self.keys.entries().insert(self.scoped_key.clone(), entry);
    }
}

impl Drop for KeyClaim {
    fn drop(&mut self) {
        if !self.is_completed {
            self.keys.entries().remove(&self.scoped_key);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn scoped_key() -> ScopedKey {
        ScopedKey { credential: "c".to_owned(), key: b"k".to_vec() }
    }

    fn fingerprint(body: &'static str) -> Fingerprint {
        Fingerprint {
            method: http::Method::POST,
            path: "/things".to_owned(),
            query: None,
            version: None,
            body: Bytes::from(body),
        }
    }

    fn response() -> MockResponse {
        MockResponse { status: StatusCode::CREATED, headers: HeaderMap::new(), body: Bytes::from("a") }
    }

    async fn claim_new(keys: &IdempotencyKeys) -> KeyClaim {
        match keys.claim_key(scoped_key(), fingerprint("1")).await {
            KeyStatus::New(claim) => claim,
            _ => panic!("the key is not new"),
        }
    }

    #[tokio::test]
    async fn a_second_request_waits_for_the_first() {
        let keys = IdempotencyKeys::default();
        let claim = claim_new(&keys).await;
        assert!(matches!(keys.claim_key(scoped_key(), fingerprint("2")).await, KeyStatus::Mismatch));
        let waiting = tokio::spawn({
            let keys = keys.clone();
            async move { matches!(keys.claim_key(scoped_key(), fingerprint("1")).await, KeyStatus::Completed(_)) }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        claim.complete(response());
        assert!(waiting.await.unwrap());
        assert!(matches!(keys.claim_key(scoped_key(), fingerprint("2")).await, KeyStatus::Mismatch));
    }

    #[tokio::test]
    async fn a_dropped_claim_passes_to_the_waiting_request() {
        let keys = IdempotencyKeys::default();
        let claim = claim_new(&keys).await;
        let waiting = tokio::spawn({
            let keys = keys.clone();
            async move { matches!(keys.claim_key(scoped_key(), fingerprint("1")).await, KeyStatus::New(_)) }
        });
        tokio::task::yield_now().await;
        drop(claim);
        assert!(waiting.await.unwrap());
    }

    #[tokio::test]
    async fn callers_do_not_share_keys() {
        let keys = IdempotencyKeys::default();
        claim_new(&keys).await.complete(response());
        let other = ScopedKey { credential: "d".to_owned(), ..scoped_key() };
        assert!(matches!(keys.claim_key(other, fingerprint("2")).await, KeyStatus::New(_)));
    }
}
