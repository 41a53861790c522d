//! HTTP/2: calls share a connection, resets of single streams are retried, and what the server did not process is repeated.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use h2::{Reason, server};
use openapi_client_runtime::{CallOptions, ClientBuilder, ErrorKind, Outcome};
use tokio::net::TcpListener;

use crate::support::{
    api::{Client, builder},
    http2_server::{Behavior, Http2Server},
};

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
}

/// Starts a server that responds with payments, or resets every stream with this reason.
async fn start_server(reset: Option<Reason>) -> (String, Arc<Counts>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let counts = Arc::new(Counts::default());
    let shared = Arc::clone(&counts);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            shared.connections.fetch_add(1, Ordering::Relaxed);
            let counts = Arc::clone(&shared);
            tokio::spawn(async move {
                let Ok(mut connection) = server::handshake(socket).await else { return };
                while let Some(Ok((_, mut respond))) = connection.accept().await {
                    counts.requests.fetch_add(1, Ordering::Relaxed);
                    match reset {
                        Some(reason) => respond.send_reset(reason),
                        None => {
                            let mut body = respond.send_response(http::Response::new(()), false).unwrap();
                            body.send_data(Bytes::from_static(b"{\"id\":\"pay_1\"}"), true).unwrap();
                        }
                    }
                }
            });
        }
    });
    (url, counts)
}

fn client(url: &str) -> Client {
    prior_knowledge(url).build().unwrap()
}

#[tokio::test]
async fn calls_share_a_connection() {
    let (url, counts) = start_server(None).await;
    let client = client(&url);
    client.pay().send().await.unwrap();
    let calls: Vec<_> = (0..100).map(|_| tokio::spawn(client.pay().send())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(counts.connections.load(Ordering::Relaxed), 1);
    assert_eq!(counts.requests.load(Ordering::Relaxed), 101);
}

#[tokio::test]
async fn a_reset_stream_is_retried_only_with_a_key() {
    let (url, counts) = start_server(Some(Reason::INTERNAL_ERROR)).await;
    let client = client(&url);
    let error = client.pay().send().await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (3, Outcome::Unknown), "{error}");
    assert_eq!(counts.requests.load(Ordering::Relaxed), 3);
    let error =
        client.pay().with_options(CallOptions::new().without_idempotency_key()).send().await.unwrap_err();
    assert_eq!((error.attempts(), counts.requests.load(Ordering::Relaxed)), (1, 4), "{error}");
}

fn prior_knowledge(url: &str) -> ClientBuilder<Client> {
    builder().base_url(url).http2_prior_knowledge()
}

fn without_key() -> CallOptions {
    CallOptions::new().without_idempotency_key()
}

#[tokio::test]
async fn refused_streams_are_repeated_without_a_key() {
    let server = Http2Server::start(Behavior::RefuseHalf);
    // Also if no retry is allowed: a refused request is not an attempt.
    let client = prior_knowledge(&server.url).max_attempts(1).build().unwrap();
    for _ in 0..20 {
        let response = client.pay().with_options(without_key()).send_raw().await.unwrap();
        assert_eq!(response.attempts, 1);
    }
    for _ in 0..20 {
        client.refund("1").with_options(without_key()).send().await.unwrap();
    }
    assert_eq!((server.requests(), server.processed()), (80, 40));
}

#[tokio::test]
async fn a_server_that_refuses_everything_ends_the_call() {
    let server = Http2Server::start(Behavior::RefuseAll);
    let client = prior_knowledge(&server.url).build().unwrap();
    let error = client.pay().with_options(without_key()).send().await.unwrap_err();
    let facts = (error.kind(), error.attempts(), error.outcome());
    assert_eq!(facts, (ErrorKind::Transport, 3, Outcome::NotProcessed), "{error}");
    assert!(error.is_retryable());
    assert_eq!(server.requests(), 13, "ten repetitions and three attempts");

    // The timeout of the call still applies.
    let options = without_key().total_timeout(Duration::from_millis(1));
    assert!(client.pay().with_options(options).send().await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_after_a_goaway_are_repeated_without_a_key() {
    let server = Http2Server::start(Behavior::GoAwayAfter(20));
    let client = prior_knowledge(&server.url).timeout(Duration::from_secs(60)).build().unwrap();
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    client.pay().with_options(without_key()).send().await.unwrap();
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    assert_eq!(server.processed(), 200, "each payment was made once");
    assert!(server.connections() >= 5, "{}", server.connections());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_on_a_new_client_survives_goaways() {
    let server = Http2Server::start(Behavior::GoAwayAfter(100));
    let client = prior_knowledge(&server.url).timeout(Duration::from_secs(60)).build().unwrap();
    let calls: Vec<_> =
        (0..1000).map(|_| tokio::spawn(client.pay().with_options(without_key()).send_raw())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(server.processed(), 1000, "each payment was made once");
}
