//! Time in a browser: `Date.now` and `setTimeout`.

use std::{
    ops::{Add, Sub},
    pin::{Pin, pin},
    task::Poll,
    time::{Duration, SystemTime},
};

use js_sys::{Function, Promise, Reflect, global};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Instant(f64);

impl Instant {
    pub(crate) fn now() -> Self {
        Self(js_sys::Date::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        Self::now() - *self
    }

    pub(crate) fn saturating_duration_since(&self, earlier: Self) -> Duration {
        *self - earlier
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0 + duration.as_secs_f64() * 1000.0)
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        Duration::try_from_secs_f64((self.0 - earlier.0) / 1000.0).unwrap_or_default()
    }
}

pub(crate) async fn sleep(duration: Duration) {
    let milliseconds = JsValue::from_f64(duration.as_secs_f64() * 1000.0);
    let promise = Promise::new(&mut |resolve, _| {
        // Looked up on the global object, which is `window` in a page and something else in a worker.
        if let Ok(function) = Reflect::get(&global(), &JsValue::from_str("setTimeout"))
            && let Ok(function) = function.dyn_into::<Function>()
        {
            let _ = function.call2(&JsValue::UNDEFINED, &resolve, &milliseconds);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Returns the output of the future, or `None` if it does not complete in time.
pub(crate) async fn timeout<F: Future>(duration: Option<Duration>, future: F) -> Option<F::Output> {
    let Some(duration) = duration else { return Some(future.await) };
    let mut future = pin!(future);
    let mut timer: Pin<Box<_>> = Box::pin(sleep(duration));
    std::future::poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => timer.as_mut().poll(cx).map(|()| None),
    })
    .await
}

/// Runs a future as a separate task.
pub(crate) fn spawn(future: Pin<Box<dyn Future<Output = ()>>>) {
    wasm_bindgen_futures::spawn_local(future);
}

/// Always true: the browser is the runtime.
pub(crate) fn has_runtime() -> bool {
    true
}

/// Always true, like `has_runtime`.
pub(crate) fn has_timers() -> bool {
    true
}

/// The time of day. `SystemTime::now` panics in a browser.
pub(crate) fn system_time() -> Option<SystemTime> {
    Duration::try_from_secs_f64(js_sys::Date::now() / 1000.0).ok().map(|since| SystemTime::UNIX_EPOCH + since)
}
