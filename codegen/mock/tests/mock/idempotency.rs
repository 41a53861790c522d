//! Keys of idempotency: what is answered a second time, and what is refused.

use std::time::Duration;

use openapi_client_mock::ErrorResponse;
use openapi_client_runtime::CallOptions;

use crate::support::{CREATE_THING, RETRIEVE_THING, Server};

fn with_key(key: &str) -> CallOptions {
    CallOptions::new().idempotency_key(key)
}

#[tokio::test]
async fn the_same_request_is_answered_as_before() {
    let server = Server::start().await;
    let client = server.client();
    let first = client.create().with_options(with_key("k1")).send_raw().await.unwrap();
    let again = client.create().with_options(with_key("k1")).send_raw().await.unwrap();
    assert_eq!((first.replayed, again.replayed), (false, true));
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    let other = client.create().with_options(with_key("k2")).send().await.unwrap();
    assert_ne!(other.id, again.value.id);
    let replayed: Vec<bool> = server.calls(CREATE_THING).iter().map(|call| call.is_replayed()).collect();
    assert_eq!(replayed, [false, true, false]);
}

#[tokio::test]
async fn another_request_with_the_key_is_refused() {
    let server = Server::start().await;
    let client = server.client();
    client.create().with_options(with_key("k1")).send().await.unwrap();
    let error =
        client.create().field("note", "x".to_owned()).with_options(with_key("k1")).send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.code()), (400, Some("idempotency_key_mismatch")));
    let dated = server.client_builder().api_version("2026-01-01").build().unwrap();
    let error = dated.create().with_options(with_key("k1")).send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    let complaint = server.verify().unwrap_err().to_string();
    assert!(complaint.contains("createThing: ") && complaint.contains("a key of its own"), "{complaint}");
}

#[tokio::test]
async fn a_key_belongs_to_its_caller() {
    let server = Server::start().await;
    let one = server.client().create().with_options(with_key("k1")).send().await.unwrap();
    let other = server.client_builder().api_key("another").build().unwrap();
    let other = other.create().with_options(with_key("k1")).send().await.unwrap();
    assert_ne!(one.id, other.id);
}

#[tokio::test]
async fn refusals_are_kept_and_failures_are_not() {
    let server = Server::start().await;
    server.when(CREATE_THING).then_return_error(ErrorResponse::new(402).code("card_declined")).times(1);
    let client = server.client_builder().max_attempts(1).build().unwrap();
    for _ in 0..2 {
        let error = client.create().with_options(with_key("k1")).send().await.unwrap_err();
        assert_eq!(error.code(), Some("card_declined"));
    }
    for (key, status) in [("k2", 500), ("k3", 503), ("k4", 429)] {
        server.when(CREATE_THING).then_return_status(status).times(1);
        client.create().with_options(with_key(key)).send().await.unwrap_err();
        client.create().with_options(with_key(key)).send().await.unwrap();
    }
    // A request that breaks the document is a refusal like others: mending it takes another key.
    let wrong = client.bare_create().field("amount", "1".to_owned()).with_options(with_key("k5"));
    assert_eq!(wrong.send().await.unwrap_err().status().unwrap().as_u16() / 100, 4);
    let error = client.create().with_options(with_key("k5")).send().await.unwrap_err();
    assert_eq!(error.code(), Some("idempotency_key_mismatch"));
    server.skip_verification_on_drop();
}

#[tokio::test]
async fn a_second_request_waits_for_the_first() {
    let server = Server::start().await;
    server.when(CREATE_THING).delay(Duration::from_millis(50)).times(1);
    let client = server.client();
    let call = |client: crate::support::Client| async move {
        client.create().with_options(with_key("k1")).send().await.unwrap().id
    };
    let (one, other) = (tokio::spawn(call(client.clone())), tokio::spawn(call(client)));
    assert_eq!(one.await.unwrap(), other.await.unwrap());
    let calls = server.calls(CREATE_THING);
    assert_eq!(calls.iter().filter(|call| call.is_replayed()).count(), 1);
}

#[tokio::test]
async fn what_comes_again_can_be_lost_again_and_is_done_once() {
    let server = Server::start().await;
    server.when(CREATE_THING).drop_response().times(3).then_respond_by_default().truncate_body(10);
    let client = server.client();
    let call = || client.create().with_options(with_key("k1")).send();
    let lost = call().await.unwrap_err();
    assert_eq!(lost.outcome(), openapi_client_runtime::Outcome::Unknown);
    let cut = call().await.unwrap_err();
    assert_eq!(cut.outcome(), openapi_client_runtime::Outcome::Processed);
    // What is carried out stays as it was: of a stub that comes later only the disturbance counts.
    server
        .when(CREATE_THING)
        .then_return_status(400)
        .delay(Duration::from_millis(1))
        .times(1)
        .then_respond_by_default();
    call().await.unwrap();
    let calls = server.calls(CREATE_THING);
    assert_eq!(calls.iter().filter(|call| !call.is_replayed()).count(), 1);
    assert_eq!(calls[..3].iter().map(|call| call.status()).collect::<Vec<_>>(), [None; 3]);
    assert_eq!(calls.last().unwrap().status(), Some(201));
    server.verify().unwrap();
}

#[tokio::test]
async fn keys_have_a_greatest_length() {
    let server = Server::start().await;
    let request = |length: usize| {
        let body = r#"{"owner_id":"own_1","amount":1}"#;
        format!(
            "POST /api/v1/things HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\nconnection: close\r\n\
             content-type: application/json\r\nidempotency-key: {}\r\ncontent-length: {}\r\n\r\n{body}",
            "k".repeat(length),
            body.len()
        )
    };
    assert!(crate::support::send(&server, &request(255)).starts_with("HTTP/1.1 201"));
    assert!(crate::support::send(&server, &request(256)).starts_with("HTTP/1.1 400"));
    let complaint = server.verify().unwrap_err().to_string();
    assert!(complaint.contains("255 bytes at most, has 256"), "{complaint}");
}

#[tokio::test]
async fn other_methods_take_no_key() {
    let server = Server::start().await;
    server.when(RETRIEVE_THING).then_return_status(404).times(1);
    let client = server.client();
    client.retrieve("thing_1").with_options(with_key("k1")).send().await.unwrap_err();
    client.retrieve("thing_1").with_options(with_key("k1")).send().await.unwrap();
}
