//! Idempotency keys: replayed responses and rejected requests.

use std::time::Duration;

use openapi_client_mock::ErrorResponse;
use openapi_client_runtime::CallOptions;

use crate::support::{CREATE_THING, RETRIEVE_THING, Server};

fn with_key(key: &str) -> CallOptions {
    CallOptions::new().idempotency_key(key)
}

#[tokio::test]
async fn a_repeated_request_receives_the_same_response() {
    let server = Server::start().await;
    let client = server.client();
    let first = client.create().with_options(with_key("k1")).send_raw().await.unwrap();
    let second = client.create().with_options(with_key("k1")).send_raw().await.unwrap();
    assert_eq!((first.replayed, second.replayed), (false, true));
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    let other = client.create().with_options(with_key("k2")).send().await.unwrap();
    assert_ne!(other.id, second.value.id);
    let replayed: Vec<bool> = server.calls(CREATE_THING).iter().map(|call| call.is_replayed()).collect();
    assert_eq!(replayed, [false, true, false]);
}

#[tokio::test]
async fn a_different_request_with_the_same_key_is_rejected() {
    let server = Server::start().await;
    let client = server.client();
    client.create().with_options(with_key("k1")).send().await.unwrap();
    let error =
        client.create().field("note", "x".to_owned()).with_options(with_key("k1")).send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.code()), (400, Some("idempotency_key_mismatch")));
    let dated = server.client_builder().api_version("2026-01-01").build().unwrap();
    let error = dated.create().with_options(with_key("k1")).send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    let error = server.verify().unwrap_err().to_string();
    assert!(error.contains("createThing: ") && error.contains("use a new key for this one"), "{error}");
}

#[tokio::test]
async fn callers_do_not_share_keys() {
    let server = Server::start().await;
    let first = server.client().create().with_options(with_key("k1")).send().await.unwrap();
    let other = server.client_builder().api_key("another").build().unwrap();
    let other = other.create().with_options(with_key("k1")).send().await.unwrap();
    assert_ne!(first.id, other.id);
}

#[tokio::test]
async fn rejections_are_stored_and_retryable_errors_are_not() {
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
    // The rejection of an invalid request is stored too, so the corrected request needs a new key.
    let invalid = client.create_without_fields().field("amount", "1".to_owned()).with_options(with_key("k5"));
    assert_eq!(invalid.send().await.unwrap_err().status().unwrap().as_u16() / 100, 4);
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
    let (first, second) = (tokio::spawn(call(client.clone())), tokio::spawn(call(client)));
    assert_eq!(first.await.unwrap(), second.await.unwrap());
    let calls = server.calls(CREATE_THING);
    assert_eq!(calls.iter().filter(|call| call.is_replayed()).count(), 1);
}

#[tokio::test]
async fn a_replay_can_be_dropped_and_the_call_takes_effect_once() {
    let server = Server::start().await;
    server.when(CREATE_THING).drop_response().times(3).then_respond_by_default().truncate_body(10);
    let client = server.client();
    let call = || client.create().with_options(with_key("k1")).send();
    let dropped = call().await.unwrap_err();
    assert_eq!(dropped.outcome(), openapi_client_runtime::Outcome::Unknown);
    let truncated = call().await.unwrap_err();
    assert_eq!(truncated.outcome(), openapi_client_runtime::Outcome::Processed);
    // The stored response does not change: a stub created later only affects its delivery.
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
async fn keys_have_a_maximum_length() {
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
    assert!(crate::support::send_raw(&server, &request(255)).starts_with("HTTP/1.1 201"));
    assert!(crate::support::send_raw(&server, &request(256)).starts_with("HTTP/1.1 400"));
    let error = server.verify().unwrap_err().to_string();
    assert!(error.contains("expected at most 255 bytes, found 256"), "{error}");
}

#[tokio::test]
async fn other_methods_ignore_the_key() {
    let server = Server::start().await;
    server.when(RETRIEVE_THING).then_return_status(404).times(1);
    let client = server.client();
    client.retrieve("thing_1").with_options(with_key("k1")).send().await.unwrap_err();
    client.retrieve("thing_1").with_options(with_key("k1")).send().await.unwrap();
}
