//! Connections that close before or after a call is processed, and truncated responses.

use std::time::Duration;

use openapi_client_mock::ErrorResponse;
use openapi_client_runtime::{ErrorKind, Outcome};

use crate::support::{CREATE_THING, Client, RETRIEVE_THING, Server, idempotency_keys, send_raw};

fn client_without_retries(server: &Server) -> Client {
    server.client_builder().max_attempts(1).build().unwrap()
}

#[tokio::test]
async fn a_closed_connection_has_no_effect() {
    let server = Server::start().await;
    server.when(CREATE_THING).then_close_connection().times(1);
    let error = client_without_retries(&server).create().send().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown));
    let requests = server.requests();
    assert_eq!((requests.len(), requests[0].status), (1, None));
    assert!(requests[0].body.is_empty() && requests[0].stubbed);
    assert!(server.calls(CREATE_THING).is_empty());
    // The next call creates the first thing.
    let created = client_without_retries(&server).create().send().await.unwrap();
    assert!(
        client_without_retries(&server)
            .list()
            .send()
            .await
            .unwrap()
            .data
            .iter()
            .filter(|thing| thing.id == created.id)
            .count()
            == 1
    );
    assert_eq!(server.calls(CREATE_THING).len(), 1);
}

#[tokio::test]
async fn a_matcher_limits_closed_connections() {
    let server = Server::start().await;
    server.when(CREATE_THING).matching(|call| call.note.is_some()).then_close_connection();
    client_without_retries(&server).create().send().await.unwrap();
    let error =
        client_without_retries(&server).create().field("note", "x".to_owned()).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn a_call_with_a_dropped_response_takes_effect() {
    let server = Server::start().await;
    server.when(CREATE_THING).drop_response().times(1);
    let created = server.client().create().send().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(idempotency_keys(&requests)[0], idempotency_keys(&requests)[1]);
    // The retry receives the dropped response, and the call takes effect once.
    assert_eq!((requests[0].replayed, requests[1].replayed), (false, true));
    assert_eq!(server.client().retrieve(&created.id).send().await.unwrap(), created);
    let calls = server.calls(CREATE_THING);
    assert_eq!(calls.iter().filter(|call| !call.is_replayed()).count(), 1);
}

#[tokio::test]
async fn a_truncated_body_is_a_transport_error() {
    let server = Server::start().await;
    server.when(RETRIEVE_THING).truncate_body(20).times(2);
    let error = client_without_retries(&server).retrieve("thing_1").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
    let response = send_raw(
        &server,
        "GET /api/v1/things/thing_1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\n\r\n",
    );
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{response}");
    assert_eq!(body.len(), 20, "{response}");
    // A shorter body is not truncated.
    server.when(RETRIEVE_THING).truncate_body(1_000_000).times(1);
    server.client().retrieve("thing_1").send().await.unwrap();
}

#[tokio::test]
async fn a_delayed_response_times_out() {
    let server = Server::start().await;
    server.when(CREATE_THING).delay(Duration::from_secs(60));
    let client = server.client_builder().max_attempts(1).timeout(Duration::from_millis(300)).build().unwrap();
    let call = tokio::spawn(async move { client.create().send().await });
    // The call is recorded while its response is delayed.
    assert_eq!(server.wait_for_calls(CREATE_THING, 1).await.unwrap()[0].status(), None);
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn a_rate_limit_sets_retry_after() {
    let server = Server::start().await;
    server.when(CREATE_THING).then_rate_limit(Duration::from_millis(11_500)).then_return_error(
        ErrorResponse::rate_limited(Duration::from_secs(3)).error_type("slow_down").message("Easy."),
    );
    let error = client_without_retries(&server).create().send().await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(12)));
    assert_eq!(error.headers()["retry-after"], "12");
    assert!(error.message().unwrap().contains("Try again in 12 seconds"), "{error}");
    let error = client_without_retries(&server).create().send().await.unwrap_err();
    assert_eq!((error.error_type(), error.message()), (Some("slow_down"), Some("Easy.")));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
}
