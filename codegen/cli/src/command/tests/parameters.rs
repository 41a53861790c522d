//! The bytes of paths, queries, headers and cookies.

use super::{only_request, run_against, start};

#[test]
fn each_place_has_its_encoding() {
    let server = start();
    let words = [
        "crates",
        "retrieve",
        "crt_a b/c",
        "--expand",
        "owner",
        "--expand",
        "items",
        "--where.street-name",
        "S 1",
        "--where.zip",
        "9",
        "--fields",
        "a",
        "--fields",
        "b",
        "--x-trace",
        "t 1",
        "--theme",
        "dark;x",
    ];
    run_against(&server, &words);
    let request = only_request(&server);
    assert_eq!(request.path, "/v1/crates/crt_a%20b%2Fc");
    let query = "expand[]=owner&expand[]=items&where[street_name]=S%201&where[zip]=9&fields=a,b";
    let decoded = request.query.as_deref().unwrap_or_default().replace("%5B", "[").replace("%5D", "]");
    assert_eq!(decoded, query);
    assert_eq!(request.header("x-trace"), Some("t 1"));
    assert_eq!(request.header("cookie"), Some("theme=dark%3Bx"));
    assert_eq!(request.header("authorization"), Some(format!("Bearer {}", server.api_key()).as_str()));
    assert_eq!(request.header("depot-version"), Some("2026-01-01"));
}

#[test]
fn names_are_those_of_the_command_line_of_rust_and_of_the_document() {
    for words in [
        &["market-places", "ping"][..],
        &["market_places", "ping"],
        &["ping"],
        &["-o", "json", "market-places", "--sandbox", "ping", "--no-color"],
        &["--environment=sandbox", "market-places", "ping", "-ojson"],
    ] {
        let server = start();
        let ran = run_against(&server, words);
        assert_eq!(ran.exit, None, "{words:?}: {}", ran.stderr);
        assert_eq!(only_request(&server).path, "/v1/ping");
    }
}

#[test]
fn the_account_is_filled_in_where_it_is_required_or_given() {
    let server = start();
    run_against(&server, &["crates", "create", "--amount", "2", "--account", "own_7"]);
    assert_eq!(only_request(&server).json().unwrap()["owner_id"], "own_7");
    let server = start();
    run_against(&server, &["crates", "list", "--account", "own_7"]);
    assert_eq!(only_request(&server).query.as_deref(), Some("owner_id=own_7"));
    let server = start();
    run_against(&server, &["crates", "list", "--account", "own_7", "--owner-id", "own_8"]);
    assert_eq!(only_request(&server).query.as_deref(), Some("owner_id=own_8"));
}
