//! Delivers webhooks as the API does: signed and, on request, retried, replayed, or with an invalid signature.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, header::CONTENT_TYPE};
use tokio::runtime::Handle;

use crate::{
    MockedWebhooks,
    engine::{Engine, delivery_history::SentDelivery},
    server::{mock_server::Server, verification::fail_test},
};
use openapi_client_runtime::{
    __private::{is_polling_tasks, validate_base_url},
    Body, Error, ErrorKind, Transport, json,
    webhooks::{Events, WebhookSigner, WebhookVerifier},
};

/// How much older than the tolerance a stale delivery is, in seconds: more than any clock drift during a test.
const STALE_MARGIN_SECONDS: u64 = 600;

impl<A: MockedWebhooks> Server<A> {
    /// Signs an event and sends it to a receiver once.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the URL is invalid or the event cannot be encoded. A receiver that rejects the
    /// delivery or cannot be reached is not an error; see [`DeliveryReport`].
    pub async fn deliver(&self, url: impl Into<String>, event: &A::Event) -> Result<DeliveryReport, Error> {
        self.delivery(event).to(url).send().await
    }

    /// Like [`deliver`](Self::deliver), but blocks the thread.
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

    /// Prepares a delivery. By default, it is signed with the server's secret for the current time and sent once.
    pub fn delivery(&self, event: &A::Event) -> DeliveryBuilder<A::Event> {
        let body = json::to_vec(event)
            .map_err(|error| config_error(format!("cannot encode the event: {error}")).with_source(error));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let delivery = DeliveryBuilder {
            body: Bytes::new(),
            signer: WebhookSigner::new(self.webhook_secret.expose()).map_err(Error::from),
            transport: self.transport(),
            runtime: self.thread.runtime.clone(),
            url: String::new(),
            id: String::new(),
            timestamp: now.as_secs(),
            is_tampered: false,
            retry_delays: &[],
            waits_between_attempts: true,
            copies: 1,
            engine: Arc::clone(&self.state.engine),
        };
        match body {
            Ok(body) => {
                self.state.engine.record_delivered(&body);
                DeliveryBuilder { id: self.message_id(&body), body: body.into(), ..delivery }
            }
            Err(error) => DeliveryBuilder { signer: Err(error), ..delivery },
        }
    }

    /// The id of the event if it has one, otherwise a new id.
    fn message_id(&self, body: &[u8]) -> String {
        let event: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        match event.get("id").and_then(serde_json::Value::as_str).filter(|id| !id.is_empty()) {
            Some(id) => id.to_owned(),
            None => format!("{}mock_{}", A::Event::SCHEME.id_prefix, self.next_message_number()),
        }
    }

    /// Returns a valid event of this name, of the version of the client's crate. A test can change it and deliver it.
    ///
    /// If the rules of the API say what the event is about, its object is the one of its kind that a call created or changed
    /// last; [`event_about`](Self::event_about) chooses another. Later calls find the object as the event states it.
    ///
    /// # Panics
    /// If the API has no event of this name.
    #[must_use]
    #[track_caller]
    pub fn event(&self, name: &str) -> A::Event {
        self.make_event(name, None)
    }

    /// Returns a valid event of this name about the object with this id.
    ///
    /// # Panics
    /// If the API has no event of this name.
    #[must_use]
    #[track_caller]
    pub fn event_about(&self, name: &str, id: impl AsRef<str>) -> A::Event {
        self.make_event(name, Some(id.as_ref()))
    }

    #[track_caller]
    fn make_event(&self, name: &str, about: Option<&str>) -> A::Event {
        let Some(event) = self.state.engine.make_event(name, about, A::Event::SCHEME) else {
            fail_test(format_args!("this API has no webhook event named `{}`", name.escape_debug()))
        };
        match json::from_str(&event.to_string()) {
            Ok(event) => event,
            Err(error) => fail_test(format_args!(
                "cannot decode the example of the event `{name}`, which is a bug in the mock server: {error}"
            )),
        }
    }

    /// Returns the secret that the server signs webhooks with.
    #[must_use]
    pub fn webhook_secret(&self) -> &str {
        self.webhook_secret.expose()
    }

    /// Returns a verifier with the server's secret.
    ///
    /// # Panics
    /// If the secret of the server is empty.
    #[must_use]
    #[track_caller]
    pub fn webhook_verifier(&self) -> WebhookVerifier<A::Event> {
        match WebhookVerifier::new(self.webhook_secret.expose()) {
            Ok(verifier) => verifier,
            Err(error) => fail_test(error),
        }
    }
}

/// A prepared webhook delivery.
#[must_use = "a delivery is only sent by `send`"]
pub struct DeliveryBuilder<E> {
    /// The signer, or the first configuration error, which `send` returns.
    signer: Result<WebhookSigner<E>, Error>,
    transport: Arc<dyn Transport>,
    /// The runtime for threads without a runtime.
    runtime: Handle,
    url: String,
    id: String,
    /// The time that the first attempt is signed for, in Unix seconds.
    timestamp: u64,
    body: Bytes,
    is_tampered: bool,
    /// The delays before the second and later attempts, in seconds.
    retry_delays: &'static [u64],
    waits_between_attempts: bool,
    copies: u32,
    /// Lists what was sent.
    engine: Arc<Engine>,
}

impl<E: Events> DeliveryBuilder<E> {
    /// Sets the URL of the receiver.
    pub fn to(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    /// Sets the id of the message. The default is the id of the event.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Sets the time that the delivery is signed for. The default is the current time.
    pub fn at(mut self, time: SystemTime) -> Self {
        self.timestamp = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        self
    }

    /// Signs the delivery for a time that is older than receivers tolerate.
    pub fn stale(mut self) -> Self {
        self.timestamp = self.timestamp.saturating_sub(E::SCHEME.tolerance_seconds + STALE_MARGIN_SECONDS);
        self
    }

    /// Changes the body after signing it: appends a space, so that the event is equal and the bytes differ.
    pub fn tampered(mut self) -> Self {
        self.is_tampered = true;
        self
    }

    /// Signs the delivery with a different secret.
    pub fn signed_with(mut self, secret: impl AsRef<str>) -> Self {
        if self.signer.is_ok() {
            self.signer = WebhookSigner::new(secret).map_err(Error::from);
        }
        self
    }

    /// Sends the delivery a second time with the same id after it was accepted. The receiver should ignore the
    /// replay.
    pub fn replayed(mut self) -> Self {
        self.copies = 2;
        self
    }

    /// Retries the delivery with the API's schedule until it is accepted.
    pub fn with_retries(mut self) -> Self {
        self.retry_delays = E::SCHEME.retry_seconds;
        self
    }

    /// Does not wait between attempts. Each attempt is still signed for its time in the schedule.
    pub fn without_waiting(mut self) -> Self {
        self.waits_between_attempts = false;
        self
    }

    /// Sends the delivery.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the URL is invalid, the event cannot be encoded, the secret is empty, or there is
    /// no tokio runtime. A receiver that rejects the delivery or cannot be reached is not an error; see
    /// [`DeliveryReport`].
    pub async fn send(self) -> Result<DeliveryReport, Error> {
        let signer = self.signer.as_ref().map_err(|error| config_error(error.to_string()))?;
        check_receiver_url(&self.url)?;
        if Handle::try_current().is_err() {
            return Err(config_error("there is no tokio runtime on this thread; use `send_blocking`"));
        }
        let mut attempts = Vec::new();
        let mut timestamp = self.timestamp;
        for _ in 0..self.copies {
            for delay in std::iter::once(&0).chain(self.retry_delays) {
                timestamp = timestamp.saturating_add(*delay);
                if self.waits_between_attempts && *delay > 0 {
                    tokio::time::sleep(Duration::from_secs(*delay)).await;
                }
                let headers = signer.sign(&self.id, timestamp, &self.body);
                let attempt = DeliveryAttempt { timestamp, result: self.send_attempt(headers).await };
                self.record_attempt(&attempt);
                let is_accepted = attempt.is_accepted();
                attempts.push(attempt);
                if is_accepted {
                    break;
                }
            }
        }
        Ok(DeliveryReport { id: self.id, attempts })
    }

    /// Like [`send`](Self::send), but blocks the thread.
    ///
    /// # Errors
    /// As [`send`](Self::send), and [`ErrorKind::Config`] inside an async runtime.
    pub fn send_blocking(self) -> Result<DeliveryReport, Error>
    where
        E: 'static,
    {
        if is_polling_tasks() {
            return Err(config_error("cannot block inside an async runtime; await `send` instead"));
        }
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        self.runtime.clone().spawn(async move {
            // An error means that the receiver was dropped and nobody waits anymore.
            let _ = sender.send(self.send().await);
        });
        receiver
            .recv()
            .unwrap_or_else(|_| Err(config_error("the mock server was dropped during the delivery")))
    }

    /// Adds an attempt to the list of deliveries, unless it pretends that somebody else sent it.
    fn record_attempt(&self, attempt: &DeliveryAttempt) {
        if !self.is_tampered {
            let (sent_at, status) = (attempt.timestamp, attempt.result.as_ref().ok().copied());
            self.engine.record_sent(SentDelivery { url: &self.url, body: &self.body, sent_at, status });
        }
    }

    /// Makes one attempt. Returns the status, or why there is no response.
    async fn send_attempt(&self, headers: [(&'static str, String); 3]) -> Result<u16, String> {
        let mut body = self.body.to_vec();
        if self.is_tampered {
            body.push(b' ');
        }
        let mut request = Request::post(&self.url).header(CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
            let value = HeaderValue::from_str(&value).map_err(|error| error.to_string())?;
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body)).map_err(|error| error.to_string())?;
        let response = self.transport.send(request).await.map_err(|error| error.to_string())?;
        let (parts, mut body) = response.into_parts();
        // A connection can only be reused after the body was read. The content does not matter.
        while body.chunk().await.is_some_and(|chunk| chunk.is_ok()) {}
        Ok(parts.status.as_u16())
    }
}

/// Checks the URL of a receiver. Unlike a base URL, it may have a query.
fn check_receiver_url(url: &str) -> Result<(), Error> {
    let url_without_query = url.split('?').next().unwrap_or_default();
    validate_base_url(url_without_query)
        .map(|_| ())
        .map_err(|error| config_error(format!("invalid URL of the webhook receiver: {error}")))
}

fn config_error(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, text)
}

impl<E> fmt::Debug for DeliveryBuilder<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeliveryBuilder")
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// The result of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryReport {
    /// The id of the message.
    pub id: String,
    /// The attempts in order.
    pub attempts: Vec<DeliveryAttempt>,
}

/// One attempt of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryAttempt {
    /// The time that the attempt is signed for, in Unix seconds.
    pub timestamp: u64,
    /// The status of the receiver's response, or why there is no response.
    pub result: Result<u16, String>,
}

impl DeliveryAttempt {
    /// Whether the receiver accepted the attempt (2xx).
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

    /// Returns the status of each attempt; `None` if there was no response.
    #[must_use]
    pub fn statuses(&self) -> Vec<Option<u16>> {
        self.attempts.iter().map(|attempt| attempt.result.as_ref().ok().copied()).collect()
    }
}
