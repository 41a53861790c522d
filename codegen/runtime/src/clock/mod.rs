//! Time: timers and tasks of tokio, which tests can pause, or of the browser.

pub(crate) mod wall;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::{
        cell::Cell,
        future::poll_fn,
        panic::catch_unwind,
        pin::{Pin, pin},
        task::{Context, Poll, Waker},
        time::{Duration, SystemTime},
    };

    use tokio::runtime::{Handle, Id};
    use tokio::task::coop::{poll_proceed, unconstrained};
    pub(crate) use tokio::time::Instant;
    use tokio::time::Sleep;

    pub(crate) async fn sleep(duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    /// Returns the output of the future, or `None` if it does not complete in time.
    pub(crate) async fn timeout<F: Future>(duration: Option<Duration>, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let mut limit = pin!(duration.map(tokio::time::sleep));
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => poll_limit(limit.as_mut(), cx).map(|()| None),
        })
        .await
    }

    /// Waits for the end of the time, if there is one. Compiled once, as `tokio::time::timeout` is for every future.
    fn poll_limit(limit: Pin<&mut Option<Sleep>>, cx: &mut Context<'_>) -> Poll<()> {
        match limit.as_pin_mut() {
            // The future may have used up the operations of its task.
            Some(sleep) => pin!(unconstrained(sleep)).poll(cx),
            None => Poll::Pending,
        }
    }

    /// Runs a future as a separate task. It is boxed, so that tokio's tasks are compiled for one type.
    pub(crate) fn spawn(future: Pin<Box<dyn Future<Output = ()> + Send>>) {
        tokio::spawn(future);
    }

    /// Whether timers and tasks work here; without a runtime, tokio's panic.
    pub(crate) fn has_runtime() -> bool {
        Handle::try_current().is_ok()
    }

    /// Whether timers work here. False for a runtime that was built without `enable_time` or `enable_all`.
    ///
    /// tokio has no query for this, and panics when a timer is created. The panic is caught, once per thread and runtime; the
    /// panic hook of the program may still print it. With `panic = "abort"` it ends the program, as the timer would.
    pub(crate) fn has_timers() -> bool {
        thread_local! {
            static LAST_CHECKED: Cell<Option<(Id, bool)>> = const { Cell::new(None) };
        }
        let Ok(runtime) = Handle::try_current() else { return false };
        let id = runtime.id();
        if let Some((checked, has_timers)) = LAST_CHECKED.get()
            && checked == id
        {
            return has_timers;
        }
        let has_timers = catch_unwind(|| drop(tokio::time::sleep(Duration::ZERO))).is_ok();
        LAST_CHECKED.set(Some((id, has_timers)));
        has_timers
    }

    /// The time of day; `None` if the system does not know it.
    pub(crate) fn system_time() -> Option<SystemTime> {
        Some(SystemTime::now())
    }

    /// More than the operations that tokio lets a task do before it must yield, which are 128 today.
    const OPERATIONS_OF_A_TASK: usize = 1024;

    /// Whether a runtime of tokio polls a future on this thread right now.
    ///
    /// Neither `Handle::try_current` nor `task::try_id` tells: both find something inside `spawn_blocking` too, where blocking is
    /// allowed. But only what a runtime polls has a budget of operations. Code in `spawn_blocking`, in `block_in_place`, on a plain thread,
    /// and under `Runtime::enter` has none, so operations never run out there. A task in `task::unconstrained` has none either and is
    /// not recognised; its call blocks the thread, as any other blocking function does.
    pub fn is_polling_tasks() -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        let mut operations = Vec::with_capacity(OPERATIONS_OF_A_TASK);
        let mut is_limited = false;
        while !is_limited && operations.len() < OPERATIONS_OF_A_TASK {
            match poll_proceed(&mut cx) {
                Poll::Ready(operation) => operations.push(operation),
                Poll::Pending => is_limited = true,
            }
        }
        // Each gives back its operation, the last one first.
        while operations.pop().is_some() {}
        is_limited
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub use native::is_polling_tasks;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{Instant, has_runtime, has_timers, sleep, spawn, system_time, timeout};

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
pub(crate) use browser::{Instant, has_runtime, has_timers, sleep, spawn, system_time, timeout};
