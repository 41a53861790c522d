//! Idempotency keys: replayed responses and rejected requests.

use std::time::Duration;

use openapi_client_mock::ErrorResponse;
use openapi_client_runtime::CallOptions;

use crate::support::{CREATE_THING, RETRIEVE_THING, Server, idempotency_keys};

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

#[tokio::test]
async fn a_key_can_be_in_use_until_the_first_call_is_over() {
    let in_use = ErrorResponse::conflict().code("idempotency_key_in_use");
    for error in [in_use, ErrorResponse::conflict().header("retry-after", "0"), ErrorResponse::conflict()] {
        let server = Server::start().await;
        server
            .when(CREATE_THING)
            .drop_response()
            .then_reject_key_in_use(error)
            .times(2)
            .then_respond_by_default();
        let client = server.client_builder().max_attempts(4).build().unwrap();
        let response = client.create().send_raw().await.unwrap();
        assert_eq!((response.attempts, response.replayed), (4, true));
        let statuses: Vec<_> = server.calls(CREATE_THING).iter().map(|call| call.status()).collect();
        assert_eq!(statuses, [None, Some(409), Some(409), Some(201)]);
        let keys = idempotency_keys_of(&server);
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
        server.verify().unwrap();
    }
}

#[tokio::test]
async fn a_new_key_can_be_in_use() {
    let server = Server::start().await;
    let in_use = ErrorResponse::conflict().code("idempotency_key_in_use");
    server.when(CREATE_THING).then_reject_key_in_use(in_use).times(1);
    let client = server.client_builder().max_attempts(1).build().unwrap();
    let error = client.create().with_options(with_key("k1")).send().await.unwrap_err();
    assert_eq!((error.code(), error.replayed()), (Some("idempotency_key_in_use"), false));
    assert_eq!(error.outcome(), openapi_client_runtime::Outcome::Unknown);
    // The rejection is not stored.
    assert!(!client.create().with_options(with_key("k1")).send_raw().await.unwrap().replayed);
    server.verify().unwrap();
}

#[tokio::test]
async fn a_stored_rate_limit_is_replayed_until_the_key_changes() {
    let server = Server::start().await;
    server.when(CREATE_THING).then_return_status(429).store_response().then_respond_by_default();
    let response = server.client().create().send_raw().await.unwrap();
    assert_eq!((response.attempts, response.replayed), (3, false));
    let calls = server.calls(CREATE_THING);
    let seen: Vec<_> = calls.iter().map(|call| (call.status(), call.is_replayed())).collect();
    assert_eq!(seen, [(Some(429), false), (Some(429), true), (Some(201), false)]);
    let keys = idempotency_keys_of(&server);
    assert!(keys[0] == keys[1] && keys[1] != keys[2], "{keys:?}");
    server.verify().unwrap();
}

#[tokio::test]
async fn any_status_can_be_stored() {
    for status in [429, 500, 503] {
        let server = Server::start().await;
        server.when(CREATE_THING).then_return_status(status).store_response().times(1);
        let client = server.client_builder().max_attempts(1).build().unwrap();
        for is_replayed in [false, true, true] {
            let error = client.create().with_options(with_key("k1")).send().await.unwrap_err();
            assert_eq!((error.status().unwrap().as_u16(), error.replayed()), (status, is_replayed));
        }
        client.create().with_options(with_key("k2")).send().await.unwrap();
        client.create().with_options(CallOptions::new().without_idempotency_key()).send().await.unwrap();
        server.verify().unwrap();
    }
}

fn idempotency_keys_of(server: &Server) -> Vec<Option<String>> {
    let requests = server.requests();
    idempotency_keys(&requests).into_iter().map(|key| key.map(str::to_owned)).collect()
}
