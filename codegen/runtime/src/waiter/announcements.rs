//! Announcements that a resource has changed, such as those of webhooks.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Tells waiters that a resource has changed, so that they request it at once: see [`Waiter::announced_by`](crate::Waiter::announced_by).
///
/// Clones share the waiters. The handler of webhooks calls [`announce`](Self::announce) with the id of the resource; without a waiter
/// for it, nothing happens. A lost announcement only delays a waiter, which goes on requesting.
#[derive(Clone, Default)]
pub struct Announcements {
    waiting: Arc<Mutex<HashMap<String, watch::Sender<()>>>>,
}

impl Announcements {
    /// Without waiters.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets all waiters for the resource with this id request it. A waiter that is just requesting it does so again.
    pub fn announce(&self, id: impl AsRef<str>) {
        if let Some(sender) = self.lock().get(id.as_ref()) {
            sender.send_replace(());
        }
    }

    pub(super) fn subscribe(&self, id: &str) -> Subscription {
        let receiver = self.lock().entry(id.to_owned()).or_default().subscribe();
        Subscription { announcements: self.clone(), id: id.to_owned(), receiver: Some(receiver) }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<()>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Announcements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Announcements").field("ids", &self.lock().len()).finish()
    }
}

/// The interest of one waiter in an id.
pub(super) struct Subscription {
    announcements: Announcements,
    id: String,
    /// `None` only while this is dropped.
    receiver: Option<watch::Receiver<()>>,
}

impl Subscription {
    /// Completes with the next announcement, or at once if there was one since the last.
    pub(super) async fn wait_for_next(&mut self) {
        let is_announced = match &mut self.receiver {
            Some(receiver) => receiver.changed().await.is_ok(),
            None => false,
        };
        if !is_announced {
            std::future::pending().await
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut waiting = self.announcements.lock();
        // Under the lock, so that of several that are dropped at the same time, the last one finds no other.
        drop(self.receiver.take());
        if waiting.get(&self.id).is_some_and(|sender| sender.receiver_count() == 0) {
            waiting.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn waiters_dropped_at_the_same_time_leave_nothing_behind() {
        let announcements = Announcements::new();
        for _ in 0..2_000 {
            let subscriptions = [(); 2].map(|()| announcements.subscribe("pay_1"));
            let barrier = Barrier::new(subscriptions.len());
            std::thread::scope(|scope| {
                for subscription in subscriptions {
                    scope.spawn(|| {
                        let subscription = subscription;
                        barrier.wait();
                        drop(subscription);
                    });
                }
            });
            assert!(announcements.lock().is_empty());
        }
    }
}
