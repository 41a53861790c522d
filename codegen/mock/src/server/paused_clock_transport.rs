//! How requests of a server's own clients get to it: by the usual transport, with an eye on the clock of the test.
//!
//! A test that pauses tokio's clock has it jump to the next timer as soon as its runtime has nothing to do, and waiting for
//! a server is nothing to do: every call would time out at once. So the clock is held while a request is on its way, and a
//! delay that a stub asks for passes on the test's clock, where it costs no time.

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
use tokio::sync::{mpsc as queue, oneshot};

use openapi_client_runtime::{Body, BoxError, BoxFuture, Transport, TransportError};

/// Numbers a call on its way from a client of the server to the server, which takes it off.
const CALL: HeaderName = HeaderName::from_static("mock-call");

/// A wait that the server asks a call for. Dropping the sender says that it is over.
type Wait = (Duration, oneshot::Sender<()>);

/// The calls of a server's own clients that are on their way.
#[derive(Debug, Default)]
pub(crate) struct PendingCalls {
    next: AtomicU64,
    open: Mutex<HashMap<u64, queue::UnboundedSender<Wait>>>,
}

impl PendingCalls {
    fn open(&self) -> MutexGuard<'_, HashMap<u64, queue::UnboundedSender<Wait>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the call that a request belongs to, taken off the request.
    pub(crate) fn number(headers: &mut HeaderMap) -> Option<u64> {
        headers.remove(CALL).and_then(|value| value.to_str().ok()?.parse().ok())
    }

    /// Waits on the clock of the call's test, or in real time if it is no call of a client of this server.
    pub(crate) async fn wait(&self, call: Option<u64>, duration: Duration) {
        if duration.is_zero() {
            return;
        }
        let (done, over) = oneshot::channel();
        let queue = call.and_then(|call| self.open().get(&call).cloned());
        match queue {
            Some(queue) if queue.send((duration, done)).is_ok() => {
                // An error says that the sender is gone: the wait is over, or the call.
                let _ = over.await;
            }
            _ => tokio::time::sleep(duration).await,
        }
    }
}

/// The transport of a server's own clients.
#[derive(Debug)]
pub(crate) struct PausedClockTransport {
    inner: Arc<dyn Transport>,
    calls: Arc<PendingCalls>,
}

impl PausedClockTransport {
    pub(crate) fn new(inner: Arc<dyn Transport>, calls: Arc<PendingCalls>) -> Self {
        Self { inner, calls }
    }
}

impl Transport for PausedClockTransport {
    fn send(
        &self,
        mut request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let mut call = Call::begin(&self.calls);
            request.headers_mut().insert(CALL, HeaderValue::from(call.number));
            let mut answer = self.inner.send(request);
            loop {
                let hold = Hold::new();
                match call.first(&mut answer).await {
                    First::Answer(answer) => {
                        return Ok(answer?.map(|body| {
                            let length = body.length();
                            Body::stream(Held { body, call, hold }, length)
                        }));
                    }
                    First::Wait((duration, done)) => {
                        drop(hold);
                        tokio::time::sleep(duration).await;
                        drop(done);
                    }
                }
            }
        })
    }
}

/// A call on its way.
struct Call {
    number: u64,
    waits: queue::UnboundedReceiver<Wait>,
    calls: Arc<PendingCalls>,
}

enum First {
    Answer(Result<http::Response<Body>, TransportError>),
    Wait(Wait),
}

impl Call {
    fn begin(calls: &Arc<PendingCalls>) -> Self {
        let number = calls.next.fetch_add(1, Ordering::Relaxed);
        let (sender, waits) = queue::unbounded_channel();
        calls.open().insert(number, sender);
        Self { number, waits, calls: Arc::clone(calls) }
    }

    /// The answer, or a wait that the server asks for before it.
    async fn first(
        &mut self,
        answer: &mut BoxFuture<'_, Result<http::Response<Body>, TransportError>>,
    ) -> First {
        std::future::poll_fn(|cx| {
            if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                return Poll::Ready(First::Answer(answer));
            }
            match self.waits.poll_recv(cx) {
                Poll::Ready(Some(wait)) => Poll::Ready(First::Wait(wait)),
                // The sender stays in the list as long as this call lives.
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.calls.open().remove(&self.number);
    }
}

/// A body on its way.
struct Held {
    body: Body,
    /// Ends with the body.
    #[expect(dead_code, reason = "held for its end")]
    call: Call,
    #[expect(dead_code, reason = "held for its end")]
    hold: Option<Hold>,
}

impl Stream for Held {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.body.poll_chunk(cx)
    }
}

/// Keeps a paused clock from jumping. tokio does not let it while a blocking task runs.
struct Hold(#[expect(dead_code, reason = "held for its end")] mpsc::Sender<()>);

impl Hold {
    /// `None` where the clock runs by itself, and nothing is to be done.
    fn new() -> Option<Self> {
        let before = std::time::Instant::now();
        let now = tokio::time::Instant::now().into_std();
        if (before..=std::time::Instant::now()).contains(&now) {
            return None;
        }
        let (sender, receiver) = mpsc::channel::<()>();
        tokio::runtime::Handle::try_current().ok()?.spawn_blocking(move || {
            // An error says that the sender is gone.
            let _ = receiver.recv();
        });
        Some(Self(sender))
    }
}
