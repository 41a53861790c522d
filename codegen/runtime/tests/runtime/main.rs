//! Tests of the runtime against servers that fail in many ways, see `FAULTS.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "reqwest")]

mod support;

#[cfg(feature = "blocking")]
mod blocking;
mod concurrency;
mod credentials;
mod deprecation;
mod faults;
mod first_call;
#[cfg(feature = "http2")]
mod http2;
mod pages;
mod requests;
mod safety;
#[cfg(feature = "tracing")]
mod secrets;
mod time;
mod tokens;
mod uploads;
mod uploads_in_time;
