//! Webhook deliveries to a receiver that verifies them as a user's application does.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use openapi_client_mock::{MockedWebhooks, UnknownIds};
use openapi_client_runtime::{
    ErrorKind, json as runtime_json,
    webhooks::{Events, WebhookError, WebhookScheme, WebhookVerifier},
};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{Api, Server};

/// An event, which may be any JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event(Value);

static SCHEME: WebhookScheme = WebhookScheme {
    id_header: "x-id",
    timestamp_header: "x-time",
    signature_header: "x-signature",
    signature_version: "v1",
    tolerance_seconds: 300,
    retry_seconds: &[10, 20, 40],
    id_prefix: "msg_",
    secret_variable: "SHOP_TEST_SECRET_THAT_NOBODY_SETS",
    api_version: Some("2025-01-01"),
    version_property: Some("version"),
};

impl runtime_json::Decode for Event {
    fn blank() -> Self {
        Self(Value::Null)
    }

    fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer).map(Self)
    }
}

impl runtime_json::Encode for Event {
    fn encode<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&self.0, serializer)
    }
}

impl Events for Event {
    const SCHEME: &'static WebhookScheme = &SCHEME;

    fn unknown(value: Value) -> Self {
        Self(value)
    }

    fn is_unknown(&self) -> bool {
        false
    }
}

impl MockedWebhooks for Api {
    type Event = Event;
}

/// The result of verifying a delivery: its id, timestamp and event.
type Verification = Result<(String, u64, Value), WebhookError>;

/// A receiver that responds with the given statuses in order. After them, it accepts valid deliveries with 204.
#[derive(Clone)]
struct Receiver {
    verifier: WebhookVerifier<Event>,
    statuses: Arc<Mutex<VecDeque<u16>>>,
    received: Arc<Mutex<Vec<Verification>>>,
    url: String,
}

impl Receiver {
    async fn start(server: &Server, statuses: &[u16]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            verifier: server.webhook_verifier(),
            statuses: Arc::new(Mutex::new(statuses.iter().copied().collect())),
            received: Arc::default(),
            url: format!("http://{}/hooks?from=mock", listener.local_addr().unwrap()),
        };
        let app = Router::new().route("/hooks", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    fn received(&self) -> Vec<Verification> {
        self.received.lock().unwrap().clone()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: bytes::Bytes) -> StatusCode {
    assert_eq!(headers["content-type"], "application/json");
    let verification = receiver
        .verifier
        .verify(&headers, &body)
        .map(|delivery| (delivery.id, delivery.timestamp, delivery.event.0));
    let is_valid = verification.is_ok();
    receiver.received.lock().unwrap().push(verification);
    let next = receiver.statuses.lock().unwrap().pop_front();
    match next {
        Some(status) => StatusCode::from_u16(status).unwrap(),
        None if is_valid => StatusCode::NO_CONTENT,
        None => StatusCode::UNAUTHORIZED,
    }
}

#[tokio::test]
async fn an_event_is_signed_and_delivered() {
    let server = Server::builder().webhook_secret("ws_of_the_test").start().await.unwrap();
    assert_eq!(server.webhook_secret(), "ws_of_the_test");
    let receiver = Receiver::start(&server, &[]).await;
    let event = server.event("thing.created");
    let delivered = server.deliver(&receiver.url, &event).await.unwrap();
    assert!(delivered.is_accepted());
    assert_eq!(delivered.statuses(), [Some(204)]);
    let received = receiver.received();
    let (id, timestamp, payload) = received[0].as_ref().unwrap();
    assert_eq!((id, *timestamp, payload), (&delivered.id, delivered.attempts[0].timestamp, &event.0));
    assert_eq!(event.0["id"], json!(id));
    assert!(id.starts_with("msg_") && !id.starts_with("msg_mock_"), "{id}");
}

#[tokio::test]
async fn an_event_states_the_version_of_the_crate_unless_the_test_changes_it() {
    let server = Server::start().await;
    let receiver = Receiver::start(&server, &[]).await;
    let mut event = server.event("thing.created");
    server.deliver(&receiver.url, &event).await.unwrap();
    event.0["version"] = json!("2024-12-31");
    server.deliver(&receiver.url, &event).await.unwrap();
    let versions: Vec<Value> =
        receiver.received().into_iter().map(|event| event.unwrap().2["version"].clone()).collect();
    assert_eq!(versions, ["2025-01-01", "2024-12-31"]);
}

#[tokio::test]
async fn an_event_without_an_id_gets_a_new_one() {
    let server = Server::start().await;
    let receiver = Receiver::start(&server, &[]).await;
    let event = Event(json!({"type": "x"}));
    let first = server.deliver(&receiver.url, &event).await.unwrap();
    let second = server.deliver(&receiver.url, &event).await.unwrap();
    assert_eq!((first.id.as_str(), second.id.as_str()), ("msg_mock_1", "msg_mock_2"));
    let custom = server.delivery(&event).to(&receiver.url).id("msg_custom").send().await.unwrap();
    assert_eq!(custom.id, "msg_custom");
}

#[tokio::test]
async fn invalid_deliveries_fail_verification() {
    let server = Server::start().await;
    let receiver = Receiver::start(&server, &[]).await;
    let event = Event(json!({"id": "msg_1"}));
    let delivery = || server.delivery(&event).to(&receiver.url);
    let now = SystemTime::now();
    for delivery in [
        delivery().tampered(),
        delivery().signed_with("another secret"),
        delivery().stale(),
        delivery().at(now - Duration::from_secs(400)),
        delivery().at(now + Duration::from_secs(400)),
        delivery().at(now - Duration::from_secs(200)),
    ] {
        delivery.send().await.unwrap();
    }
    let received = receiver.received();
    assert_eq!(received[0], Err(WebhookError::NoMatchingSignature));
    assert_eq!(received[1], Err(WebhookError::NoMatchingSignature));
    assert!(matches!(received[2], Err(WebhookError::TooOld { seconds: 900.. })), "{received:?}");
    assert!(matches!(received[3], Err(WebhookError::TooOld { .. })), "{received:?}");
    assert!(matches!(received[4], Err(WebhookError::TooNew { .. })), "{received:?}");
    assert!(received[5].is_ok(), "{received:?}");
}

#[tokio::test]
async fn a_replay_has_the_same_id() {
    let server = Server::start().await;
    let receiver = Receiver::start(&server, &[]).await;
    let delivered =
        server.delivery(&Event(json!({"id": "msg_7"}))).to(&receiver.url).replayed().send().await.unwrap();
    assert_eq!(delivered.statuses(), [Some(204), Some(204)]);
    let ids: Vec<String> = receiver.received().into_iter().map(|received| received.unwrap().0).collect();
    assert_eq!(ids, ["msg_7", "msg_7"]);
}

#[tokio::test]
async fn a_rejected_delivery_is_retried_on_schedule() {
    let server = Server::start().await;
    let event = Event(json!({"id": "msg_1"}));
    let receiver = Receiver::start(&server, &[500, 302]).await;
    let delivery = server.delivery(&event).to(&receiver.url).with_retries().without_waiting();
    let delivered = delivery.send().await.unwrap();
    assert_eq!(delivered.statuses(), [Some(500), Some(302), Some(204)]);
    let start = delivered.attempts[0].timestamp;
    let times: Vec<u64> = delivered.attempts.iter().map(|attempt| attempt.timestamp - start).collect();
    assert_eq!(times, [0, 10, 30]);
    assert!(receiver.received().iter().all(|received| received.as_ref().unwrap().0 == "msg_1"));
    let failing = Receiver::start(&server, &[500; 9]).await;
    let delivered =
        server.delivery(&event).to(&failing.url).with_retries().without_waiting().send().await.unwrap();
    assert!(!delivered.is_accepted());
    assert_eq!(delivered.statuses(), [Some(500); 4]);
    let once = server.deliver(&failing.url, &event).await.unwrap();
    assert_eq!(once.statuses(), [Some(500)]);
}

#[tokio::test(start_paused = true)]
async fn retry_delays_pass_on_the_clock_of_the_test() {
    let server = Server::start().await;
    let started = Instant::now();
    // Nothing listens on this address, so no attempt gets a response.
    let unreachable = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let delivery = server.delivery(&Event(json!({}))).to(format!("http://{unreachable}")).with_retries();
    let delivered = delivery.send().await.unwrap();
    assert_eq!(delivered.statuses(), [None; 4]);
    assert_eq!(started.elapsed(), Duration::from_secs(70));
}

#[tokio::test]
async fn an_invalid_delivery_is_a_configuration_error() {
    let server = Server::start().await;
    let event = Event(json!({}));
    for url in ["", "nowhere", "ftp://x.test/", "http://a@b.test"] {
        let error = server.deliver(url, &event).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("receiver"), "{error}");
    }
    let delivery = server.delivery(&event).to("http://127.0.0.1:9").signed_with("");
    assert!(delivery.send().await.is_err());
    let error = server.deliver_blocking("http://127.0.0.1:9", &event).unwrap_err();
    assert!(error.to_string().contains("inside an async runtime"), "{error}");
}

#[test]
fn a_thread_without_a_runtime_can_deliver() {
    let server = Server::start_blocking();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let receiver = runtime.block_on(Receiver::start(&server, &[]));
    let delivered = server.deliver_blocking(&receiver.url, &Event(json!({"id": "msg_1"}))).unwrap();
    assert!(delivered.is_accepted());
    let url = receiver.url.clone();
    let task = runtime.spawn_blocking(move || server.deliver_blocking(url, &Event(json!({"id": "msg_2"}))));
    assert!(runtime.block_on(task).unwrap().unwrap().is_accepted());
    assert_eq!(receiver.received().len(), 2);
}

#[tokio::test]
async fn ids_of_delivered_events_are_known() {
    let server = Server::builder().unknown_ids(UnknownIds::NotFound).start().await.unwrap();
    let mut event = server.event("thing.created");
    event.0["data"]["id"] = json!("thing_changed");
    assert!(server.client().retrieve("thing_changed").send().await.is_err());
    let receiver = Receiver::start(&server, &[]).await;
    server.deliver(&receiver.url, &event).await.unwrap();
    assert_eq!(server.client().retrieve("thing_changed").send().await.unwrap().id, "thing_changed");
}
