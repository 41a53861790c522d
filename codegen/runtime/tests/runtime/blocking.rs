//! Blocking calls.

use std::thread;

use openapi_client_runtime::ErrorKind;

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
    let pages: Vec<_> = client.list().pages_blocking().map(|page| page.is_ok()).collect();
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

#[tokio::test]
async fn blocking_inside_a_runtime_is_an_error() {
    let server = Server::start([]);
    let client = client(&server.url());
    let error = client.pay().send_blocking().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("await"), "{error}");
    assert!(server.requests().is_empty());
    client.pay().send().await.unwrap();
}
