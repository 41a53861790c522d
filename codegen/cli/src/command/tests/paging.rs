//! Lists with pages.

use openapi_client_mock::RecordedRequest;
use serde_json::Value;

use super::{run_against, run_with, start};
use crate::{error::Exit, test_depot::DepotServer, test_io::TestIo};

fn items(text: &str) -> usize {
    serde_json::from_str::<Value>(text).unwrap().as_array().unwrap().len()
}

/// A server with this number of crates.
fn stocked(count: usize) -> DepotServer {
    let server = DepotServer::builder().initial_items(count).start_blocking().unwrap();
    server.skip_verification_on_drop();
    server
}

#[test]
fn all_pages_and_the_first_items_are_listed() {
    let server = stocked(7);
    let ran = run_against(&server, &["crates", "list", "--first", "3", "--all", "-o", "json"]);
    assert_eq!((ran.exit, items(&ran.stdout), server.requests().len()), (None, 7, 3), "{}", ran.stderr);
    let server = stocked(7);
    let ran = run_against(&server, &["crates", "list", "--first", "3", "--limit", "4", "-o", "json"]);
    assert_eq!((items(&ran.stdout), server.requests().len()), (4, 2));
    let server = stocked(7);
    let ran = run_against(&server, &["crates", "list", "--limit", "100", "-o", "jsonl"]);
    assert_eq!((ran.stdout.lines().count(), server.requests().len()), (7, 1));
    assert_eq!(ran.stderr, "", "progress is for terminals only");
    let ran = run_against(&server, &["crates", "list", "--limit", "1", "--all"]);
    assert_eq!(ran.exit, Some(Exit::Usage));
}

#[test]
fn one_page_says_how_to_continue() {
    let server = stocked(7);
    let ran = run_with(TestIo::new().terminal(100), &server, &["crates", "list", "--first", "3"]);
    let all = ran.stdout + &ran.stderr;
    let after =
        all.split("--after ").nth(1).unwrap().split_whitespace().next().unwrap().trim_end_matches(['`', '.']);
    let server = stocked(7);
    let ran = run_against(&server, &["crates", "list", "--first", "3", "--after", after, "-o", "json"]);
    let page: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(page["data"].as_array().unwrap().len(), 3, "{}", ran.stdout);
}

#[test]
fn numbered_pages_are_listed() {
    let server = start();
    let is_page = |number: &'static str| {
        move |request: &RecordedRequest| {
            request.query.as_deref().unwrap_or_default().contains(&format!("page={number}"))
        }
    };
    let page = |ids: [&str; 2]| serde_json::json!({"items": ids.map(|id| serde_json::json!({ "id": id })), "pages": 2});
    server.when_any().matching_raw(is_page("2")).then_return_json(page(["c", "d"]));
    server.when_any().matching_raw(|request| request.query.is_none()).then_return_json(page(["a", "b"]));
    let ran = run_against(&server, &["market-places", "list-numbered", "--all", "--jq", ".[].id", "-r"]);
    assert_eq!((ran.exit, ran.stdout.as_str()), (None, "a\nb\nc\nd\n"), "{}", ran.stderr);
}

#[test]
fn a_page_that_fails_leaves_valid_output() {
    let server = start();
    let second =
        |request: &RecordedRequest| request.query.as_deref().is_some_and(|query| query.contains("page=2"));
    server.when_any().matching_raw(second).then_return_status(500);
    let first = serde_json::json!({"items": [{"id": "a"}], "pages": 2});
    server.when_any().matching_raw(|request| request.query.is_none()).then_return_json(first);
    let ran = run_against(&server, &["market-places", "list-numbered", "--all", "-o", "json"]);
    assert_eq!((ran.exit, items(&ran.stdout)), (Some(Exit::Api), 1), "{}", ran.stderr);
}

#[test]
fn cursors_that_repeat_end_the_list_with_an_error() {
    let server = start();
    // The first page leads to a, and these to each other: a, b, c, a.
    for (at, next) in [(None, "a"), (Some("after=a"), "b"), (Some("after=b"), "c"), (Some("after=c"), "a")] {
        let is_page = move |request: &RecordedRequest| request.query.as_deref() == at;
        let info = serde_json::json!({
            "start_cursor": null, "end_cursor": next, "has_next_page": true, "has_previous_page": false,
        });
        let page = serde_json::json!({"data": [{"id": next}], "page_info": info});
        server.when_any().matching_raw(is_page).then_return_json(page);
    }
    let ran = run_against(&server, &["crates", "list", "--all", "-o", "json"]);
    assert_eq!((ran.exit, items(&ran.stdout)), (Some(Exit::Api), 4), "{}", ran.stderr);
    assert!(ran.stderr.contains("the server repeats a cursor"), "{}", ran.stderr);
    assert_eq!(server.requests().len(), 4);
}
