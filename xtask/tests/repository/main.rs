//! The repository as those who come to it see it: links in its documents, and the packages that are published.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

#[path = "../common/mod.rs"]
mod common;
mod dependencies;
mod links;
mod packages;
mod workflows;

use common::{assert_none, collect_markdown, root};
