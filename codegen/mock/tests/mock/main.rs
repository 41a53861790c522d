//! The mock over real HTTP, against a small API with a table of its own: stubs, faults, records, keys, deliveries.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(not(target_arch = "wasm32"))]

mod support;

mod clock;
#[cfg(feature = "webhooks")]
mod deliveries;
mod faults;
mod idempotency;
mod lifecycle;
mod passes;
mod records;
mod stubs;
mod uploads;
mod verify;
#[cfg(feature = "user-token")]
mod visitors;
