//! The same over HTTP/2: one connection for all calls, and what resets of single streams mean.

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

/// Answers with a payment, or resets the stream of every request with this reason.
async fn start(reset: Option<Reason>) -> (String, Arc<Counts>) {
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
    let own = reqwest::Client::builder().http2_prior_knowledge();
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    let own = own.tls_backend_preconfigured(crate::credentials::no_roots());
    builder().base_url(url).http_client(own.build().unwrap()).build().unwrap()
}

#[tokio::test]
async fn calls_share_a_connection() {
    let (url, counts) = start(None).await;
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
async fn a_stream_that_is_reset_is_repeated_with_a_key_only() {
    let (url, counts) = start(Some(Reason::INTERNAL_ERROR)).await;
    let client = client(&url);
    let error = client.pay().send().await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (3, Outcome::Unknown), "{error}");
    assert_eq!(counts.requests.load(Ordering::Relaxed), 3);
    let error = client.pay().with_options(CallOptions::new().no_idempotency_key()).send().await.unwrap_err();
    assert_eq!((error.attempts(), counts.requests.load(Ordering::Relaxed)), (1, 4), "{error}");
}
