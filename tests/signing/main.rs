//! Tests of webhook signatures and user tokens through the public API of `whop`, with vectors.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod servers;
mod users;
mod webhooks;

use serde_json::Value;

/// The test vectors. Each was run through the official helpers in Python and TypeScript.
fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_else(|| panic!("{name} of {vector}"))
}
