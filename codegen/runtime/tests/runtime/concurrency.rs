//! Concurrent calls, and calls that are dropped.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use openapi_client_runtime::{Body, BoxFuture, ClientBuilder, Transport, TransportError};
use tokio::{
    runtime::Handle,
    time::{Instant, sleep},
};

use crate::support::{
    api::{Client, KEY, builder},
    server::{Server, Step, encode_response},
};

fn payment() -> Vec<u8> {
    encode_response(200, &[("content-type", "application/json".to_owned())], br#"{"id":"pay_1"}"#)
}

async fn wait_until(condition: impl Fn() -> bool, failure: &str) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("{failure}");
}

/// The peak memory of this process in bytes, on Linux.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_concurrent_calls_succeed() {
    let step = |index: usize| match index % 4 {
        0 => Step::ok(),
        1 => Step::Raw(payment()),
        2 => Step::Drip(payment(), Duration::from_millis(1)),
        _ => Step::error(500),
    };
    let server = Server::start((0..1000).map(step));
    let client =
        builder().base_url(server.url()).timeout(Duration::from_secs(30)).max_attempts(9).retry_budget(None);
    let client = client.build().unwrap();
    let before = Handle::current().metrics().num_alive_tasks();
    let calls: Vec<_> = (0..1000)
        .map(|index| {
            let client = client.clone();
            tokio::spawn(async move {
                if index % 5 == 0 {
                    // Dropped at some point during the call.
                    let pause = Duration::from_millis(index / 10);
                    let _ = tokio::time::timeout(pause, client.pay().send()).await;
                    None
                } else {
                    Some(client.retrieve(format!("pay_{index}")).send().await)
                }
            })
        })
        .collect();
    let mut values = 0;
    for call in calls {
        if let Some(result) = call.await.unwrap() {
            result.unwrap();
            values += 1;
        }
    }
    assert_eq!(values, 800);
    let keys: Vec<_> =
        server.requests().iter().filter_map(|request| request.key().map(str::to_owned)).collect();
    assert!(keys.len() <= 200 * 9);
    // The peak of the whole process, including the servers and the other tests.
    if let Some(peak) = peak_memory() {
        assert!(peak < 256 << 20, "{} MB at the peak", peak >> 20);
    }
    drop(client);
    let is_idle = || Handle::current().metrics().num_alive_tasks() <= before;
    wait_until(is_idle, "connections outlive their client").await;
}

#[tokio::test]
async fn clones_share_connections() {
    let server = Server::start([]);
    let client = builder().base_url(server.url()).build().unwrap();
    for _ in 0..20 {
        client.clone().retrieve("1").send().await.unwrap();
        client.update("1").send().await.unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (40, 1));
}

#[tokio::test]
async fn dropping_a_call_cancels_its_request() {
    let server = Server::start([Step::Stall(Vec::new())]);
    let client = builder().base_url(server.url()).build().unwrap();
    let before = Handle::current().metrics().num_alive_tasks();
    let call = tokio::time::timeout(Duration::from_millis(100), client.pay().send()).await;
    assert!(call.is_err());
    let is_idle = || Handle::current().metrics().num_alive_tasks() <= before;
    wait_until(is_idle, "the connection is still open").await;
    sleep(Duration::from_millis(50)).await;
    assert_eq!(server.requests().len(), 1, "expected no request after the call was dropped");
}

#[tokio::test]
async fn nothing_is_sent_before_a_call_is_awaited() {
    let server = Server::start([]);
    let client = builder().base_url(server.url()).build().unwrap();
    let call = client.pay().send();
    sleep(Duration::from_millis(30)).await;
    assert!(server.requests().is_empty());
    drop(call);
}

#[test]
fn public_types_are_send_and_small() {
    fn assert_shareable<T: Send + Sync + 'static>() {}
    fn assert_send<T: Send>(_: &T) {}
    assert_shareable::<crate::support::api::Client>();
    assert_shareable::<openapi_client_runtime::Error>();
    assert_shareable::<openapi_client_runtime::CallOptions>();
    assert_shareable::<
        openapi_client_runtime::Page<crate::support::api::Payment, crate::support::api::Cursors>,
    >();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _guard = runtime.enter();
    let client = builder().build().unwrap();
    assert_send(&client.pay().send());
    assert_send(&client.list().send());
    assert_send(&client.pay());
    assert_eq!(size_of_val(&client), size_of::<usize>());
    assert_eq!(size_of_val(&client.pay()), size_of::<usize>());
    assert_eq!(size_of::<openapi_client_runtime::Error>(), size_of::<usize>());
}

/// A server that accepts so many requests per second, and says when to send the others again.
#[derive(Clone, Debug)]
struct RateLimited {
    per_second: u32,
    start: Instant,
    /// The current second, and the requests that were accepted in it.
    window: Arc<Mutex<(u64, u32)>>,
}

impl Transport for RateLimited {
    fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async {
            sleep(Duration::from_millis(20)).await;
            let second = self.start.elapsed().as_secs();
            let mut window = self.window.lock().unwrap();
            if window.0 != second {
                *window = (second, 0);
            }
            let response = http::Response::builder();
            if window.1 == self.per_second {
                let message = r#"{"error":{"message":"Slow down."}}"#;
                return Ok(response.status(429).header("retry-after", "1").body(message.into()).unwrap());
            }
            window.1 += 1;
            Ok(response.body(r#"{"id":"pay_1"}"#.into()).unwrap())
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_at_a_rate_limit_succeeds() {
    let run = async |per_second, tasks, calls: usize, with_key: bool| {
        let start = Instant::now();
        let transport = RateLimited { per_second, start, window: Arc::default() };
        // All settings are the default ones, with their budget, attempts and backoff.
        let client = ClientBuilder::<Client>::new().api_key(KEY).transport(transport);
        let client = if with_key { client } else { client.without_idempotency_keys() };
        let client = client.build().unwrap();
        let tasks: Vec<_> = (0..tasks)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move {
                    for _ in 0..calls {
                        client.pay().send().await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        start.elapsed()
    };
    let elapsed = run(100, 100, 4, true).await;
    assert!(elapsed < Duration::from_secs(120), "{elapsed:?}");
    run(100, 100, 4, false).await;
    // Twenty times the limit at once.
    run(100, 2000, 1, true).await;
}
