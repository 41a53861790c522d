//! Tests that pause tokio's clock: calls and delays take no real time, and no timeout expires early.

use std::time::Duration;

use openapi_client_runtime::Waiter;
use tokio::time::Instant;

use crate::support::{CREATE_THING, RETRIEVE_THING, Server};

#[tokio::test(start_paused = true)]
async fn calls_take_no_time_on_a_paused_clock() {
    let server = Server::start().await;
    let started = Instant::now();
    let client = server.client_builder().timeout(Duration::from_millis(1)).build().unwrap();
    for _ in 0..20 {
        client.create().send().await.unwrap();
    }
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_takes_no_real_time() {
    let server = Server::start().await;
    server.when(CREATE_THING).then_rate_limit(Duration::from_secs(30)).then_respond_by_default();
    let (started, real_start) = (Instant::now(), std::time::Instant::now());
    server.client().create().send().await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(30));
    assert!(real_start.elapsed() < Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn delays_pass_on_the_clock_of_the_test() {
    let server = Server::start().await;
    server.when(RETRIEVE_THING).delay(Duration::from_secs(50)).times(1);
    let started = Instant::now();
    server.client().retrieve("thing_1").send().await.unwrap();
    assert_eq!(started.elapsed(), Duration::from_secs(50));
    server.when(RETRIEVE_THING).delay(Duration::from_secs(70)).times(3);
    let error = server.client().retrieve("thing_1").send().await.unwrap_err();
    assert!(error.is_timeout());
    server.verify().ok();
}

#[tokio::test(start_paused = true)]
async fn streamed_bodies_hold_the_clock() {
    let server = Server::start().await;
    let client = server.client_builder().timeout(Duration::from_secs(1)).build().unwrap();
    let started = Instant::now();
    client.picture("thing_1").send().await.unwrap().collect(1000).await.unwrap();
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_waiter_requests_a_resource_until_its_state() {
    let server = Server::start().await;
    let client = server.client();
    let thing = |note: &str| {
        let mut thing = server.example(RETRIEVE_THING);
        thing.note = Some(note.to_owned());
        thing
    };
    server
        .when(RETRIEVE_THING)
        .then_return(thing("new"))
        .times(3)
        .then_return_status(503)
        .times(3)
        .then_return(thing("old"));
    let (started, real_start) = (Instant::now(), std::time::Instant::now());
    let request = || client.retrieve("thing_1").send();
    let thing =
        Waiter::new().wait_until(request, |thing| thing.note.as_deref() == Some("old")).await.unwrap();
    assert_eq!(thing.note.as_deref(), Some("old"));
    // The delays of four requests, and those between the attempts of the failed one.
    assert!(
        started.elapsed() >= Duration::from_millis(500 + 1_000 + 2_000 + 4_000),
        "{:?}",
        started.elapsed()
    );
    assert!(real_start.elapsed() < Duration::from_secs(20));
}
