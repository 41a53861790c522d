//! Batches at a server that limits the rate of requests. The clock is paused.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use openapi_client_runtime::{Body, BoxFuture, ErrorKind, StandardRetry, Transport, TransportError};
use tokio::{task::JoinSet, time::Instant};

use crate::support::api::builder;

/// A server that accepts so many requests in each minute of its clock, and states the delay after which it accepts more.
#[derive(Clone, Debug)]
struct LimitedServer {
    per_minute: usize,
    start: Instant,
    /// The time of each request, and whether it was accepted.
    requests: Arc<Mutex<Vec<(Duration, bool)>>>,
}

impl LimitedServer {
    fn new(per_minute: usize) -> Self {
        Self { per_minute, start: Instant::now(), requests: Arc::default() }
    }

    fn refused(&self) -> usize {
        self.requests.lock().unwrap().iter().filter(|(_, accepted)| !accepted).count()
    }
}

impl Transport for LimitedServer {
    fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let now = self.start.elapsed();
        let mut requests = self.requests.lock().unwrap();
        let minute = now.as_secs() / 60;
        let earlier =
            requests.iter().filter(|(at, accepted)| *accepted && at.as_secs() / 60 == minute).count();
        let accepted = earlier < self.per_minute;
        requests.push((now, accepted));
        let mut response = http::Response::new(Body::from(r#"{"id":"pay_1"}"#));
        if !accepted {
            *response.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
            let wait = 60 - now.as_secs() % 60;
            response.headers_mut().insert("retry-after", wait.into());
        }
        Box::pin(async { Ok(response) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_within_the_limit_is_never_refused() {
    let server = LimitedServer::new(600);
    // The policy of a user's client, with its jitter.
    let client = builder()
        .base_url("http://127.0.0.1:9")
        .transport(server.clone())
        .retry_policy(StandardRetry::new())
        .rate_limit(600)
        .build()
        .unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..2_000 {
        let client = client.clone();
        calls.spawn(async move { client.pay().send().await.is_ok() });
    }
    let results = calls.join_all().await;
    assert!(results.iter().all(|ok| *ok));
    assert_eq!((results.len(), server.refused()), (2_000, 0));
    // 2,000 requests at 600 per minute take 200 s.
    let elapsed = server.start.elapsed();
    assert!((195..=210).contains(&elapsed.as_secs()), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn another_process_that_uses_the_limit_up_costs_time_only() {
    let server = LimitedServer::new(60);
    for _ in 0..60 {
        let request = http::Request::new(Body::empty());
        assert!(server.send(request).await.is_ok());
    }
    let client = builder()
        .base_url("http://127.0.0.1:9")
        .transport(server.clone())
        .retry_policy(StandardRetry::new())
        .rate_limit(60)
        .build()
        .unwrap();
    client.pay().send().await.unwrap();
    assert_eq!(server.refused(), 1);
}

#[test]
fn a_limit_has_to_be_stated() {
    for builder in [builder().limit_rate(), builder().rate_limit(0)] {
        let error = builder.base_url("http://127.0.0.1:9").build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("rate_limit"), "{error}");
    }
}
