//! Webhooks as the API delivers them: signed, again after a failure, and wrong on request.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, header::CONTENT_TYPE};
use tokio::runtime::Handle;

use crate::{MockedWebhooks, server::mock_server::Server, server::verification::fail};
use openapi_client_runtime::{
    __private::checked_url,
    Body, Error, ErrorKind, Transport, json,
    webhooks::{Events, WebhookSigner, WebhookVerifier},
};

/// How far beyond what is tolerated a stale delivery is, in seconds: no clock is off by that much during a test.
const STALE: u64 = 600;

impl<A: MockedWebhooks> Server<A> {
    /// Signs an event and posts it to a receiver, once.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the address is none, or the event cannot be written. A receiver that refuses, or is not
    /// there, is no error: see [`DeliveryReport`].
    pub async fn deliver(&self, url: impl Into<String>, event: &A::Event) -> Result<DeliveryReport, Error> {
        self.delivery(event).to(url).send().await
    }

    /// As [`deliver`](Self::deliver), waiting on this thread.
    ///
    /// # Errors
    /// As [`deliver`](Self::deliver), and [`ErrorKind::Config`] inside an async runtime.
    pub fn deliver_blocking(
        &self,
        url: impl Into<String>,
        event: &A::Event,
    ) -> Result<DeliveryReport, Error> {
        self.delivery(event).to(url).send_blocking()
    }

    /// Prepares a delivery: signed with the server's secret, sent once and now, unless said otherwise.
    pub fn delivery(&self, event: &A::Event) -> Delivery<A::Event> {
        let body = json::to_vec(event)
            .map_err(|error| config(format!("the event cannot be written: {error}")).with_source(error));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let delivery = Delivery {
            body: Bytes::new(),
            signer: WebhookSigner::new(self.webhook_secret.expose()).map_err(Error::from),
            transport: self.transport(),
            handle: self.worker.handle.clone(),
            url: String::new(),
            id: String::new(),
            at: now.as_secs(),
            tampered: false,
            retries: &[],
            waits: true,
            copies: 1,
        };
        match body {
            Ok(body) => Delivery { id: self.message_id(&body), body: body.into(), ..delivery },
            Err(error) => Delivery { signer: Err(error), ..delivery },
        }
    }

    /// The event's own id where it has one, else the next of the server.
    fn message_id(&self, body: &[u8]) -> String {
        let event: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        match event.get("id").and_then(serde_json::Value::as_str).filter(|id| !id.is_empty()) {
            Some(id) => id.to_owned(),
            None => format!("{}mock_{}", A::Event::SCHEME.id_prefix, self.next_message()),
        }
    }

    /// A valid event of this name, as the document describes it, to be changed and delivered.
    ///
    /// # Panics
    /// If the document knows no event of this name.
    #[must_use]
    #[track_caller]
    pub fn event(&self, name: &str) -> A::Event {
        let Some(event) = self.shared.engine.event(name, A::Event::SCHEME.id_prefix) else {
            fail(format_args!("this API has no event `{}`", name.escape_debug()))
        };
        match json::from_str(&event.to_string()) {
            Ok(event) => event,
            Err(error) => {
                fail(format_args!("the example of the event `{name}` does not fit its type: {error}"))
            }
        }
    }

    /// The secret that the server signs with.
    #[must_use]
    pub fn webhook_secret(&self) -> &str {
        self.webhook_secret.expose()
    }

    /// A verifier with the server's secret.
    ///
    /// # Panics
    /// If the secret that the server was given is empty.
    #[must_use]
    #[track_caller]
    pub fn webhook_verifier(&self) -> WebhookVerifier<A::Event> {
        match WebhookVerifier::new(self.webhook_secret.expose()) {
            Ok(verifier) => verifier,
            Err(error) => fail(error),
        }
    }
}

/// A delivery that is being prepared.
#[must_use = "a delivery goes out by `send`"]
pub struct Delivery<E> {
    /// Or the first thing that is wrong, for `send` to tell.
    signer: Result<WebhookSigner<E>, Error>,
    transport: Arc<dyn Transport>,
    /// Where it is sent from by a thread without a runtime.
    handle: Handle,
    url: String,
    id: String,
    at: u64,
    body: Bytes,
    tampered: bool,
    /// The waits before the attempts after the first, in seconds.
    retries: &'static [u64],
    waits: bool,
    copies: u32,
}

impl<E: Events> Delivery<E> {
    /// Where the receiver is.
    pub fn to(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    /// The id of the message, in the place of the event's own.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// The time that it is signed with, in the place of now.
    pub fn at(mut self, time: SystemTime) -> Self {
        self.at = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        self
    }

    /// Older than any receiver tolerates, and signed for that time.
    pub fn stale(mut self) -> Self {
        self.at = self.at.saturating_sub(E::SCHEME.tolerance_seconds + STALE);
        self
    }

    /// Changed after it was signed: a blank is added, so that it is the same event and other bytes.
    pub fn tampered(mut self) -> Self {
        self.tampered = true;
        self
    }

    /// Signed with another secret.
    pub fn signed_with(mut self, secret: impl AsRef<str>) -> Self {
        if self.signer.is_ok() {
            self.signer = WebhookSigner::new(secret).map_err(Error::from);
        }
        self
    }

    /// Sent once more after it was accepted, with the same id: what a receiver has to pass over.
    pub fn replayed(mut self) -> Self {
        self.copies = 2;
        self
    }

    /// Sent again as the API does, after the same waits, as long as it is not accepted.
    pub fn with_retries(mut self) -> Self {
        self.retries = E::SCHEME.retry_seconds;
        self
    }

    /// Does not wait between attempts; the time that each is signed with is still that of the schedule.
    pub fn without_waiting(mut self) -> Self {
        self.waits = false;
        self
    }

    /// Sends it.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the address is none, the event cannot be written, a secret is empty or there is no tokio
    /// runtime here. A receiver that refuses, or is not there, is no error: see [`DeliveryReport`].
    pub async fn send(self) -> Result<DeliveryReport, Error> {
        let signer = self.signer.as_ref().map_err(|error| config(error.to_string()))?;
        checked_receiver(&self.url)?;
        if !tokio::runtime::Handle::try_current().is_ok() {
            return Err(config("there is no tokio runtime here: use `send_blocking`"));
        }
        let mut attempts = Vec::new();
        let mut at = self.at;
        for _ in 0..self.copies {
            for wait in std::iter::once(&0).chain(self.retries) {
                at = at.saturating_add(*wait);
                if self.waits && *wait > 0 {
                    tokio::time::sleep(Duration::from_secs(*wait)).await;
                }
                let headers = signer.sign(&self.id, at, &self.body);
                let attempt = DeliveryAttempt { timestamp: at, result: self.post(headers).await };
                let accepted = attempt.is_accepted();
                attempts.push(attempt);
                if accepted {
                    break;
                }
            }
        }
        Ok(DeliveryReport { id: self.id, attempts })
    }

    /// As [`send`](Self::send), waiting on this thread.
    ///
    /// # Errors
    /// As [`send`](Self::send), and [`ErrorKind::Config`] inside an async runtime.
    pub fn send_blocking(self) -> Result<DeliveryReport, Error>
    where
        E: 'static,
    {
        if tokio::runtime::Handle::try_current().is_ok() {
            return Err(config("a blocking delivery inside an async runtime: await `send`"));
        }
        let (answer, answered) = std::sync::mpsc::sync_channel(1);
        self.handle.clone().spawn(async move {
            // Nobody waits any more if the receiver is gone.
            let _ = answer.send(self.send().await);
        });
        answered.recv().unwrap_or_else(|_| Err(config("the server ended while it delivered")))
    }

    /// Posts it once. The status, or why there is none.
    async fn post(&self, headers: [(&'static str, String); 3]) -> Result<u16, String> {
        let mut body = self.body.to_vec();
        if self.tampered {
            body.push(b' ');
        }
        let mut request = Request::post(&self.url).header(CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
            let value = HeaderValue::from_str(&value).map_err(|error| error.to_string())?;
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body)).map_err(|error| error.to_string())?;
        let answer = self.transport.send(request).await.map_err(|error| error.to_string())?;
        let (parts, mut body) = answer.into_parts();
        // Read to its end, so that the connection can be used again. What is said does not matter.
        while body.chunk().await.is_some_and(|chunk| chunk.is_ok()) {}
        Ok(parts.status.as_u16())
    }
}

/// An address may have a query here, which a base address may not.
fn checked_receiver(url: &str) -> Result<(), Error> {
    let path = url.split('?').next().unwrap_or_default();
    checked_url(path)
        .map(|_| ())
        .map_err(|error| config(format!("the address of the receiver is wrong: {error}")))
}

fn config(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, text)
}

impl<E> fmt::Debug for Delivery<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("at", &self.at)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryReport {
    /// The id of the message.
    pub id: String,
    /// Each attempt, in order.
    pub attempts: Vec<DeliveryAttempt>,
}

/// One attempt of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryAttempt {
    /// The time it was signed with, in Unix seconds.
    pub timestamp: u64,
    /// The status that the receiver answered with, or why it gave no answer.
    pub result: Result<u16, String>,
}

impl DeliveryAttempt {
    /// Whether the receiver accepted (2xx).
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self.result, Ok(200..=299))
    }
}

impl DeliveryReport {
    /// Whether the last attempt was accepted (2xx).
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.attempts.last().is_some_and(DeliveryAttempt::is_accepted)
    }

    /// The status of each attempt; `None` where no answer came.
    #[must_use]
    pub fn statuses(&self) -> Vec<Option<u16>> {
        self.attempts.iter().map(|attempt| attempt.result.as_ref().ok().copied()).collect()
    }
}
