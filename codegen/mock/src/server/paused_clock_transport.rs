//! The transport of the clients that a server creates. It makes calls work in tests that pause tokio's clock.
//!
//! A paused clock jumps to the next timer as soon as its runtime is idle, and a runtime that waits for the network
//! is idle: every call would time out at once. The transport therefore stops the clock from advancing while a
//! request is in flight. A delay that a stub asks for is waited for on the clock of the test instead of the clock
//! of the server, so that it takes no real time.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::{mpsc as async_mpsc, oneshot};

use openapi_client_runtime::{Body, BoxError, BoxFuture, Transport, TransportError};

/// Carries the number of a call from the transport to the server, which removes the header before recording the
/// request.
const CALL_HEADER: HeaderName = HeaderName::from_static("mock-call");

/// A delay that the server asks a call to wait for. The call drops the sender when the delay has passed.
type DelayRequest = (Duration, oneshot::Sender<()>);

/// The calls in flight from clients of this server.
#[derive(Debug, Default)]
pub(crate) struct PendingCalls {
    next_number: AtomicU64,
    delay_senders: Mutex<HashMap<u64, async_mpsc::UnboundedSender<DelayRequest>>>,
}

impl PendingCalls {
    fn delay_senders(&self) -> MutexGuard<'_, HashMap<u64, async_mpsc::UnboundedSender<DelayRequest>>> {
        self.delay_senders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the number of the call from the headers of its request.
    pub(crate) fn take_call_number(headers: &mut HeaderMap) -> Option<u64> {
        headers.remove(CALL_HEADER).and_then(|value| value.to_str().ok()?.parse().ok())
    }

    /// Waits on the clock of the test that made the call, or in real time if another client sent the request.
    pub(crate) async fn wait_for_delay(&self, call_number: Option<u64>, duration: Duration) {
        if duration.is_zero() {
            return;
        }
        let (done, is_done) = oneshot::channel();
        let sender = call_number.and_then(|number| self.delay_senders().get(&number).cloned());
        match sender {
            Some(sender) if sender.send((duration, done)).is_ok() => {
                // An error means that the sender was dropped: the delay has passed, or the call was cancelled.
                let _ = is_done.await;
            }
            _ => tokio::time::sleep(duration).await,
        }
    }
}

/// A transport that holds a paused clock while a request is in flight.
#[derive(Debug)]
pub(crate) struct PausedClockTransport {
    inner: Arc<dyn Transport>,
    pending_calls: Arc<PendingCalls>,
}

impl PausedClockTransport {
    pub(crate) fn new(inner: Arc<dyn Transport>, pending_calls: Arc<PendingCalls>) -> Self {
        Self { inner, pending_calls }
    }
}

impl Transport for PausedClockTransport {
    fn send(
        &self,
        mut request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let mut call = PendingCall::register(&self.pending_calls);
            request.headers_mut().insert(CALL_HEADER, HeaderValue::from(call.number));
            let mut response = self.inner.send(request);
            loop {
                let hold = ClockHold::new();
                match call.next_event(&mut response).await {
                    CallEvent::Response(response) => {
                        return Ok(response?.map(|body| {
                            let length = body.length();
                            Body::stream(HeldBody { body, call, hold }, length)
                        }));
                    }
                    CallEvent::DelayRequest((duration, done)) => {
                        // The clock has to run during the delay.
                        drop(hold);
                        tokio::time::sleep(duration).await;
                        drop(done);
                    }
                }
            }
        })
    }
}

/// A call in flight.
struct PendingCall {
    number: u64,
    delay_requests: async_mpsc::UnboundedReceiver<DelayRequest>,
    pending_calls: Arc<PendingCalls>,
}

enum CallEvent {
    Response(Result<http::Response<Body>, TransportError>),
    DelayRequest(DelayRequest),
}

impl PendingCall {
    fn register(pending_calls: &Arc<PendingCalls>) -> Self {
        let number = pending_calls.next_number.fetch_add(1, Ordering::Relaxed);
        let (sender, delay_requests) = async_mpsc::unbounded_channel();
        pending_calls.delay_senders().insert(number, sender);
        Self { number, delay_requests, pending_calls: Arc::clone(pending_calls) }
    }

    /// Waits for the response or for a delay that the server asks for first.
    async fn next_event(
        &mut self,
        response: &mut BoxFuture<'_, Result<http::Response<Body>, TransportError>>,
    ) -> CallEvent {
        std::future::poll_fn(|cx| {
            if let Poll::Ready(response) = response.as_mut().poll(cx) {
                return Poll::Ready(CallEvent::Response(response));
            }
            match self.delay_requests.poll_recv(cx) {
                Poll::Ready(Some(request)) => Poll::Ready(CallEvent::DelayRequest(request)),
                // `Ready(None)` does not occur: the sender stays registered as long as this call exists.
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}

impl Drop for PendingCall {
    fn drop(&mut self) {
        self.pending_calls.delay_senders().remove(&self.number);
    }
}

/// A response body that is still being received.
struct HeldBody {
    body: Body,
    /// Stays registered until the body is dropped.
    #[expect(dead_code, reason = "held for its `Drop`")]
    call: PendingCall,
    #[expect(dead_code, reason = "held for its `Drop`")]
    hold: Option<ClockHold>,
}

impl Stream for HeldBody {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.body.poll_chunk(cx)
    }
}

/// Stops a paused clock from advancing: tokio does not advance it while a blocking task runs. The task ends when
/// this is dropped.
struct ClockHold(#[expect(dead_code, reason = "held for its `Drop`")] mpsc::Sender<()>);

impl ClockHold {
    /// Returns `None` if the clock is not paused.
    fn new() -> Option<Self> {
        // A clock that runs shows a time between two readings of the system clock.
        let before = std::time::Instant::now();
        let now = tokio::time::Instant::now().into_std();
        if (before..=std::time::Instant::now()).contains(&now) {
            return None;
        }
        let (sender, receiver) = mpsc::channel::<()>();
        tokio::runtime::Handle::try_current().ok()?.spawn_blocking(move || {
            // Nothing is ever sent; an error means that the sender was dropped.
            let _ = receiver.recv();
        });
        Some(Self(sender))
    }
}
