//! The inbox in SQLite, as an application uses it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]
#![cfg(feature = "sqlite")]

mod catching_up;
mod connecting;
#[cfg(all(feature = "axum", feature = "tower"))]
mod endpoints;
mod handling;
mod leases;
mod receiving;
mod reviewing;
mod support;
