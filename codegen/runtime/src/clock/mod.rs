//! Time: timers and tasks of tokio, which tests can pause, or of the browser.

pub(crate) mod wall;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::time::{Duration, SystemTime};

    pub(crate) use tokio::time::Instant;

    pub(crate) async fn sleep(duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    /// Returns the output of the future, or `None` if it does not complete in time.
    pub(crate) async fn timeout<F: Future>(duration: Option<Duration>, future: F) -> Option<F::Output> {
        match duration {
            Some(duration) => tokio::time::timeout(duration, future).await.ok(),
            None => Some(future.await),
        }
    }

    /// Runs a future as a separate task.
    pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(future);
    }

    /// Whether timers and tasks work here; without a runtime, tokio's panic.
    pub(crate) fn has_runtime() -> bool {
        tokio::runtime::Handle::try_current().is_ok()
    }

    /// The time of day; `None` if the system does not know it.
    pub(crate) fn system_time() -> Option<SystemTime> {
        Some(SystemTime::now())
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{Instant, has_runtime, sleep, spawn, system_time, timeout};

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
pub(crate) use browser::{Instant, has_runtime, sleep, spawn, system_time, timeout};
