//! Time: tokio's timers, which a test can pause, or the browser's.

pub(crate) mod wall;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::time::Duration;

    pub(crate) use tokio::time::Instant;

    /// Waits.
    pub(crate) async fn sleep(duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    /// The future's result, or `None` if it takes longer.
    pub(crate) async fn timeout<F: Future>(duration: Option<Duration>, future: F) -> Option<F::Output> {
        match duration {
            Some(duration) => tokio::time::timeout(duration, future).await.ok(),
            None => Some(future.await),
        }
    }

    /// Runs a future on a task of its own.
    pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(future);
    }

    /// Whether timers work here; outside of a runtime tokio's would panic.
    pub(crate) fn is_running() -> bool {
        tokio::runtime::Handle::try_current().is_ok()
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{Instant, is_running, sleep, spawn, timeout};

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
pub(crate) use browser::{Instant, is_running, sleep, spawn, timeout};
