//! Recorded requests and calls, as a test inspects them.

use std::time::Duration;

use serde_json::json;

use crate::support::{CREATE_THING, LIST_THINGS, RETRIEVE_THING, Server};

#[tokio::test]
async fn calls_are_typed_and_raw() {
    let server = Server::start().await;
    let client = server.client();
    client.create().field("note", "n".to_owned()).send().await.unwrap();
    client.list().parameter("first", 2).parameter("owner_id", "own_7".to_owned()).send().await.unwrap();
    let calls = server.calls(CREATE_THING);
    assert_eq!(calls.len(), 1);
    let request = &calls[0].request;
    assert_eq!((request.owner_id.as_str(), request.note.as_deref()), ("own_1", Some("n")));
    assert_eq!(request.amount.to_string(), "10.10");
    let raw = &calls[0].raw;
    assert_eq!((raw.method.as_str(), raw.path.as_str()), ("POST", "/api/v1/things"));
    assert_eq!(raw.header("api-version-date"), Some("2025-01-01"));
    assert_eq!(raw.header("mock-call"), None);
    assert_eq!(raw.json().unwrap()["owner_id"], json!("own_1"));
    assert_eq!((raw.status, calls[0].status()), (Some(201), Some(201)));
    let lists = server.calls(LIST_THINGS);
    assert_eq!((lists[0].request.first, lists[0].request.owner_id.as_deref()), (Some(2), Some("own_7")));
    let operations: Vec<_> = server.requests().into_iter().map(|request| request.operation).collect();
    assert_eq!(operations, [Some("createThing".to_owned()), Some("listThings".to_owned())]);
}

#[tokio::test]
async fn rejected_requests_are_recorded_but_are_not_calls() {
    let server = Server::start().await;
    server.client().create_without_fields().field("amount", "ten".to_owned()).send().await.unwrap_err();
    assert!(server.calls(CREATE_THING).is_empty());
    assert_eq!(server.requests()[0].status, Some(400));
    server.skip_verification_on_drop();
}

#[tokio::test]
async fn debug_output_contains_no_secrets() {
    let server = Server::builder().api_key("MARKER_key").start().await.unwrap();
    let client = server.client();
    client.create().field("note", "MARKER_note".to_owned()).send().await.unwrap();
    client.list().parameter("after", "MARKER_cursor".to_owned()).send().await.ok();
    let printed = format!("{:?} {:?} {server:?}", server.requests(), server.requests()[0]);
    assert!(printed.contains("authorization") && !printed.contains("MARKER"), "{printed}");
    let builder = Server::builder().api_key("MARKER_key").webhook_secret("MARKER_secret");
    assert!(!format!("{builder:?}").contains("MARKER"));
    server.skip_verification_on_drop();
}

#[tokio::test]
async fn a_wait_timeout_lists_the_received_requests() {
    let server = Server::builder().wait_timeout(Duration::from_millis(50)).start().await.unwrap();
    let client = server.client();
    client.retrieve("thing_1").send().await.unwrap();
    assert_eq!(server.wait_for_calls(RETRIEVE_THING, 1).await.unwrap()[0].request.id, "thing_1");
    let error = server.wait_for_calls(RETRIEVE_THING, 2).await.unwrap_err();
    let error = error.to_string();
    assert!(error.contains("retrieveThing: expected 2 calls within 50ms, received 1"), "{error}");
    assert!(error.contains("retrieveThing: GET /api/v1/things/thing_1 (response: 200)"), "{error}");
}

#[tokio::test]
async fn invalid_requests_get_a_response_without_validation() {
    let server = Server::builder().without_request_validation().start().await.unwrap();
    server.when(CREATE_THING).matching(|_| true).then_return_status(409);
    server.when(CREATE_THING).matching_raw(|raw| raw.body.starts_with(b"[")).then_return_status(404);
    let address = server.url();
    let post = |body: &str| {
        let request = format!(
            "POST /api/v1/things HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        crate::support::send_raw(&server, &request)
    };
    assert!(post("[]").starts_with("HTTP/1.1 404"), "{address}");
    assert!(post("{}").starts_with("HTTP/1.1 201"), "{address}");
    server.verify().unwrap();
}
