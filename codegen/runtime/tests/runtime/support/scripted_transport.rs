//! A scripted transport without sockets, for tests with a paused clock.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use openapi_client_runtime::{Body, BoxFuture, Transport, TransportError};
use tokio::time::{Instant, sleep};

/// The result of a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A response with this status, these headers and this body.
    Response(u16, Vec<(&'static str, String)>, String),
    /// A successful response after this delay.
    LateResponse(Duration),
    /// Another result after this delay.
    After(Duration, Box<Reply>),
    /// No result.
    Never,
    /// The connection is refused.
    Refused,
    /// The connection breaks after the request was sent.
    Broken,
}

impl Reply {
    pub(crate) fn ok() -> Self {
        Self::Response(200, Vec::new(), r#"{"id":"pay_1"}"#.to_owned())
    }

    pub(crate) fn after(self, seconds: u64) -> Self {
        Self::After(Duration::from_secs(seconds), Box::new(self))
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Response(status, Vec::new(), r#"{"error":{"message":"It failed."}}"#.to_owned())
    }
}

/// A recorded request.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) at: Duration,
    pub(crate) key: Option<String>,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) uri: String,
    pub(crate) method: http::Method,
}

/// The transport. Clones share the script and the recorded requests.
#[derive(Clone, Debug)]
pub(crate) struct ScriptedTransport {
    start: Instant,
    script: Arc<Mutex<VecDeque<Reply>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl ScriptedTransport {
    /// After the end of the script, every response is a payment.
    pub(crate) fn new(script: impl IntoIterator<Item = Reply>) -> Self {
        Self {
            start: Instant::now(),
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            sent: Arc::default(),
        }
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }
}

impl Transport for ScriptedTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let (parts, mut body) = request.into_parts();
            let mut bytes = Vec::new();
            while let Some(chunk) = body.chunk().await {
                bytes.extend_from_slice(&chunk.map_err(TransportError::after_sending)?);
            }
            let header = |name| {
                parts.headers.get(name).map(|value: &http::HeaderValue| value.to_str().unwrap().to_owned())
            };
            self.sent.lock().unwrap().push(Sent {
                at: self.start.elapsed(),
                key: header("idempotency-key"),
                authorization: header("authorization"),
                body: bytes,
                uri: parts.uri.to_string(),
                method: parts.method,
            });
            let mut reply = self.script.lock().unwrap().pop_front().unwrap_or_else(Reply::ok);
            while let Reply::After(delay, then) = reply {
                sleep(delay).await;
                reply = *then;
            }
            match reply {
                Reply::Response(status, headers, body) => {
                    let mut response = http::Response::builder().status(status);
                    for (name, value) in headers {
                        response = response.header(name, value);
                    }
                    Ok(response.body(Body::from(body)).unwrap())
                }
                Reply::LateResponse(delay) => {
                    sleep(delay).await;
                    Ok(http::Response::new(Body::from(r#"{"id":"pay_1"}"#)))
                }
                Reply::After(..) => unreachable!("handled by the loop"),
                Reply::Never => std::future::pending().await,
                Reply::Refused => Err(TransportError::before_sending("connection refused")),
                Reply::Broken => Err(TransportError::after_sending("connection reset")),
            }
        })
    }
}
