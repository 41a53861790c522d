//! Connections whose peer falls silent while the kernel still acknowledges: they cost one attempt.

use std::time::Duration;

#[cfg(feature = "http2")]
use openapi_client_runtime::{CallOptions, ErrorKind, Outcome};

use crate::support::{
    api::builder,
    freezing_proxy::FreezingProxy,
    server::{Server, Step, encode_response},
};
#[cfg(feature = "http2")]
use crate::support::{
    http2_server::{Behavior, Http2Server},
    wait_until,
};

/// Long enough for a call to a server that responds, also on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(2);

#[cfg(feature = "http2")]
#[tokio::test]
async fn without_pings_a_silent_http2_connection_costs_one_attempt() {
    let server = Http2Server::start(Behavior::Respond);
    let proxy = FreezingProxy::start(&server.url).await;
    let client = builder().base_url(&proxy.url).http2_prior_knowledge().http2_ping_interval(None);
    let client = client.timeout(TIMEOUT).build().unwrap();
    client.pay().send().await.unwrap();
    for connections in [1, 2] {
        assert_eq!(proxy.connections(), connections);
        proxy.freeze();
        assert_eq!(client.pay().send_raw().await.unwrap().attempts, 2);
        let calls: Vec<_> = (0..20).map(|_| tokio::spawn(client.pay().send_raw())).collect();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap().attempts, 1);
        }
        assert_eq!(proxy.connections(), connections + 1);
    }
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn calls_that_time_out_together_share_the_new_connection() {
    let server = Http2Server::start(Behavior::Respond);
    let proxy = FreezingProxy::start(&server.url).await;
    let client = builder().base_url(&proxy.url).http2_prior_knowledge().http2_ping_interval(None);
    let client = client.timeout(TIMEOUT).build().unwrap();
    client.pay().send().await.unwrap();
    proxy.freeze();
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(client.pay().send_raw())).collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().attempts, 2);
    }
    assert_eq!(proxy.connections(), 2);
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn a_failed_call_leaves_a_new_connection_to_the_next() {
    let server = Http2Server::start(Behavior::Respond);
    let proxy = FreezingProxy::start(&server.url).await;
    let client = builder().base_url(&proxy.url).http2_prior_knowledge().http2_ping_interval(None);
    let client = client.timeout(TIMEOUT).build().unwrap();
    client.pay().send().await.unwrap();
    proxy.freeze();
    let options = CallOptions::new().without_idempotency_key();
    let error = client.pay().with_options(options).send().await.unwrap_err();
    let facts = (error.kind(), error.attempts(), error.outcome());
    assert_eq!(facts, (ErrorKind::Timeout, 1, Outcome::Unknown), "{error}");
    assert_eq!(client.pay().send_raw().await.unwrap().attempts, 1);
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn pings_find_a_silent_connection_before_the_timeout() {
    let server = Http2Server::start(Behavior::Respond);
    let proxy = FreezingProxy::start(&server.url).await;
    let client = builder().base_url(&proxy.url).http2_prior_knowledge().timeout(Duration::from_secs(600));
    let client = client.total_timeout(None).http2_ping_interval(Duration::from_millis(100));
    let client = client.http2_ping_timeout(TIMEOUT).build().unwrap();
    client.pay().send().await.unwrap();
    proxy.freeze();
    let call = tokio::time::timeout(Duration::from_secs(60), client.pay().send_raw());
    // A ping between the calls may have found it already.
    assert!(call.await.unwrap().unwrap().attempts <= 2);
    assert_eq!(proxy.connections(), 2);
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn a_stalled_response_leaves_a_new_connection_to_the_next_attempt() {
    let server = Http2Server::start(Behavior::StallFirst);
    let client = builder().base_url(&server.url).http2_prior_knowledge().http2_ping_interval(None);
    let client = client.timeout(TIMEOUT).build().unwrap();
    assert_eq!(client.pay().send_raw().await.unwrap().attempts, 2);
    assert_eq!((server.connections(), server.requests()), (2, 2));

    let server = Http2Server::start(Behavior::StallFirst);
    let client = builder().base_url(&server.url).http2_prior_knowledge().http2_ping_interval(None);
    let client = client.timeout(TIMEOUT).build().unwrap();
    let mut stream = client.download("1").send().await.unwrap();
    assert_eq!(stream.try_next().await.unwrap().unwrap().len(), 5);
    assert_eq!(stream.try_next().await.unwrap_err().kind(), ErrorKind::Timeout);
    // The stream is not dropped yet.
    client.pay().send().await.unwrap();
    assert_eq!(server.connections(), 2);
    drop(stream);
}

#[tokio::test]
async fn silent_http1_connections_cost_one_attempt() {
    let json = [("content-type", "application/json".to_owned())];
    let slow = Step::Drip(encode_response(200, &json, br#"{"id":"pay_1"}"#), Duration::from_millis(2));
    let server = Server::start(vec![slow; 100]);
    let proxy = FreezingProxy::start(&server.url()).await;
    let client = builder().base_url(&proxy.url).timeout(TIMEOUT).build().unwrap();
    // At least three idle connections.
    while proxy.connections() < 3 {
        let calls: Vec<_> = (0..6).map(|_| tokio::spawn(client.pay().send())).collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
    }
    let before = proxy.connections();
    proxy.freeze();
    assert_eq!(client.pay().send_raw().await.unwrap().attempts, 2);
    assert_eq!(client.pay().send_raw().await.unwrap().attempts, 1);
    assert_eq!(proxy.connections(), before + 1);
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn cancelled_calls_keep_the_connection() {
    let server = Http2Server::start(Behavior::Wait);
    let client = builder().base_url(&server.url).http2_prior_knowledge().timeout(None);
    let client = client.build().unwrap();
    for round in 1..=3 {
        let calls: Vec<_> = (0..50).map(|_| tokio::spawn(client.pay().send())).collect();
        wait_until(|| server.requests() >= 50 * round, "the requests did not arrive").await;
        for call in calls {
            call.abort();
            assert!(call.await.unwrap_err().is_cancelled());
        }
    }
    server.start_responding();
    client.pay().send().await.unwrap();
    assert_eq!((server.connections(), server.requests()), (1, 151));
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn calls_in_flight_go_on_over_the_old_connection() {
    let server = Http2Server::start(Behavior::Wait);
    let client = builder().base_url(&server.url).http2_prior_knowledge().http2_ping_interval(None);
    let client = client.timeout(Duration::from_secs(60)).build().unwrap();
    let slow = tokio::spawn(client.pay().send_raw());
    wait_until(|| server.requests() == 1, "the request did not arrive").await;
    let options = CallOptions::new().timeout(Duration::from_millis(50)).max_attempts(1);
    assert!(client.pay().with_options(options).send().await.unwrap_err().is_timeout());
    server.start_responding();
    assert_eq!(client.pay().send_raw().await.unwrap().attempts, 1);
    assert_eq!(server.connections(), 2);
    assert!(!slow.is_finished(), "the server does not respond to it, but its connection is not closed");
    slow.abort();
}
