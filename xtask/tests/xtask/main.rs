//! The built command, run in folders of its own.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod check;
mod crates;
mod messages;
mod names;
mod review;
mod spec_diff;
mod spec_pull;
mod support;
mod writing;
