//! Sends an event to the consumer on this machine, as the API would.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{HeaderName, HeaderValue, Request, header::CONTENT_TYPE};
use openapi_client_runtime::{__private::DefaultTransport, Body, Secret, Transport, TransportError};
use tokio::time::Instant;

use super::target::ForwardTarget;
use crate::{
    error::{CliError, Exit},
    program::SignDelivery,
    text::clean_line,
};

/// How long a consumer may take. APIs wait for less.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How much of the body of a refusal is shown, in characters.
const SHOWN_BODY: usize = 120;

/// Signs events and sends them to a consumer. Clones share its connections.
#[derive(Clone)]
pub(super) struct Forwarder {
    transport: Arc<dyn Transport>,
    target: ForwardTarget,
    sign: SignDelivery,
    secret: Secret,
    /// The time that signatures state.
    now: fn() -> SystemTime,
}

/// What became of an event at the consumer.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// The status; or why there is none.
    pub(super) status: Result<u16, String>,
    /// The beginning of the body of a refusal.
    pub(super) refusal: Option<String>,
    pub(super) duration: Duration,
}

impl Outcome {
    pub(super) fn is_accepted(&self) -> bool {
        self.status.as_ref().is_ok_and(|status| (200..300).contains(status))
    }

    /// The status and the duration, and what the consumer said about a refusal.
    pub(super) fn describe(&self) -> String {
        let status = match &self.status {
            Ok(status) => status.to_string(),
            Err(reason) => reason.clone(),
        };
        let refusal = self.refusal.iter().map(|text| format!(": {text}"));
        format!("{status}{}  {} ms", refusal.collect::<String>(), self.duration.as_millis())
    }
}

impl Forwarder {
    /// A forwarder to a consumer on this machine: no proxy, no redirects, which could lead to another machine.
    pub(super) fn new(target: ForwardTarget, sign: SignDelivery, secret: Secret) -> Result<Self, CliError> {
        let transport = DefaultTransport::without_proxy()
            .map_err(|error| CliError::new(Exit::Network, format!("cannot send anything: {error}")))?;
        // A blank secret is found before the first event.
        sign(&secret, "check", 0, b"{}").map_err(|error| CliError::usage(error.to_string()))?;
        Ok(Self { transport: Arc::new(transport), target, sign, secret, now: SystemTime::now })
    }

    /// Sends one event once, signed for the current time.
    pub(super) async fn forward(&self, id: &str, body: &str) -> Outcome {
        let started = Instant::now();
        let sent = match self.make_request(id, body) {
            Ok(request) => match tokio::time::timeout(TIMEOUT, self.send(request)).await {
                Ok(sent) => sent,
                Err(_) => Err(format!("no response within {} s", TIMEOUT.as_secs())),
            },
            Err(reason) => Err(reason),
        };
        let (status, refusal) = match sent {
            Ok((status, refusal)) => (Ok(status), refusal),
            Err(reason) => (Err(reason), None),
        };
        Outcome { status, refusal, duration: started.elapsed() }
    }

    fn make_request(&self, id: &str, body: &str) -> Result<Request<Body>, String> {
        let now = (self.now)().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let headers =
            (self.sign)(&self.secret, id, now, body.as_bytes()).map_err(|error| error.to_string())?;
        let mut request = Request::post(self.target.uri()).header(CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
            let value = HeaderValue::from_str(&value)
                .map_err(|_| "not sent: the id of the message cannot be in a header".to_owned())?;
            request = request.header(name, value);
        }
        request.body(Body::from(body.to_owned())).map_err(|error| error.to_string())
    }

    async fn send(&self, request: Request<Body>) -> Result<(u16, Option<String>), String> {
        let response = self.transport.send(request).await.map_err(|error| describe_failure(&error))?;
        let (parts, mut body) = response.into_parts();
        let mut start = Vec::new();
        // A connection can only be used again after the body was read; the content of a success does not matter.
        while let Some(Ok(chunk)) = body.chunk().await {
            if start.len() < SHOWN_BODY * 4 {
                start.extend_from_slice(&chunk);
            }
        }
        let text = clean_line(String::from_utf8_lossy(&start).trim(), SHOWN_BODY);
        Ok((parts.status.as_u16(), Some(text).filter(|text| !parts.status.is_success() && !text.is_empty())))
    }
}

/// Why there was no response, by its innermost cause: `connection refused`.
fn describe_failure(error: &TransportError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    clean_line(&cause.to_string(), SHOWN_BODY)
}
