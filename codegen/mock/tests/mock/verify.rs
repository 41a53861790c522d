//! What a test is told when something was wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::support::{CREATE_THING, DELETE_THING, RETRIEVE_THING, Server, thing, words};

#[tokio::test]
async fn a_request_that_breaks_the_document_is_named() {
    let server = Server::start().await;
    let error =
        server.client().bare_create().field("owner_id", "own_1".to_owned()).field("amount", "ten".to_owned());
    let error = error.send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert!(error.param().is_some(), "{error:?}");
    let complaint = server.verify().unwrap_err().to_string();
    assert!(complaint.starts_with("the mock server has 1 complaint:\n1. createThing: "), "{complaint}");
    assert!(complaint.contains("amount"), "{complaint}");
    assert!(complaint.ends_with("\n   POST /api/v1/things, answered 400"), "{complaint}");
    assert_eq!(format!("{:?}", server.verify().unwrap_err()), complaint);
}

#[test]
fn a_test_that_does_not_ask_is_told_at_its_end() {
    let server = Server::start_blocking();
    crate::support::send(&server, "GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let said = words(catch_unwind(AssertUnwindSafe(|| drop(server))).unwrap_err());
    assert!(said.contains("/nowhere"), "{said}");
}

#[test]
fn a_test_that_asked_ignores_or_panics_is_not_told_again() {
    let nowhere = "GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let asked = Server::start_blocking();
    crate::support::send(&asked, nowhere);
    assert!(asked.verify().is_err());
    drop(asked);
    let ignored = Server::start_blocking();
    ignored.skip_verification_on_drop();
    crate::support::send(&ignored, nowhere);
    drop(ignored);
    let panicking = catch_unwind(|| {
        let server = Server::start_blocking();
        crate::support::send(&server, nowhere);
        panic!("the test's own");
    });
    assert!(panicking.unwrap_err().downcast_ref::<&str>().unwrap().contains("own"));
    // What comes after the question is new.
    let again = Server::start_blocking();
    again.verify().unwrap();
    crate::support::send(&again, nowhere);
    assert!(catch_unwind(AssertUnwindSafe(|| drop(again))).is_err());
}

#[tokio::test]
async fn expectations_that_were_not_met_are_told_with_what_came() {
    let server = Server::start().await;
    let client = server.client();
    server.when(CREATE_THING).matching(|call| call.note.is_some()).then_respond_by_default().times(2);
    server.when(DELETE_THING).never();
    server.when(RETRIEVE_THING).at_least(3);
    client.create().send().await.unwrap();
    client.delete("thing_1").send().await.unwrap();
    client.retrieve("thing_2").send().await.unwrap();
    let complaint = server.verify().unwrap_err().to_string();
    for part in [
        "the mock server has 3 complaints:",
        "the stub of createThing at ",
        "verify.rs:",
        "its reply 1 was to be given 2 times, was given never",
        "createThing: POST /api/v1/things, answered 201",
        "the stub of deleteThing at ",
        "it was to be called never, was called once",
        "the stub of retrieveThing at ",
        "it was to be called at least 3 times, was called once",
    ] {
        assert!(complaint.contains(part), "{part}: {complaint}");
    }
}

#[tokio::test]
async fn expectations_that_were_met_are_no_complaint() {
    let server = Server::start().await;
    let client = server.client();
    server.when(CREATE_THING).times(1);
    server.when(CREATE_THING).then_return(thing("thing_1", 5)).times(1);
    server.when(RETRIEVE_THING).at_least(1);
    server.when(RETRIEVE_THING).then_return_status(404).up_to_n_times(5);
    server.when(DELETE_THING).never();
    client.create().send().await.unwrap();
    assert!(client.retrieve("thing_1").send().await.unwrap_err().is_not_found());
    let complaint = server.verify().unwrap_err().to_string();
    // The stub made first only counts what those after it leave.
    assert!(complaint.contains("createThing") && complaint.contains("was called never"), "{complaint}");
}

#[tokio::test]
async fn a_matcher_that_panics_is_a_fault_of_the_test() {
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
    let complaint = server.verify().unwrap_err().to_string();
    assert!(
        complaint.contains("retrieveThing: its stub panicked: ") && complaint.contains("another thing"),
        "{complaint}"
    );
    client.retrieve("thing_2").send().await.unwrap();
}
