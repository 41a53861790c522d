//! Flows of several calls over real HTTP: against the mock of the API, and a storage behind it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod local;
mod tokens;
mod uploads;
