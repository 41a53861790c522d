//! A transport that answers from a script, without sockets: for tests in which the clock is paused.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use openapi_client_runtime::{Body, BoxFuture, Transport, TransportError};
use tokio::time::{Instant, sleep};

/// What comes of one request.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// An answer.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// An answer after this long.
    Late(Duration),
    /// The same after this long.
    After(Duration, Box<Outcome>),
    /// Nothing, ever.
    Never,
    /// The connection cannot be made.
    Refused,
    /// The connection breaks after the request was sent.
    Broken,
}

impl Outcome {
    pub(crate) fn ok() -> Self {
        Self::Answer(200, Vec::new(), r#"{"id":"pay_1"}"#.to_owned())
    }

    pub(crate) fn after(self, seconds: u64) -> Self {
        Self::After(Duration::from_secs(seconds), Box::new(self))
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), r#"{"error":{"message":"It failed."}}"#.to_owned())
    }
}

/// A request as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) at: Duration,
    pub(crate) key: Option<String>,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) uri: String,
    pub(crate) method: http::Method,
}

/// The transport; a clone shares its script and its record.
#[derive(Clone, Debug)]
pub(crate) struct Double {
    start: Instant,
    script: Arc<Mutex<VecDeque<Outcome>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Double {
    /// When the script is over, every answer is a payment.
    pub(crate) fn new(script: impl IntoIterator<Item = Outcome>) -> Self {
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

impl Transport for Double {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let (parts, mut body) = request.into_parts();
            let mut bytes = Vec::new();
            while let Some(piece) = body.chunk().await {
                bytes.extend_from_slice(&piece.map_err(TransportError::after_sending)?);
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
            let mut outcome = self.script.lock().unwrap().pop_front().unwrap_or_else(Outcome::ok);
            while let Outcome::After(wait, then) = outcome {
                sleep(wait).await;
                outcome = *then;
            }
            match outcome {
                Outcome::Answer(status, headers, body) => {
                    let mut answer = http::Response::builder().status(status);
                    for (name, value) in headers {
                        answer = answer.header(name, value);
                    }
                    Ok(answer.body(Body::from(body)).unwrap())
                }
                Outcome::Late(wait) => {
                    sleep(wait).await;
                    Ok(http::Response::new(Body::from(r#"{"id":"pay_1"}"#)))
                }
                Outcome::After(..) => unreachable!("waited for above"),
                Outcome::Never => std::future::pending().await,
                Outcome::Refused => Err(TransportError::before_sending("connection refused")),
                Outcome::Broken => Err(TransportError::after_sending("connection reset")),
            }
        })
    }
}
