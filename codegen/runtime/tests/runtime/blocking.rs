//! Blocking calls.

use std::{future::poll_fn, task::Poll, thread};

use openapi_client_runtime::ErrorKind;
use tokio::{
    runtime::{Builder, Runtime},
    task::{
        LocalSet,
        coop::{has_budget_remaining, poll_proceed},
    },
};

use crate::support::{
    api::client,
    server::{Server, Step},
};

#[test]
fn calls_and_pages_work_without_a_runtime() {
    let info = |next: bool, cursor: &str| {
        format!(r#""page_info":{{"has_next_page":{next},"has_previous_page":false,"end_cursor":"{cursor}"}}"#)
    };
    let server = Server::start([
        Step::error(500),
        Step::ok(),
        Step::json(200, &format!(r#"{{"data":[{{"id":"a"}},{{"id":"b"}}],{}}}"#, info(true, "1"))),
        Step::json(200, &format!(r#"{{"data":[{{"id":"c"}}],{}}}"#, info(false, "2"))),
        Step::json(200, &format!(r#"{{"data":[],{}}}"#, info(true, "1"))),
        Step::error(404),
        Step::error(404),
    ]);
    let client = client(&server.url());
    assert_eq!(client.pay().send_raw_blocking().unwrap().attempts, 2);
    let ids: Vec<_> = client.list().iter_blocking().map(|item| item.unwrap().id).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    let pages: Vec<_> = client.list().pages_blocking().take(2).map(|page| page.is_ok()).collect();
    assert_eq!(pages, [true, false]);
    assert!(client.retrieve("1").send_blocking().unwrap_err().is_not_found());
}

#[test]
fn threads_share_a_client() {
    let server = Server::start([]);
    let client = client(&server.url());
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| (0..10).for_each(|_| drop(client.pay().send_blocking().unwrap())));
        }
    });
    assert_eq!(server.requests().len(), 160);
}

fn multi_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn blocking_where_a_runtime_polls_is_an_error() {
    let server = Server::start([]);
    let client = client(&server.url());
    let refused = |context: &str| {
        let error = client.pay().send_blocking().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{context}");
        assert!(error.to_string().contains("await"), "{error}");
        let first = client.list().iter_blocking().next().unwrap();
        assert_eq!(first.unwrap_err().kind(), ErrorKind::Config, "{context}");
    };
    for runtime in [multi_thread(), current_thread()] {
        runtime.block_on(async { refused("block_on") });
        // Also where the task has used its budget up, and after it yielded.
        runtime.block_on(async {
            while let Poll::Ready(operation) = poll_fn(|cx| Poll::Ready(poll_proceed(cx))).await {
                operation.made_progress();
            }
            refused("no budget");
            tokio::task::yield_now().await;
            refused("after a yield");
        });
        let within = client.clone();
        let task = runtime.spawn(async move { within.pay().send_blocking().unwrap_err().kind() });
        assert_eq!(runtime.block_on(task).unwrap(), ErrorKind::Config);
        let local = LocalSet::new();
        let within = client.clone();
        let task = local.spawn_local(async move { within.pay().send_blocking().unwrap_err().kind() });
        assert_eq!(local.block_on(&runtime, task).unwrap(), ErrorKind::Config);
        // A runtime polls inside `spawn_blocking` as well.
        let (within, handle) = (client.clone(), runtime.handle().clone());
        let nested = move || handle.block_on(async { within.pay().send_blocking().unwrap_err().kind() });
        let task = runtime.spawn_blocking(nested);
        assert_eq!(runtime.block_on(task).unwrap(), ErrorKind::Config);
        runtime.block_on(client.pay().send()).unwrap();
    }
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn blocking_where_no_runtime_polls_works() {
    let server = Server::start([]);
    let client = client(&server.url());
    for runtime in [multi_thread(), current_thread()] {
        {
            let _entered = runtime.enter();
            client.pay().send_blocking().unwrap();
        }
        let (within, handle) = (client.clone(), runtime.handle().clone());
        let thread = thread::spawn(move || {
            let _entered = handle.enter();
            within.pay().send_blocking().map(drop)
        });
        thread.join().unwrap().unwrap();
        let within = client.clone();
        let task = runtime.spawn_blocking(move || within.pay().send_blocking().map(drop));
        runtime.block_on(task).unwrap().unwrap();
        let within = client.clone();
        let task =
            async { tokio::task::spawn_blocking(move || within.pay().send_blocking().map(drop)).await };
        runtime.block_on(task).unwrap().unwrap();
    }
    let runtime = multi_thread();
    let within = client.clone();
    let task = async move { tokio::task::block_in_place(|| within.pay().send_blocking()).map(drop) };
    runtime.block_on(runtime.spawn(task)).unwrap().unwrap();
    runtime
        .block_on(async { tokio::task::block_in_place(|| client.pay().send_blocking()).map(drop) })
        .unwrap();
    // The budget of the task is untouched by a refused call.
    runtime.block_on(async {
        client.pay().send_blocking().unwrap_err();
        assert!(has_budget_remaining());
        client.pay().send().await.unwrap();
    });
    assert_eq!(server.requests().len(), 11);
}
