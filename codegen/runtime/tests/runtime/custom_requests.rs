//! Requests to paths for which the crate has no operation, and what a client prints about its calls.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use openapi_client_runtime::{
    __private::Value, CallOptions, CustomRequest, ErrorKind, Json, LogLevel, Method, Text,
};
use serde_json::json;

use crate::support::{
    api::{Client, KEY, Payment, builder, client},
    server::{Server, Step},
};

fn request(client: &Client, method: Method, path: &str) -> CustomRequest {
    CustomRequest::new(&client.0, method, path)
}

#[tokio::test]
async fn a_custom_request_is_sent_like_any_other() {
    let server = Server::start([Step::error(503), Step::ok()]);
    let client = client(&server.url());
    let response = request(&client, Method::POST, "/payments/{id}/parts")
        .path("id", "pay/1?")
        .query("expand[]", "owner")
        .query("limit", 5)
        .header("X-Trace", "7")
        .json(&json!({"amount": 10.10, "tags": ["a"]}))
        .send_raw::<Payment>()
        .await
        .unwrap();
    assert_eq!((response.value.id.as_str(), response.attempts), ("pay_1", 2));
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].target(), "/payments/pay%2F1%3F/parts?expand%5B%5D=owner&limit=5");
    assert!(requests[0].line.starts_with("POST "));
    assert_eq!(requests[0].body, br#"{"amount":10.1,"tags":["a"]}"#);
    assert_eq!(requests[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    assert_eq!(requests[0].header("x-trace"), Some("7"));
    assert_eq!(requests[0].header("api-version-date"), Some("2025-01-01"));
    assert!(requests[0].key().is_some() && requests[0].key() == requests[1].key());
}

#[tokio::test]
async fn the_caller_chooses_the_type_of_the_response() {
    let body = r#"{"id":"pay_1","amount":0.1}"#;
    let server = Server::start([0; 5].map(|_| Step::json(200, body)));
    let client = client(&server.url());
    let get = || request(&client, Method::GET, "/anything");
    assert_eq!(get().send::<Value>().await.unwrap()["id"], "pay_1");
    assert_eq!(get().send::<Bytes>().await.unwrap(), body);
    assert_eq!(get().send::<Text>().await.unwrap().0, body);
    get().send::<()>().await.unwrap();
    let Json(map) = get().send::<Json<std::collections::BTreeMap<String, Value>>>().await.unwrap();
    assert_eq!(map.len(), 2);
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.key().is_none() && request.body.is_empty()));
}

#[tokio::test]
async fn a_type_that_does_not_match_is_a_decode_error() {
    let server = Server::start([Step::json(200, "[1]"), Step::error(404)]);
    let client = client(&server.url());
    let get = || request(&client, Method::GET, "/anything");
    let error = get().send::<Json<String>>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("request: ") && error.to_string().contains("string"), "{error}");
    let error = get().send::<()>().await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Api, Some("It failed.")));
}

#[tokio::test]
async fn other_bodies_are_sent_unchanged() {
    let server = Server::start([Step::ok()]);
    let options = CallOptions::new().idempotency_key("import-7");
    let sent = request(&client(&server.url()), Method::PUT, "/imports")
        .body("text/csv; charset=utf-8", "a;b\n1;2\n")
        .with_options(options)
        .send::<Value>();
    sent.await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].body, b"a;b\n1;2\n");
    assert_eq!(requests[0].header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(requests[0].key(), Some("import-7"));
}

#[tokio::test]
async fn what_is_not_a_path_is_not_sent() {
    let server = Server::start([]);
    let client = client(&server.url());
    for path in ["https://evil.test/", "things", "/things?a=b", "/a/../b", "/things/{id}"] {
        let error = request(&client, Method::DELETE, path).send::<()>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request, "{path}: {error}");
    }
    assert!(server.requests().is_empty());
}

/// The lines that a client prints while it makes a call that fails and one that succeeds.
async fn logged(level: LogLevel) -> String {
    let server = Server::start([
        Step::error(500).with("x-request-id", "req_1"),
        Step::json(200, &format!(r#"{{"id":"pay_1","amount":0.10,"client_secret":"cs_1","echo":"{KEY}"}}"#)),
    ]);
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let client = builder()
        .base_url(server.url())
        .log_to(level, move |line| sink.lock().unwrap().push(line.to_owned()))
        .build()
        .unwrap();
    let sent = request(&client, Method::POST, "/payments")
        .query("email", "a@example.com")
        .query("access_token", "at_1")
        .json(&json!({"pin": "1234", "card": {"number": "4242", "cvc": 123}, "amount": 5}))
        .send::<Payment>();
    sent.await.unwrap();
    let lines = lines.lock().unwrap();
    lines.join("\n")
}

#[tokio::test]
async fn attempts_are_printed_without_secrets() {
    assert_eq!(logged(LogLevel::Off).await, "");
    let debug = logged(LogLevel::Debug).await;
    assert_eq!(debug.lines().count(), 2, "{debug}");
    for part in [
        "[shop] POST /payments (attempt 1): 500 Internal Server Error, Api in ",
        " ms, request id req_1, next attempt in 0.",
        "[shop] POST /payments (attempt 2): 200 OK in ",
    ] {
        assert!(debug.contains(part), "{part}\n{debug}");
    }
    let trace = logged(LogLevel::Trace).await;
    for part in [
        "query: email=a%40example.com&access_token=…",
        r#""cvc":"…""#,
        r#""number":"4242""#,
        r#""pin":"…""#,
        r#"{"id":"pay_1","amount":0.10,"client_secret":"…","echo":"…"}"#,
        "It failed.",
    ] {
        assert!(trace.contains(part), "{part}\n{trace}");
    }
    for secret in [KEY, "cs_1", "1234", "at_1"] {
        assert!(!trace.contains(secret), "{secret}\n{trace}");
    }
}
