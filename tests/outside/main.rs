//! Builds packages outside the workspace, as users have them: a working program, and programs that must not compile.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test should stop where it failed"
)]

mod compile_fail;
mod consumer;
mod newcomers;
