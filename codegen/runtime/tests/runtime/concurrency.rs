//! Many calls at once, and calls that are dropped half way.

use std::time::Duration;

use tokio::{runtime::Handle, time::sleep};

use crate::support::{
    api::builder,
    server::{Server, Step, answer},
};

fn payment() -> Vec<u8> {
    answer(200, &[("content-type", "application/json".to_owned())], br#"{"id":"pay_1"}"#)
}

async fn settled(what: &str, done: impl Fn() -> bool) {
    for _ in 0..500 {
        if done() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}");
}

/// The most memory that this process has held, in bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_at_once() {
    let slow = |index: usize| match index % 4 {
        0 => Step::ok(),
        1 => Step::Raw(payment()),
        2 => Step::Drip(payment(), Duration::from_millis(1)),
        _ => Step::error(500),
    };
    let server = Server::start((0..1000).map(slow));
    let client =
        builder().base_url(server.url()).timeout(Duration::from_secs(30)).max_attempts(9).retry_budget(None);
    let client = client.build().unwrap();
    let before = Handle::current().metrics().num_alive_tasks();
    let calls: Vec<_> = (0..1000)
        .map(|index| {
            let client = client.clone();
            tokio::spawn(async move {
                if index % 5 == 0 {
                    // Dropped somewhere on the way.
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
    let keys: Vec<_> = server.seen().iter().filter_map(|seen| seen.key().map(str::to_owned)).collect();
    assert!(keys.len() <= 200 * 9);
    // All that ran in this process until now, the servers included: 1,000 calls hold no more than they need.
    if let Some(peak) = peak_memory() {
        assert!(peak < 256 << 20, "{} MB at the peak", peak >> 20);
    }
    drop(client);
    settled("connections outlive their client", || Handle::current().metrics().num_alive_tasks() <= before)
        .await;
}

#[tokio::test]
async fn connections_are_shared_by_clones_and_used_again() {
    let server = Server::start([]);
    let client = builder().base_url(server.url()).build().unwrap();
    for _ in 0..20 {
        client.clone().retrieve("1").send().await.unwrap();
        client.update("1").send().await.unwrap();
    }
    assert_eq!((server.seen().len(), server.connections()), (40, 1));
}

#[tokio::test]
async fn dropping_a_call_ends_its_request() {
    let server = Server::start([Step::Stall(Vec::new())]);
    let client = builder().base_url(server.url()).build().unwrap();
    let before = Handle::current().metrics().num_alive_tasks();
    let call = tokio::time::timeout(Duration::from_millis(100), client.pay().send()).await;
    assert!(call.is_err());
    settled("the connection is still there", || Handle::current().metrics().num_alive_tasks() <= before)
        .await;
    sleep(Duration::from_millis(50)).await;
    assert_eq!(server.seen().len(), 1, "nothing is sent after the call was dropped");
}

#[tokio::test]
async fn nothing_is_sent_before_a_call_is_awaited() {
    let server = Server::start([]);
    let client = builder().base_url(server.url()).build().unwrap();
    let call = client.pay().send();
    sleep(Duration::from_millis(30)).await;
    assert!(server.seen().is_empty());
    drop(call);
}

#[test]
fn what_applications_pass_around_can_be_passed_around() {
    fn shared<T: Send + Sync + 'static>() {}
    fn sent<T: Send>(_: &T) {}
    shared::<crate::support::api::Client>();
    shared::<openapi_client_runtime::Error>();
    shared::<openapi_client_runtime::CallOptions>();
    shared::<openapi_client_runtime::Page<crate::support::api::Payment, crate::support::api::Cursors>>();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _guard = runtime.enter();
    let client = builder().build().unwrap();
    sent(&client.pay().send());
    sent(&client.list().send());
    sent(&client.pay());
    assert_eq!(size_of_val(&client), size_of::<usize>());
    assert_eq!(size_of_val(&client.pay()), size_of::<usize>());
    assert_eq!(size_of::<openapi_client_runtime::Error>(), size_of::<usize>());
}
