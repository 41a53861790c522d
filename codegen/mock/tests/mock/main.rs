//! Tests of the mock server over real HTTP, with a small API that is described in `document.json`.

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
