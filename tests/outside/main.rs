//! Packages that stand outside the workspace, as those of its users do: one that works, and programs that must not
//! compile.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod consumer;
mod refusals;
