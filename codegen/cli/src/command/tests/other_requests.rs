//! `api`, and responses that are not JSON.

use super::{only_request, run_against, run_with, start};
use crate::{error::Exit, test_depot::DepotServer, test_io::TestIo};

#[test]
fn any_request_can_be_sent() {
    let start = || {
        let server = DepotServer::builder().without_request_validation().start_blocking().unwrap();
        server.skip_verification_on_drop();
        server
    };
    let server = start();
    server.when_any().then_return_json(serde_json::json!({"ok": 1}));
    let words =
        ["api", "post", "/imports?a=b%20c", "-f", "name=1", "-F", "size=1.50", "-F", "list[0].x=true"];
    let words: Vec<&str> = words.into_iter().chain(["--query", "q=&", "-H", "X-One: two", "--yes"]).collect();
    let ran = run_against(&server, &words);
    assert_eq!((ran.exit, ran.stdout.trim()), (None, r#"{"ok":1}"#), "{}", ran.stderr);
    let request = only_request(&server);
    assert_eq!((request.path.as_str(), request.query.as_deref()), ("/v1/imports", Some("a=b%20c&q=%26")));
    assert_eq!(&*request.body, br#"{"name":"1","size":1.50,"list":[{"x":true}]}"#);
    assert_eq!(request.header("x-one"), Some("two"));
    assert!(request.header("idempotency-key").is_some());

    let server = start();
    server.when_any().then_return_status(204);
    run_against(&server, &["api", "GET", "crates", "-f", "first=3"]);
    let request = only_request(&server);
    assert_eq!(
        (request.path.as_str(), request.query.as_deref(), request.body.len()),
        ("/v1/crates", Some("first=3"), 0)
    );

    let server = start();
    server.when_any().then_return_status(204);
    let words = ["api", "PUT", "/layout", "--input", "-", "--content-type", "text/csv", "--yes"];
    run_with(TestIo::new().stdin("a,b"), &server, &words);
    let request = only_request(&server);
    assert_eq!((&*request.body, request.header("content-type")), (b"a,b".as_slice(), Some("text/csv")));
}

#[test]
fn a_text_is_printed_as_it_is() {
    let server = start();
    server.when_any().then_return_raw(200, [("content-type", "text/csv")], "a,b\n1,2\n");
    let files = format!("1={}", server.base_url(1));
    let ran = run_against(&server, &["crates", "export", "--server-url", &files]);
    assert_eq!((ran.exit, ran.stdout.as_str()), (None, "a,b\n1,2\n"), "{}", ran.stderr);
    assert_eq!(only_request(&server).header("accept"), Some("text/csv"));
}

#[test]
fn nothing_prints_nothing() {
    let server = start();
    server.when_any().then_return_status(204);
    let ran = run_against(&server, &["crates", "delete", "crt_1", "--yes", "-v"]);
    assert_eq!((ran.exit, ran.stdout.as_str()), (None, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("status 204"), "{}", ran.stderr);
}

#[test]
fn an_operation_of_another_server_is_not_sent_to_the_real_one() {
    let server = start();
    for words in [&["crates", "export"][..], &["crates", "export", "--dry-run"]] {
        let ran = run_against(&server, words);
        assert_eq!(ran.exit, Some(Exit::Usage), "{}", ran.stderr);
        assert!(ran.stderr.contains("add `--server-url 1=URL`"), "{}", ran.stderr);
    }
    for (url, message) in
        [("1", "expected INDEX=URL with an index from 1 to 1"), ("2=http://x.invalid", "from 1 to 1")]
    {
        let ran = run_against(&server, &["crates", "list", "--server-url", url]);
        assert_eq!(ran.exit, Some(Exit::Usage), "{}", ran.stderr);
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
    }
    assert!(server.requests().is_empty());
}
