//! Connections that break, before anything was done and after, and answers that break off.

use std::time::Duration;

use openapi_client_mock::ErrorResponse;
use openapi_client_runtime::{ErrorKind, Outcome};

use crate::support::{CREATE_THING, Client, RETRIEVE_THING, Server, keys, send};

fn once(server: &Server) -> Client {
    server.client_builder().max_attempts(1).build().unwrap()
}

#[tokio::test]
async fn dropped_unread_nothing_was_done() {
    let server = Server::start().await;
    server.when(CREATE_THING).then_close_connection().times(1);
    let error = once(&server).create().send().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown));
    let requests = server.requests();
    assert_eq!((requests.len(), requests[0].status), (1, None));
    assert!(requests[0].body.is_empty() && requests[0].stubbed);
    assert!(server.calls(CREATE_THING).is_empty());
    // The next one is the first thing there.
    let made = once(&server).create().send().await.unwrap();
    assert!(
        once(&server).list().send().await.unwrap().data.iter().filter(|thing| thing.id == made.id).count()
            == 1
    );
    assert_eq!(server.calls(CREATE_THING).len(), 1);
}

#[tokio::test]
async fn a_matcher_decides_about_a_drop_too() {
    let server = Server::start().await;
    server.when(CREATE_THING).matching(|call| call.note.is_some()).then_close_connection();
    once(&server).create().send().await.unwrap();
    let error = once(&server).create().field("note", "x".to_owned()).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn dropped_after_reading_everything_was_done() {
    let server = Server::start().await;
    server.when(CREATE_THING).drop_response().times(1);
    let made = server.client().create().send().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(keys(&requests)[0], keys(&requests)[1]);
    // The answer that was lost is the one that came the second time: nothing was done twice.
    assert_eq!((requests[0].replayed, requests[1].replayed), (false, true));
    assert_eq!(server.client().retrieve(&made.id).send().await.unwrap(), made);
    let calls = server.calls(CREATE_THING);
    assert_eq!(calls.iter().filter(|call| !call.is_replayed()).count(), 1);
}

#[tokio::test]
async fn a_cut_body_is_an_answer_that_broke_off() {
    let server = Server::start().await;
    server.when(RETRIEVE_THING).truncate_body(20).times(2);
    let error = once(&server).retrieve("thing_1").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
    let answer =
        send(&server, "GET /api/v1/things/thing_1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\n\r\n");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert_eq!(body.len(), 20, "{answer}");
    // Nothing is cut from what is shorter.
    server.when(RETRIEVE_THING).truncate_body(1_000_000).times(1);
    server.client().retrieve("thing_1").send().await.unwrap();
}

#[tokio::test]
async fn a_delayed_answer_comes_too_late() {
    let server = Server::start().await;
    server.when(CREATE_THING).delay(Duration::from_secs(60));
    let client = server.client_builder().max_attempts(1).timeout(Duration::from_millis(300)).build().unwrap();
    let call = tokio::spawn(async move { client.create().send().await });
    // What came is known while its answer waits.
    assert_eq!(server.wait_for_calls(CREATE_THING, 1).await.unwrap()[0].status(), None);
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn too_many_requests_say_how_long_to_wait() {
    let server = Server::start().await;
    server.when(CREATE_THING).then_rate_limit(Duration::from_millis(11_500)).then_return_error(
        ErrorResponse::rate_limited(Duration::from_secs(3)).error_type("slow_down").message("Easy."),
    );
    let error = once(&server).create().send().await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(12)));
    assert_eq!(error.headers()["retry-after"], "12");
    assert!(error.message().unwrap().contains("Try again in 12 seconds"), "{error}");
    let error = once(&server).create().send().await.unwrap_err();
    assert_eq!((error.error_type(), error.message()), (Some("slow_down"), Some("Easy.")));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
}
