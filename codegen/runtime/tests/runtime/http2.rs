//! HTTP/2: calls share a connection, and resets of single streams are retried.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use h2::{Reason, server};
use openapi_client_runtime::{CallOptions, Outcome};
use tokio::net::TcpListener;

use crate::support::api::{Client, builder};

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
    let http_client = reqwest::Client::builder().http2_prior_knowledge();
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    let http_client = http_client.tls_backend_preconfigured(crate::credentials::no_roots());
    builder().base_url(url).http_client(http_client.build().unwrap()).build().unwrap()
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
