//! Idempotency keys that the server has in use or has stored a response under: 409 and replayed responses, over a real socket.

use openapi_client_runtime::{CallOptions, Error, ErrorKind, Outcome, StandardRetry};

use crate::support::{
    api::{Client, builder},
    server::{Server, Step},
};

fn client(server: &Server) -> Client {
    builder().base_url(server.url()).build().unwrap()
}

fn in_use() -> Step {
    Step::json(
        409,
        r#"{"error":{"type":"invalid_request","code":"idempotency_key_in_use","message":"Wait."}}"#,
    )
}

fn replayed(status: u16) -> Step {
    Step::error(status).with("Idempotent-Replayed", "true")
}

fn status(error: &Error) -> u16 {
    error.status().unwrap().as_u16()
}

fn keys(server: &Server) -> Vec<String> {
    server.requests().iter().filter_map(|request| request.key().map(str::to_owned)).collect()
}

fn with_key() -> CallOptions {
    CallOptions::new().idempotency_key("mine")
}

fn without_key() -> CallOptions {
    CallOptions::new().without_idempotency_key()
}

#[tokio::test]
async fn a_request_in_progress_is_waited_for() {
    for first in [Step::Close, Step::Reset, Step::error(500), Step::error(503).with("retry-after", "0")] {
        let server = Server::start([first.clone(), Step::error(409)]);
        let response = client(&server).pay().send_raw().await.unwrap();
        assert_eq!(response.attempts, 3, "{first:?}");
        let keys = keys(&server);
        assert!(keys.len() == 3 && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }
    let listed = Step::json(409, r#"{"error":{"code":"still_running"}}"#);
    for conflict in [in_use(), listed, Step::error(409).with("retry-after", "0")] {
        for options in [CallOptions::new(), with_key()] {
            let server = Server::start([conflict.clone()]);
            let response = client(&server).pay().with_options(options).send_raw().await.unwrap();
            assert_eq!((response.attempts, keys(&server).len()), (2, 2), "{conflict:?}");
        }
    }
    // A policy with statuses of its own still asks for the request again.
    let server = Server::start([in_use()]);
    let policy = StandardRetry::new().statuses([500]).initial_backoff(std::time::Duration::ZERO);
    let options = CallOptions::new().retry_policy(policy);
    assert_eq!(client(&server).pay().with_options(options).send_raw().await.unwrap().attempts, 2);
}

#[tokio::test]
async fn a_request_that_stays_in_progress_is_an_error_of_unknown_outcome() {
    for (steps, attempts) in [
        (vec![in_use(); 9], 3),
        ([vec![Step::Close], vec![Step::error(409); 9]].concat(), 3),
        (vec![Step::error(409).with("retry-after", "3600"); 9], 1),
    ] {
        let server = Server::start(steps);
        let error = client(&server).pay().send().await.unwrap_err();
        assert_eq!((status(&error), error.attempts(), error.outcome()), (409, attempts, Outcome::Unknown));
        assert!(error.is_conflict() && error.is_retryable() && !error.replayed(), "{error}");
        let key = error.idempotency_key().unwrap();
        assert!(error.to_string().contains(key), "{error}");
        assert!(keys(&server).iter().all(|other| other == key));
        assert_eq!(error.retry_after().map(|delay| delay.as_secs()), (attempts == 1).then_some(3600));
    }
}

#[tokio::test]
async fn any_other_conflict_is_final() {
    let server = Server::start([Step::error(409)]);
    let error = client(&server).pay().send().await.unwrap_err();
    assert_eq!((status(&error), error.attempts(), error.outcome()), (409, 1, Outcome::NotProcessed));
    assert!(!error.is_retryable(), "{error}");
    // Without a key, the server cannot recognize the request.
    for conflict in [in_use(), Step::error(409).with("retry-after", "0")] {
        let server = Server::start([conflict.clone(), conflict]);
        let error = client(&server).pay().with_options(without_key()).send().await.unwrap_err();
        assert_eq!((status(&error), error.attempts(), server.requests().len()), (409, 1, 1));
        let error = client(&server).retrieve("pay_1").send().await.unwrap_err();
        assert_eq!((status(&error), error.attempts()), (409, 1));
    }
    // Nor is an operation waited for whose server ignores the key.
    let server = Server::start([in_use()]);
    let client = builder().base_url(server.url()).server_url(1, server.url()).build().unwrap();
    let error = client.vault().with_options(with_key()).send().await.unwrap_err();
    assert_eq!((status(&error), error.attempts()), (409, 1));
}

#[tokio::test]
async fn a_stored_429_is_left_behind_with_its_key() {
    for rejection in [Step::error(429), Step::error(429).with("retry-after-ms", "1")] {
        let stored = rejection.clone().with("idempotent-replayed", "true");
        let server = Server::start([rejection, stored]);
        let response = client(&server).pay().send_raw().await.unwrap();
        let keys = keys(&server);
        assert_eq!((response.attempts, keys.len()), (3, 3));
        assert!(keys[0] == keys[1] && keys[1] != keys[2], "{keys:?}");
        assert_eq!(response.idempotency_key.as_ref(), Some(&keys[2]));
        let requests = server.requests();
        assert!(requests.iter().all(|request| request.body == requests[0].body));
    }
}

#[tokio::test]
async fn a_key_of_the_caller_is_never_replaced() {
    for options in [with_key(), CallOptions::new().header("idempotency-key", "mine")] {
        let server = Server::start([Step::error(429), replayed(429)]);
        let error = client(&server).pay().with_options(options).send().await.unwrap_err();
        assert_eq!((status(&error), error.attempts(), error.outcome()), (429, 2, Outcome::NotProcessed));
        assert!(error.replayed() && !error.is_retryable(), "{error}");
        assert_eq!(keys(&server), ["mine", "mine"]);
        let text = error.to_string();
        assert!(
            text.contains("(type t, code c, attempts 2, replayed)") && text.contains("another key"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_replayed_429_proves_nothing_after_an_attempt_of_unknown_outcome() {
    for first in [Step::Close, Step::Reset, Step::error(500), Step::error(503).with("retry-after", "0")] {
        let server = Server::start([first.clone(), replayed(429)]);
        let error = client(&server).pay().send().await.unwrap_err();
        assert_eq!(
            (status(&error), error.attempts(), error.outcome()),
            (429, 2, Outcome::Unknown),
            "{first:?}"
        );
        assert!(error.replayed() && !error.is_retryable(), "{error}");
        let keys = keys(&server);
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }
}

#[tokio::test]
async fn other_replayed_errors_are_final() {
    for (stored, outcome) in [
        (400, Outcome::NotProcessed),
        (401, Outcome::NotProcessed),
        (409, Outcome::NotProcessed),
        (422, Outcome::NotProcessed),
        (408, Outcome::Unknown),
        (500, Outcome::Unknown),
        (503, Outcome::Unknown),
    ] {
        let server = Server::start([replayed(stored).with("retry-after", "0")]);
        let error = client(&server).pay().send().await.unwrap_err();
        assert_eq!((status(&error), error.attempts(), error.outcome()), (stored, 1, outcome));
        assert!(error.replayed() && !error.is_retryable(), "{error}");
    }
    // Without a key, the mark means nothing.
    let server = Server::start([replayed(500)]);
    client(&server).retrieve("pay_1").send().await.unwrap();
    // A value other than `true` is no mark.
    let server = Server::start([Step::error(500).with("idempotent-replayed", "false")]);
    client(&server).pay().send().await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_replayed_response_that_cannot_be_decoded_says_so() {
    let server = Server::start([Step::json(200, "{}").with("idempotent-replayed", "true")]);
    let error = client(&server).pay().send().await.unwrap_err();
    assert!(error.is_decode() && error.replayed(), "{error}");
}

#[test]
fn the_header_of_the_key_is_not_a_header_of_the_client() {
    for name in ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY"] {
        let error = builder().header(name, "mine").build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = error.to_string();
        assert!(text.contains("`CallOptions::idempotency_key`") && !text.contains("mine"), "{text}");
    }
    builder().header("idempotency-key-hint", "x").build().unwrap();
}
