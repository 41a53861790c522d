//! Runs the client's examples as programs over real HTTP: with `--local`, and against a mock server of the test that records
//! their requests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test should stop where it failed"
)]

mod embedded;
mod inbox;
mod money;
mod official_sdks;
mod servers;
mod settings;
mod uploads;

use whop::mock::Server;
use whop_tests::program::Program;

/// Runs an example with `--local` until it exits and returns its output.
fn run_local(name: &str) -> String {
    let (success, text) = start_local(name, &[]).wait_for_end();
    assert!(success, "{name}:\n{text}");
    text
}

/// Starts an example with `--local`.
fn start_local(name: &str, environment: &[(&str, &str)]) -> Program {
    Program::start(name, &["--local"], environment)
}

/// Starts an example with an API key and the URL of this server.
fn start_against(server: &Server, name: &str, environment: &[(&str, &str)]) -> Program {
    let url = server.base_url(0);
    let variables = [("WHOP_API_KEY", server.api_key()), ("WHOP_BASE_URL", url.as_str())];
    Program::start(name, &[], &[&variables, environment].concat())
}

/// Asserts that the text contains all these parts in this order.
fn assert_in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("`{part}` is missing or out of order:\n{text}"));
        rest = &rest[at + part.len()..];
    }
}
