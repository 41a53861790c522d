//! The examples of the client, run as programs over real HTTP: with `--local`, as a newcomer starts them, and against a
//! Whop of the test's own, which sees what they ask.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod embedded;
mod money;
mod servers;
mod settings;
mod uploads;

use whop::mock::Server;
use whop_tests::program::Program;

/// Runs an example with `--local` to its end: what it has printed.
fn local(name: &str) -> String {
    let (success, text) = local_program(name, &[]).end();
    assert!(success, "{name}:\n{text}");
    text
}

/// Starts an example with `--local`.
fn local_program(name: &str, environment: &[(&str, &str)]) -> Program {
    Program::start(name, &["--local"], environment)
}

/// Starts an example as it is started with a key, against this server.
fn against(server: &Server, name: &str, environment: &[(&str, &str)]) -> Program {
    let url = server.base_url(0);
    let own = [("WHOP_API_KEY", server.api_key()), ("WHOP_BASE_URL", url.as_str())];
    Program::start(name, &[], &[&own, environment].concat())
}

/// Fails unless the text has all these parts, in this order.
fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("`{part}` does not come in its place:\n{text}"));
        rest = &rest[at + part.len()..];
    }
}
