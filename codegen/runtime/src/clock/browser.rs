//! Time in a browser: `Date.now` and `setTimeout`.

use std::{
    ops::{Add, Sub},
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
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

/// Waits.
pub(crate) async fn sleep(duration: Duration) {
    let milliseconds = JsValue::from_f64(duration.as_secs_f64() * 1000.0);
    let promise = Promise::new(&mut |resolve, _| {
        // `setTimeout` is a member of the global object in pages and in workers alike.
        if let Ok(function) = Reflect::get(&global(), &JsValue::from_str("setTimeout"))
            && let Ok(function) = function.dyn_into::<Function>()
        {
            let _ = function.call2(&JsValue::UNDEFINED, &resolve, &milliseconds);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// The future's result, or `None` if it takes longer.
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

/// Runs a future beside the others.
pub(crate) fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}

/// The browser's timers always run.
pub(crate) fn is_running() -> bool {
    true
}
