//! IdempotencyKeys of idempotency as servers keep them: the answer to a key is given once and then again, byte for byte.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::sync::watch;

/// A key, within what it is valid for: the caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    pub(crate) credential: String,
    pub(crate) key: Vec<u8>,
}

/// What makes two requests the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    pub(crate) method: http::Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) version: Option<Vec<u8>>,
    pub(crate) body: Bytes,
}

/// An answer as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[derive(Debug)]
enum Entry {
    /// The first request with the key is being carried out; its sender closes when it is done.
    Running(Fingerprint, watch::Receiver<()>),
    Done(Fingerprint, Stored),
}

/// The keys of one server.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdempotencyKeys(Arc<Mutex<HashMap<Scope, Entry>>>);

/// What a key says about a request.
pub(crate) enum Verdict {
    /// It is the first: it has to be carried out, and the permit settled.
    First(Permit),
    /// It was answered before.
    Again(Stored),
    /// Another request had the key.
    Mismatch,
}

/// The right to carry out the first request with a key. Dropped unsettled, it leaves the key as if never used.
pub(crate) struct Permit {
    keys: IdempotencyKeys,
    scope: Scope,
    fingerprint: Fingerprint,
    settled: bool,
    /// Wakes those who wait, when it is dropped.
    _running: watch::Sender<()>,
}

impl IdempotencyKeys {
    /// What to do with a request. While the first with its key is being carried out, the others wait.
    pub(crate) async fn begin(&self, scope: Scope, fingerprint: Fingerprint) -> Verdict {
        loop {
            let mut running = {
                let mut entries = self.entries();
                match entries.get(&scope) {
                    Some(Entry::Running(first, _) | Entry::Done(first, _)) if *first != fingerprint => {
                        return Verdict::Mismatch;
                    }
                    Some(Entry::Done(_, stored)) => return Verdict::Again(stored.clone()),
                    Some(Entry::Running(_, running)) => running.clone(),
                    None => {
                        let (sender, receiver) = watch::channel(());
                        entries.insert(scope.clone(), Entry::Running(fingerprint.clone(), receiver));
                        drop(entries);
                        let keys = self.clone();
                        return Verdict::First(Permit {
                            keys,
                            scope,
                            fingerprint,
                            settled: false,
                            _running: sender,
                        });
                    }
                }
            };
            // An error says that the sender is gone, and nothing else is ever said.
            let _ = running.changed().await;
        }
    }

    pub(crate) fn clear(&self) {
        self.entries().clear();
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Scope, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Keeps the answer for whoever comes with the key again.
    pub(crate) fn settle(mut self, stored: Stored) {
        self.settled = true;
        let entry = Entry::Done(self.fingerprint.clone(), stored);
        self.keys.entries().insert(self.scope.clone(), entry);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.settled {
            self.keys.entries().remove(&self.scope);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        Scope { credential: "c".to_owned(), key: b"k".to_vec() }
    }

    fn print(body: &'static str) -> Fingerprint {
        Fingerprint {
            method: http::Method::POST,
            path: "/things".to_owned(),
            query: None,
            version: None,
            body: Bytes::from(body),
        }
    }

    fn stored() -> Stored {
        Stored { status: StatusCode::CREATED, headers: HeaderMap::new(), body: Bytes::from("a") }
    }

    #[tokio::test]
    async fn the_second_waits_for_the_first() {
        let keys = IdempotencyKeys::default();
        let Verdict::First(permit) = keys.begin(scope(), print("1")).await else { panic!("not the first") };
        assert!(matches!(keys.begin(scope(), print("2")).await, Verdict::Mismatch));
        let waiting = tokio::spawn({
            let keys = keys.clone();
            async move { matches!(keys.begin(scope(), print("1")).await, Verdict::Again(_)) }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        permit.settle(stored());
        assert!(waiting.await.unwrap());
        assert!(matches!(keys.begin(scope(), print("2")).await, Verdict::Mismatch));
    }

    #[tokio::test]
    async fn who_waited_for_a_failure_is_the_next_first() {
        let keys = IdempotencyKeys::default();
        let Verdict::First(permit) = keys.begin(scope(), print("1")).await else { panic!("not the first") };
        let waiting = tokio::spawn({
            let keys = keys.clone();
            async move { matches!(keys.begin(scope(), print("1")).await, Verdict::First(_)) }
        });
        tokio::task::yield_now().await;
        drop(permit);
        assert!(waiting.await.unwrap());
    }

    #[tokio::test]
    async fn a_key_is_its_callers_own() {
        let keys = IdempotencyKeys::default();
        let Verdict::First(permit) = keys.begin(scope(), print("1")).await else { panic!("not the first") };
        permit.settle(stored());
        let other = Scope { credential: "d".to_owned(), ..scope() };
        assert!(matches!(keys.begin(other, print("2")).await, Verdict::First(_)));
    }
}
