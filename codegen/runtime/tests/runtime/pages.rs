//! Pages, and streams over pages and items.

use std::{pin::Pin, time::Duration};

use futures_core::Stream;

use openapi_client_runtime::{CallOptions, ErrorKind, Items};

use crate::support::{
    api::{Client, Cursors, Payment, client},
    server::{Server, Step},
};

pub(crate) fn page(ids: &[&str], start: Option<&str>, end: Option<&str>, previous: bool, next: bool) -> Step {
    let data: Vec<_> = ids.iter().map(|id| serde_json::json!({ "id": id })).collect();
    let info = serde_json::json!({
        "start_cursor": start, "end_cursor": end, "has_previous_page": previous, "has_next_page": next,
    });
    Step::json(200, &serde_json::json!({ "data": data, "page_info": info, "total": 5 }).to_string())
}

pub(crate) fn three_pages() -> [Step; 3] {
    [
        page(&["a", "b"], Some("a="), Some("b="), false, true),
        page(&["c"], Some("c="), Some("c="), true, true),
        page(&["d"], Some("d="), Some("d="), true, false),
    ]
}

pub(crate) async fn ids(mut items: Items<Payment, Cursors>) -> Vec<String> {
    let mut ids = Vec::new();
    while let Some(item) = items.try_next().await.unwrap() {
        ids.push(item.id);
    }
    assert!(items.next().await.is_none(), "expected the stream to stay at its end");
    ids
}

pub(crate) fn targets(server: &Server) -> Vec<String> {
    server.requests().iter().map(|request| request.target().to_owned()).collect()
}

#[tokio::test]
async fn a_stream_pages_forward() {
    let server = Server::start(three_pages());
    assert_eq!(ids(client(&server.url()).list().first(2).search("x y").stream()).await, ["a", "b", "c", "d"]);
    assert_eq!(
        targets(&server),
        [
            "/payments?first=2&search=x%20y",
            "/payments?first=2&search=x%20y&after=b%3D",
            "/payments?first=2&search=x%20y&after=c%3D",
        ]
    );
}

#[tokio::test]
async fn a_stream_pages_backward() {
    let server = Server::start([
        page(&["c", "d"], Some("c"), Some("d"), true, false),
        page(&["a", "b"], Some("a"), Some("b"), false, true),
    ]);
    assert_eq!(ids(client(&server.url()).list().last(2).stream()).await, ["c", "d", "a", "b"]);
    assert_eq!(targets(&server), ["/payments?last=2", "/payments?last=2&before=c"]);
}

#[tokio::test]
async fn pages_lead_to_the_next_and_the_previous_page() {
    let [first, second, third] = three_pages();
    let server = Server::start([first.clone(), second, first, third]);
    let client = client(&server.url());
    let first = client.list().first(2).send().await.unwrap();
    assert_eq!((first.data.len(), first.extra_fields.get("total")), (2, Some(5.into())));
    assert!(first.previous_page().await.unwrap().is_none());
    fn assert_send<T: Send + 'static>(future: T) -> T {
        future
    }
    let second = assert_send(first.next_page()).await.unwrap().unwrap();
    let back = second.previous_page().await.unwrap().unwrap();
    assert_eq!(back.data[0].id, "a");
    assert!(second.next_page().await.unwrap().unwrap().next_page().await.unwrap().is_none());
    assert_eq!(
        targets(&server),
        [
            "/payments?first=2",
            "/payments?first=2&after=b%3D",
            "/payments?last=2&before=c%3D",
            "/payments?first=2&after=c%3D",
        ]
    );
}

#[tokio::test]
async fn the_flag_decides_whether_there_is_a_next_page() {
    let server = Server::start([page(&["a"], Some("a"), Some("a"), false, false)]);
    assert_eq!(ids(client(&server.url()).list().stream()).await, ["a"]);

    let server = Server::start([page(&["a"], None, None, false, true)]);
    let mut items = client(&server.url()).list().stream();
    assert_eq!(items.try_next().await.unwrap().unwrap().id, "a", "expected the items before the error");
    let error = items.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("no cursor"), "{error}");
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn an_item_is_found_without_the_pages_behind_it() {
    let server = Server::start(three_pages());
    let mut items = client(&server.url()).list().stream();
    let found = items.try_find(|payment| payment.id == "c").await.unwrap();
    assert_eq!(found.map(|payment| payment.id).as_deref(), Some("c"));
    assert_eq!(targets(&server), ["/payments", "/payments?after=b%3D"]);
    // The stream goes on behind the item.
    assert!(items.try_find(|payment| payment.id == "a").await.unwrap().is_none());
    assert_eq!(targets(&server).len(), 3);
}

#[tokio::test]
async fn a_stream_skips_empty_pages() {
    let server = Server::start([
        page(&[], None, Some("1"), false, true),
        page(&[], None, Some("2"), false, true),
        page(&["a"], None, None, true, false),
    ]);
    assert_eq!(ids(client(&server.url()).list().stream()).await, ["a"]);
}

#[tokio::test]
async fn a_repeated_cursor_is_an_error() {
    let server = Server::start([
        page(&["a"], None, Some("1"), false, true),
        page(&["b"], None, Some("2"), false, true),
        page(&["c"], None, Some("1"), false, true),
    ]);
    let mut items = client(&server.url()).list().stream();
    for id in ["a", "b", "c"] {
        assert_eq!(items.try_next().await.unwrap().unwrap().id, id);
    }
    let error = items.try_next().await.unwrap_err();
    assert!(error.to_string().contains("repeats a cursor"), "{error}");
    assert!(items.next().await.is_none());
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_stream_is_lazy() {
    let server = Server::start(three_pages());
    let mut items = client(&server.url()).list().stream();
    assert_eq!(server.requests().len(), 0);
    items.try_next().await.unwrap();
    items.try_next().await.unwrap();
    assert_eq!(server.requests().len(), 1, "expected no request before an item of the next page is awaited");
}

#[tokio::test]
async fn next_is_cancel_safe() {
    let [first, second, third] = three_pages();
    let slow = |step: Step| match step {
        Step::Respond(status, headers, body) => {
            let bytes = crate::support::server::encode_response(status, &headers, &body);
            Step::Drip(bytes, Duration::from_micros(500))
        }
        other => other,
    };
    let server = Server::start([slow(first), slow(second), slow(third)]);
    let mut items = client(&server.url()).list().stream();
    let mut ids = Vec::new();
    let mut dropped = 0;
    loop {
        match tokio::time::timeout(Duration::from_millis(7), items.try_next()).await {
            Ok(Ok(Some(item))) => ids.push(item.id),
            Ok(Ok(None)) => break,
            Ok(Err(error)) => panic!("{error}"),
            Err(_) => dropped += 1,
        }
    }
    assert_eq!((ids.concat().as_str(), server.requests().len()), ("abcd", 3));
    assert!(dropped > 3);
}

#[tokio::test]
async fn pages_and_items_implement_stream_and_send() {
    fn assert_stream<T: Stream + Send + Unpin + 'static>(stream: T) -> T {
        stream
    }
    let server = Server::start(three_pages());
    let mut pages = assert_stream(client(&server.url()).list().pages());
    let mut counts = Vec::new();
    while let Some(page) = std::future::poll_fn(|cx| Pin::new(&mut pages).poll_next(cx)).await {
        counts.push(page.unwrap().data.len());
    }
    assert_eq!(counts, [2, 1, 1]);
    let _ = assert_stream(client(&server.url()).list().stream());
}

#[tokio::test]
async fn options_apply_to_all_pages() {
    let server = Server::start(three_pages());
    let client: Client = client("http://127.0.0.1:1");
    let options = CallOptions::new().base_url(server.url()).header("X-Team", "7").query("expand", "all");
    assert_eq!(ids(client.list().after("z").with_options(options).stream()).await.len(), 4);
    assert!(server.requests().iter().all(|request| request.header("x-team") == Some("7")));
    assert!(targets(&server).iter().all(|target| target.contains("expand=all")));
}
