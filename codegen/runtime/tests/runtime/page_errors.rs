//! Lists that fail half way or contain items that cannot be decoded, and how to continue them.

use openapi_client_runtime::{ErrorKind, Page};

use crate::{
    pages::{ids, page, targets, three_pages},
    support::{
        api::{Cursors, KEY, Payment, client},
        server::{Server, Step},
    },
};

/// A page whose second item has a number as its id.
fn page_with_bad_item(next: bool) -> Step {
    let info = format!(r#"{{"has_next_page":{next},"has_previous_page":false,"end_cursor":"b"}}"#);
    let data = r#"[{"id":"a"},{"id":7,"amount":1.50},{"id":"c"}]"#;
    Step::json(200, &format!(r#"{{"data":{data},"page_info":{info}}}"#))
}

#[tokio::test]
async fn a_stream_continues_after_an_error() {
    let [first, second, third] = three_pages();
    let server =
        Server::start([first, Step::error(404), Step::error(400), second, page_with_bad_item(false), third]);
    let mut items = client(&server.url()).list().first(2).search("x y").stream();
    let mut log = Vec::new();
    // Twice the number of items, so that an endless loop would end.
    for _ in 0..8 {
        match items.next().await {
            Some(Ok(item)) => log.push(item.id),
            Some(Err(error)) => log.push(error.status().unwrap().as_str().to_owned()),
            None => break,
        }
    }
    assert_eq!(log, ["a", "b", "404", "400", "c", "200", "d"]);
    assert!(items.next().await.is_none());
    let all = "/payments?first=2&search=x%20y";
    let (b, c) = (format!("{all}&after=b%3D"), format!("{all}&after=c%3D"));
    assert_eq!(targets(&server), [all, &b, &b, &b, &c, &c]);
}

#[tokio::test]
async fn a_stream_of_pages_continues_after_an_error() {
    let [first, second, third] = three_pages();
    let server = Server::start([Step::error(404), first, second, Step::error(404), third]);
    let mut pages = client(&server.url()).list().pages();
    assert!(pages.try_next().await.unwrap_err().is_not_found());
    assert_eq!(pages.cursor(), None);
    assert_eq!(pages.try_next().await.unwrap().unwrap().data.len(), 2);
    assert_eq!(pages.cursor(), Some("b="));
    let second = pages.try_next().await.unwrap().unwrap();
    assert_eq!((second.next_cursor(), second.previous_cursor()), (Some("c="), Some("c=")));
    assert!(pages.try_next().await.unwrap_err().is_not_found());
    assert_eq!(pages.cursor(), Some("c="));
    let last = pages.try_next().await.unwrap().unwrap();
    assert_eq!((last.next_cursor(), last.previous_cursor()), (None, Some("d=")));
    assert_eq!(pages.cursor(), Some("d="));
    assert!(pages.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn an_invalid_request_ends_the_stream() {
    let server = Server::start([]);
    let mut items = client(&server.url()).list().trace("a\nb").stream();
    assert_eq!(items.try_next().await.unwrap_err().kind(), ErrorKind::Request);
    assert!(items.next().await.is_none());
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_job_resumes_at_the_cursor() {
    let [first, second, third] = three_pages();
    let server = Server::start([first.clone(), first, second.clone(), second, third]);
    let client = client(&server.url());
    let mut items = client.list().stream();
    assert_eq!(items.cursor(), None);
    assert_eq!(items.try_next().await.unwrap().unwrap().id, "a");
    assert_eq!(items.cursor(), None, "`b` is not returned yet, so the page has to be read again");
    assert_eq!(items.try_next().await.unwrap().unwrap().id, "b");
    assert_eq!(items.cursor(), Some("b="));
    // Another run, which stops within the second page.
    let mut items = client.list().stream();
    for id in ["a", "b", "c"] {
        assert_eq!(items.try_next().await.unwrap().unwrap().id, id);
    }
    assert_eq!(items.cursor(), Some("c="));
    // A third run, from the cursor of the first.
    let items = client.list().after("b=").stream();
    assert_eq!(items.cursor(), Some("b="));
    assert_eq!(ids(items).await, ["c", "d"]);
    assert_eq!(
        targets(&server),
        ["/payments", "/payments", "/payments?after=b%3D", "/payments?after=b%3D", "/payments?after=c%3D",]
    );
}

#[tokio::test]
async fn a_backward_stream_has_the_cursor_before_its_page() {
    let server = Server::start([
        page(&["c", "d"], Some("c"), Some("d"), true, false),
        page(&["a", "b"], Some("a"), Some("b"), false, true),
    ]);
    let mut pages = client(&server.url()).list().last(2).pages();
    pages.try_next().await.unwrap();
    assert_eq!(pages.cursor(), Some("c"));
}

#[tokio::test]
async fn the_error_of_a_page_names_the_item_and_the_way_on() {
    let server = Server::start([page_with_bad_item(false)]);
    let error = client(&server.url()).list().send().await.unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Decode, Some("data[1].id")));
    assert!(error.to_string().contains("`items_as_results` of the request"), "{error}");
}

#[tokio::test]
async fn a_page_without_its_request_does_not_end_the_list() {
    let server = Server::start([page_with_bad_item(true)]);
    let error = client(&server.url()).list().send().await.unwrap_err();
    let page = error.decode_lossy::<Page<Payment, Cursors>>().unwrap();
    assert_eq!((page.filled.as_slice(), page.value.data.len()), (&["data[1].id".to_owned()][..], 3));
    assert_eq!(page.value.next_cursor(), Some("b"));
    let error = page.value.next_page().await.unwrap_err();
    assert!(error.to_string().contains("`next_cursor`"), "{error}");
}

#[tokio::test]
async fn items_as_results_do_not_lose_their_page() {
    let server = Server::start([page_with_bad_item(true), page(&["d"], None, None, true, false)]);
    let mut items = client(&server.url()).list().items_as_results().stream();
    let mut log = Vec::new();
    while let Some(item) = items.try_next().await.unwrap() {
        log.push(match item {
            Ok(payment) => payment.id,
            Err(error) => format!("{} {} {error}", error.path(), error.raw),
        });
    }
    assert_eq!(
        log,
        [
            "a",
            r#"id {"id":7,"amount":1.50} cannot decode an item: at `id`: expected a string, found integer `7`"#,
            "c",
            "d"
        ]
    );
    let server = Server::start([page_with_bad_item(false), page_with_bad_item(false)]);
    let request = || client(&server.url()).list().items_as_results();
    let page = request().send().await.unwrap();
    assert_eq!(page.data.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    let mut pages = request().pages();
    assert_eq!(pages.try_next().await.unwrap().unwrap().data.len(), 3);
    assert!(pages.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn the_error_of_an_item_does_not_contain_the_credential() {
    let server = Server::start([Step::json(200, &format!(r#"{{"data":[{{"id":"a","amount":"{KEY}"}}]}}"#))]);
    let page = client(&server.url()).list().items_as_results().send().await.unwrap();
    let error = page.data[0].as_ref().unwrap_err();
    assert_eq!(error.raw, r#"{"id":"a","amount":"…"}"#);
    assert!(!format!("{error} {error:?} {page:?}").contains(KEY), "{error}");
}

#[tokio::test]
async fn a_page_without_list_or_cursors_is_the_last_one() {
    let data = r#""data":[{"id":"a"}]"#;
    for (body, count) in [
        (format!("{{{data}}}"), 1),
        (format!(r#"{{{data},"page_info":null}}"#), 1),
        (format!(r#"{{{data},"page_info":{{}}}}"#), 1),
        (format!(r#"{{{data},"page_info":{{"end_cursor":null,"start_cursor":null}}}}"#), 1),
        (format!(r#"{{{data},"page_info":{{"has_next_page":false,"end_cursor":"b"}}}}"#), 1),
        (format!(r#"{{{data},"page_info":{{"has_next_page":null}}}}"#), 1),
        (r#"{"data":null,"page_info":{"has_next_page":false,"has_previous_page":false}}"#.to_owned(), 0),
        (r#"{"page_info":{"has_next_page":false,"has_previous_page":false}}"#.to_owned(), 0),
    ] {
        let server = Server::start([Step::json(200, &body)]);
        let items = client(&server.url()).list().stream();
        assert_eq!(ids(items).await.len(), count, "{body}");
        assert_eq!(server.requests().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn a_page_does_not_deny_a_next_page_that_may_exist() {
    for (info, path) in [
        (r#"{"end_cursor":"b"}"#, "page_info"),
        (r#"{"end_cursor":"b","has_previous_page":false}"#, "page_info"),
        (r#"{"end_cursor":"b","has_next_page":"yes","has_previous_page":false}"#, "page_info.has_next_page"),
        (r#"{"start_cursor":"b","has_next_page":false}"#, "page_info"),
        ("[]", "page_info"),
        ("7", "page_info"),
    ] {
        let body = format!(r#"{{"data":[{{"id":"a"}}],"page_info":{info}}}"#);
        let server = Server::start([Step::json(200, &body)]);
        let error = client(&server.url()).list().send().await.unwrap_err();
        assert_eq!((error.kind(), error.path()), (ErrorKind::Decode, Some(path)), "{info}: {error}");
    }
}

#[tokio::test]
async fn an_error_in_place_of_a_page_is_an_error() {
    for body in [r#"{"error":{"message":"m","code":"c"}}"#, r#"{"errors":[{"message":"m","code":"c"}]}"#] {
        let server = Server::start([Step::json(200, body)]);
        let error = client(&server.url()).list().send().await.unwrap_err();
        assert_eq!((error.kind(), error.message(), error.code()), (ErrorKind::Api, Some("m"), Some("c")));
    }
}

#[cfg(feature = "blocking")]
#[test]
fn blocking_iterators_continue_too() {
    let [first, second, third] = three_pages();
    let server = Server::start([first, Step::error(404), second, third, page_with_bad_item(false)]);
    let client = client(&server.url());
    let mut items = client.list().iter_blocking();
    let mut log = Vec::new();
    for item in items.by_ref().take(5) {
        log.push(item.map_or_else(|error| error.status().unwrap().to_string(), |item| item.id));
    }
    assert_eq!(log, ["a", "b", "404 Not Found", "c", "d"]);
    assert!(items.next().is_none());
    assert_eq!(items.cursor(), Some("d="));
    let results: Vec<_> =
        client.list().items_as_results().iter_blocking().map(|item| item.unwrap()).collect();
    assert_eq!(results.iter().filter(|item| item.is_err()).count(), 1);
}
