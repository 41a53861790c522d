//! The structure that ARCHITECTURE.md claims: which folder may import which, how large import cycles may be, and what names
//! and files look like. The tests read the sources as text; they compile nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

#[path = "../common/mod.rs"]
mod common;
mod cycles;
mod directions;
mod documentation;
mod imports;
mod names;
mod style;

use common::{assert_none, collect_markdown, root};
