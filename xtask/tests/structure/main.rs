//! The structure that ARCHITECTURE.md claims: which folder may import which, how large import cycles may be, and what names
//! and files look like. The tests read the sources as text; they compile nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod cycles;
mod directions;
mod imports;
mod names;
mod style;

use std::path::{Path, PathBuf};

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository").to_owned()
}

/// Fails with the first problems, if there are any.
fn assert_none(problems: &[String]) {
    let first: Vec<&str> = problems.iter().take(60).map(String::as_str).collect();
    assert!(problems.is_empty(), "{} problems, among them:\n{}", problems.len(), first.join("\n"));
}
