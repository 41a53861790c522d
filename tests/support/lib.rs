//! Code shared by the tests of this workspace: a reader of the OpenAPI document, sample values, and checks of requests.
//!
//! Nothing here uses the generator. The expectations for the generated crate and for its mock come from the document
//! alone, so a mistake of the generator cannot hide itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test should stop where it failed"
)]

pub mod browser;
pub mod calls;
pub mod checker;
pub mod document;
mod format_rules;
pub mod json;
pub mod nested;
pub mod program;
pub mod raw_http;
pub mod sample;
pub mod schema;

/// Prints a line that libtest does not capture, so that it is visible for passing tests too.
pub fn print_uncaptured(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The root folder of the workspace.
#[must_use]
pub fn workspace_root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests are in a folder of the workspace")
        .to_owned()
}

/// Panics with the first 30 problems if there are any.
pub fn assert_none(problems: &[String]) {
    let first: Vec<&str> = problems.iter().take(30).map(String::as_str).collect();
    assert!(problems.is_empty(), "{} problems, among them:\n{}", problems.len(), first.join("\n"));
}
