//! The built command, run in folders of its own.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

#[allow(
    dead_code,
    unreachable_pub,
    clippy::expect_used,
    reason = "the other tests use it as a part of a library"
)]
#[path = "../../../tests/support/browser.rs"]
mod browser;
mod chain;
mod check;
mod crates;
mod messages;
mod names;
mod review;
mod review_page;
mod spec_diff;
mod spec_pull;
mod support;
mod writing;

/// Prints a note that the test runner does not capture. `browser.rs` uses it.
fn print_uncaptured(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{text}");
}
