//! Tests of the mock server over real HTTP, with a small API that is described in `description.json`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(not(target_arch = "wasm32"))]

mod support;

mod access_tokens;
mod broken_connections;
mod clock;
mod idempotency;
mod lifecycle;
mod records;
mod stubs;
mod uploads;
#[cfg(feature = "user-token")]
mod user_tokens;
mod verification;
#[cfg(feature = "webhooks")]
mod webhooks;
