//! What a client and its transport tell each other about a request that is on its way.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU8, Ordering},
    },
};

use crate::wire::body::Body;

/// How far a request got, in the extensions of every request that a client passes to its transport.
///
/// A client whose timeout ends an attempt drops the future of the transport, which can then no longer return an error. A
/// transport that uses this type still says whether the request may have been sent, and learns about the timeout. A
/// transport that does not use it loses nothing but that: the client then assumes that the request was sent.
///
/// ```
/// # use openapi_client_runtime::{Body, BoxFuture, SendState, Transport, TransportError};
/// #[derive(Debug)]
/// struct Queue;
/// # impl Queue {
/// #     async fn wait_for_turn(&self) {}
/// #     async fn exchange(&self, _: http::Request<Body>) -> http::Response<Body> { http::Response::default() }
/// # }
///
/// impl Transport for Queue {
///     fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
///         Box::pin(async move {
///             let state = SendState::from_request(&request);
///             state.track();
///             self.wait_for_turn().await; // A timeout here is retried, even if the request is a payment without a key.
///             state.mark_sent();
///             Ok(self.exchange(request).await)
///         })
///     }
/// }
/// ```
#[derive(Clone, Default)]
pub struct SendState(Arc<Inner>);

#[derive(Default)]
struct Inner {
    stage: AtomicU8,
    on_timeout: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

/// Nobody says how far the request got, so it may have been sent.
const UNTRACKED: u8 = 0;
const NOT_SENT: u8 = 1;
const SENT: u8 = 2;

impl SendState {
    /// The state of this request; a new one if the request carries none.
    pub fn from_request(request: &http::Request<Body>) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_default()
    }

    /// Promises to call [`mark_sent`](Self::mark_sent) before the first byte of the request can reach the server.
    ///
    /// Until then, an attempt that times out counts as not sent. It has no effect after `mark_sent`.
    pub fn track(&self) {
        let _ = self.0.stage.compare_exchange(UNTRACKED, NOT_SENT, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Notes that the server may receive the request from now on.
    pub fn mark_sent(&self) {
        self.0.stage.store(SENT, Ordering::Release);
    }

    /// Like [`mark_sent`](Self::mark_sent), but only after [`track`](Self::track).
    #[cfg(all(any(feature = "hyper", feature = "reqwest"), not(target_arch = "wasm32")))]
    pub(crate) fn mark_sent_if_tracked(&self) {
        let _ = self.0.stage.compare_exchange(NOT_SENT, SENT, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Sets the function that is called if the attempt times out while its request waits for a response or for the rest
    /// of one, so that the transport can give up the connection. Of several functions, the first is called.
    pub fn on_timeout(&self, callback: impl Fn() + Send + Sync + 'static) {
        let _ = self.0.on_timeout.set(Box::new(callback));
    }

    /// Whether the server may have received the request.
    pub fn may_have_been_sent(&self) -> bool {
        self.0.stage.load(Ordering::Acquire) != NOT_SENT
    }

    /// Tells the transport that the attempt timed out.
    pub(crate) fn notify_timeout(&self) {
        if let Some(callback) = self.0.on_timeout.get()
            && self.may_have_been_sent()
        {
            callback();
        }
    }
}

impl fmt::Debug for SendState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendState").field("may_have_been_sent", &self.may_have_been_sent()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_tracked_request_counts_as_not_sent() {
        let state = SendState::default();
        assert!(state.may_have_been_sent());
        state.track();
        assert!(!state.may_have_been_sent());
        state.mark_sent();
        state.track();
        assert!(state.may_have_been_sent());
    }

    #[test]
    fn a_timeout_is_reported_once_the_request_is_sent() {
        let (state, count) = (SendState::default(), Arc::new(AtomicU8::new(0)));
        let counter = Arc::clone(&count);
        state.on_timeout(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        state.track();
        state.notify_timeout();
        assert_eq!(count.load(Ordering::Relaxed), 0);
        state.mark_sent();
        state.notify_timeout();
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }
}
