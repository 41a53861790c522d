//! Webhooks to a receiver that verifies them as a user's would.

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
use openapi_client_mock::MockedWebhooks;
use openapi_client_runtime::{
    ErrorKind, json as whop_json,
    webhooks::{Events, WebhookError, WebhookScheme, WebhookVerifier},
};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{Api, Server};

/// An event: any JSON.
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
    secret_variable: "WHOP_RUNTIME_TEST_SECRET_THAT_NOBODY_SETS",
};

impl whop_json::Decode for Event {
    fn blank() -> Self {
        Self(Value::Null)
    }

    fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer).map(Self)
    }
}

impl whop_json::Encode for Event {
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

/// What a receiver made of a delivery: its id, its time and its event, or why it is none.
type Verdict = Result<(String, u64, Value), WebhookError>;

/// A receiver that answers with statuses, one after the other, and then 204.
#[derive(Clone)]
struct Receiver {
    verifier: WebhookVerifier<Event>,
    statuses: Arc<Mutex<VecDeque<u16>>>,
    seen: Arc<Mutex<Vec<Verdict>>>,
    url: String,
}

impl Receiver {
    async fn start(server: &Server, statuses: &[u16]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            verifier: server.webhook_verifier(),
            statuses: Arc::new(Mutex::new(statuses.iter().copied().collect())),
            seen: Arc::default(),
            url: format!("http://{}/hooks?from=mock", listener.local_addr().unwrap()),
        };
        let app = Router::new().route("/hooks", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    fn seen(&self) -> Vec<Verdict> {
        self.seen.lock().unwrap().clone()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: bytes::Bytes) -> StatusCode {
    assert_eq!(headers["content-type"], "application/json");
    let verdict = receiver
        .verifier
        .verify(&headers, &body)
        .map(|delivery| (delivery.id, delivery.timestamp, delivery.event.0));
    let genuine = verdict.is_ok();
    receiver.seen.lock().unwrap().push(verdict);
    let next = receiver.statuses.lock().unwrap().pop_front();
    match next {
        Some(status) => StatusCode::from_u16(status).unwrap(),
        None if genuine => StatusCode::NO_CONTENT,
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
    let seen = receiver.seen();
    let (id, timestamp, came) = seen[0].as_ref().unwrap();
    assert_eq!((id, *timestamp, came), (&delivered.id, delivered.attempts[0].timestamp, &event.0));
    assert_eq!(event.0["id"], json!(id));
    assert!(id.starts_with("msg_") && !id.starts_with("msg_mock_"), "{id}");
}

#[tokio::test]
async fn an_event_without_an_id_gets_one() {
    let server = Server::start().await;
    let receiver = Receiver::start(&server, &[]).await;
    let event = Event(json!({"type": "x"}));
    let first = server.deliver(&receiver.url, &event).await.unwrap();
    let second = server.deliver(&receiver.url, &event).await.unwrap();
    assert_eq!((first.id.as_str(), second.id.as_str()), ("msg_mock_1", "msg_mock_2"));
    let own = server.delivery(&event).to(&receiver.url).id("msg_own").send().await.unwrap();
    assert_eq!(own.id, "msg_own");
}

#[tokio::test]
async fn what_is_wrong_with_a_delivery_is_found() {
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
    let seen = receiver.seen();
    assert_eq!(seen[0], Err(WebhookError::NoMatchingSignature));
    assert_eq!(seen[1], Err(WebhookError::NoMatchingSignature));
    assert!(matches!(seen[2], Err(WebhookError::TooOld { seconds: 900.. })), "{seen:?}");
    assert!(matches!(seen[3], Err(WebhookError::TooOld { .. })), "{seen:?}");
    assert!(matches!(seen[4], Err(WebhookError::TooNew { .. })), "{seen:?}");
    assert!(seen[5].is_ok(), "{seen:?}");
}

#[tokio::test]
async fn a_replay_has_the_same_id() {
    let server = Server::start().await;
    let receiver = Receiver::start(&server, &[]).await;
    let delivered =
        server.delivery(&Event(json!({"id": "msg_7"}))).to(&receiver.url).replayed().send().await.unwrap();
    assert_eq!(delivered.statuses(), [Some(204), Some(204)]);
    let ids: Vec<String> = receiver.seen().into_iter().map(|seen| seen.unwrap().0).collect();
    assert_eq!(ids, ["msg_7", "msg_7"]);
}

#[tokio::test]
async fn what_is_not_accepted_comes_again_as_scheduled() {
    let server = Server::start().await;
    let event = Event(json!({"id": "msg_1"}));
    let receiver = Receiver::start(&server, &[500, 302]).await;
    let delivery = server.delivery(&event).to(&receiver.url).with_retries().without_waiting();
    let delivered = delivery.send().await.unwrap();
    assert_eq!(delivered.statuses(), [Some(500), Some(302), Some(204)]);
    let start = delivered.attempts[0].timestamp;
    let times: Vec<u64> = delivered.attempts.iter().map(|attempt| attempt.timestamp - start).collect();
    assert_eq!(times, [0, 10, 30]);
    assert!(receiver.seen().iter().all(|seen| seen.as_ref().unwrap().0 == "msg_1"));
    let broken = Receiver::start(&server, &[500; 9]).await;
    let delivered =
        server.delivery(&event).to(&broken.url).with_retries().without_waiting().send().await.unwrap();
    assert!(!delivered.is_accepted());
    assert_eq!(delivered.statuses(), [Some(500); 4]);
    let once = server.deliver(&broken.url, &event).await.unwrap();
    assert_eq!(once.statuses(), [Some(500)]);
}

#[tokio::test(start_paused = true)]
async fn the_waits_between_attempts_pass_on_the_clock_of_the_test() {
    let server = Server::start().await;
    let begun = Instant::now();
    // Nobody is there: no answer is an answer too.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let delivery = server.delivery(&Event(json!({}))).to(format!("http://{gone}")).with_retries();
    let delivered = delivery.send().await.unwrap();
    assert_eq!(delivered.statuses(), [None; 4]);
    assert_eq!(begun.elapsed(), Duration::from_secs(70));
}

#[tokio::test]
async fn a_delivery_that_makes_no_sense_is_an_error() {
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
fn it_delivers_from_a_thread_without_a_runtime() {
    let server = Server::start_blocking();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let receiver = runtime.block_on(Receiver::start(&server, &[]));
    let delivered = server.deliver_blocking(&receiver.url, &Event(json!({"id": "msg_1"}))).unwrap();
    assert!(delivered.is_accepted());
    assert_eq!(receiver.seen().len(), 1);
}
