//! The limit on the number of requests in flight.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The requests that a client may have in flight at the same time.
#[derive(Debug)]
pub(crate) struct ConcurrencyLimit(Arc<Semaphore>);

/// The right to have one request in flight, until it is dropped.
pub(crate) type Permit = OwnedSemaphorePermit;

impl ConcurrencyLimit {
    pub(crate) fn new(requests: usize) -> Self {
        Self(Arc::new(Semaphore::new(requests.clamp(1, Semaphore::MAX_PERMITS))))
    }

    /// Waits for a permit, in the order of the callers; `None` only if the semaphore were closed, which never happens.
    pub(crate) async fn acquire(&self) -> Option<Permit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}
