//! The messages of a failed verification.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::support::{CREATE_THING, DELETE_THING, RETRIEVE_THING, Server, panic_message, thing};

#[tokio::test]
async fn an_invalid_request_is_reported_with_its_operation() {
    let server = Server::start().await;
    let error = server
        .client()
        .create_without_fields()
        .field("owner_id", "own_1".to_owned())
        .field("amount", "ten".to_owned());
    let error = error.send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert!(error.param().is_some(), "{error:?}");
    let error = server.verify().unwrap_err().to_string();
    assert!(error.starts_with("the mock server found 1 problem:\n1. createThing: "), "{error}");
    assert!(error.contains("amount"), "{error}");
    assert!(error.ends_with("\n   request: POST /api/v1/things (response: 400)"), "{error}");
    assert_eq!(format!("{:?}", server.verify().unwrap_err()), error);
}

#[test]
fn a_test_that_does_not_verify_fails_when_the_server_is_dropped() {
    let server = Server::start_blocking();
    crate::support::send_raw(&server, "GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let message = panic_message(catch_unwind(AssertUnwindSafe(|| drop(server))).unwrap_err());
    assert!(message.contains("/nowhere"), "{message}");
    assert!(message.contains("Server::skip_verification_on_drop"), "{message}");
}

#[test]
fn dropping_a_server_passes_after_verify_skip_or_a_panic() {
    let nowhere = "GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let verified = Server::start_blocking();
    crate::support::send_raw(&verified, nowhere);
    assert!(verified.verify().is_err());
    drop(verified);
    let skipped = Server::start_blocking();
    skipped.skip_verification_on_drop();
    crate::support::send_raw(&skipped, nowhere);
    drop(skipped);
    let panicking = catch_unwind(|| {
        let server = Server::start_blocking();
        crate::support::send_raw(&server, nowhere);
        panic!("the test's own");
    });
    assert!(panicking.unwrap_err().downcast_ref::<&str>().unwrap().contains("own"));
    // A problem after the verification is reported.
    let verified_early = Server::start_blocking();
    verified_early.verify().unwrap();
    crate::support::send_raw(&verified_early, nowhere);
    assert!(catch_unwind(AssertUnwindSafe(|| drop(verified_early))).is_err());
}

#[tokio::test]
async fn unmet_expectations_are_reported_with_the_received_requests() {
    let server = Server::start().await;
    let client = server.client();
    server.when(CREATE_THING).matching(|call| call.note.is_some()).then_respond_by_default().times(2);
    server.when(DELETE_THING).never();
    server.when(RETRIEVE_THING).at_least(3);
    client.create().send().await.unwrap();
    client.delete("thing_1").send().await.unwrap();
    client.retrieve("thing_2").send().await.unwrap();
    let error = server.verify().unwrap_err().to_string();
    for part in [
        "the mock server found 3 problems:",
        "stub for createThing (",
        "mock/verification.rs:",
        "response 1 of 1: expected 2 calls, received 0",
        "createThing: POST /api/v1/things (response: 201)",
        "help: check the conditions in `matching`",
        "stub for deleteThing (",
        "expected no calls, received 1",
        "stub for retrieveThing (",
        "expected at least 3 calls, received 1",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[tokio::test]
async fn met_expectations_are_not_reported() {
    let server = Server::start().await;
    let client = server.client();
    server.when(CREATE_THING).times(1);
    server.when(CREATE_THING).then_return(thing("thing_1", 5)).times(1);
    server.when(RETRIEVE_THING).at_least(1);
    server.when(RETRIEVE_THING).then_return_status(404).up_to_n_times(5);
    server.when(DELETE_THING).never();
    client.create().send().await.unwrap();
    assert!(client.retrieve("thing_1").send().await.unwrap_err().is_not_found());
    let error = server.verify().unwrap_err().to_string();
    // The stub created first counts only the calls that later stubs leave to it.
    assert!(error.contains("createThing") && error.contains("expected 1 call, received 0"), "{error}");
}

#[tokio::test]
async fn a_panic_in_a_matcher_is_reported() {
    let server = Server::start().await;
    server.when(RETRIEVE_THING).matching(|call| {
        assert_eq!(call.id, "thing_2", "another thing");
        true
    });
    server
        .when(RETRIEVE_THING)
        .matching(|call| {
            assert_eq!(call.id, "thing_2", "another thing");
            true
        })
        .then_respond_by_default();
    let client = server.client_builder().max_attempts(1).build().unwrap();
    assert_eq!(client.retrieve("thing_1").send().await.unwrap_err().status().unwrap(), 500);
    let error = server.verify().unwrap_err().to_string();
    assert!(
        error.contains("retrieveThing: a closure of the stub panicked: ") && error.contains("another thing"),
        "{error}"
    );
    client.retrieve("thing_2").send().await.unwrap();
}
