//! Uploads and token sources over HTTP, against the mock server and a separate storage.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod local;
mod tokens;
mod uploads;
