//! What the tests of this workspace share: the document as a test reads it, values to answer with, checks of requests.
//!
//! Nothing here uses the generator: what a test holds against the generated crate, and against its mock, comes from the
//! document alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop where it stands"
)]

pub mod ask;
pub mod browser;
pub mod calls;
pub mod document;
pub mod json;
pub mod nested;
pub mod program;
pub mod request;
pub mod sample;
pub mod schema;

/// Says something in any case: libtest shows what a passing test prints only if it is asked to.
pub fn say(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The root of the workspace.
#[must_use]
pub fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests are a folder of the workspace")
        .to_owned()
}

/// Fails with all problems at once, if there are any.
pub fn none(problems: &[String]) {
    let shown: Vec<&str> = problems.iter().take(30).map(String::as_str).collect();
    assert!(problems.is_empty(), "{} problems, among them:\n{}", problems.len(), shown.join("\n"));
}
