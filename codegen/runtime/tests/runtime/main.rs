//! Tests of the runtime against servers that fail in many ways, see `FAULTS.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(any(feature = "hyper", feature = "reqwest"))]

mod support;

#[cfg(feature = "blocking")]
mod blocking;
mod bytes;
mod concurrency;
mod conflicts;
mod connections;
mod credentials;
mod custom_requests;
mod decoding;
mod delays;
mod deprecation;
#[cfg(feature = "event-stream")]
mod events;
mod faults;
mod first_call;
#[cfg(feature = "reqwest")]
mod foreign_client;
#[cfg(feature = "http2")]
mod http2;
#[cfg(feature = "rustls")]
mod idle_connections;
#[cfg(feature = "tower")]
mod layers;
mod options;
mod page_errors;
mod pages;
#[cfg(feature = "rustls")]
mod proxies;
#[cfg(feature = "rate-limit")]
mod rate_limit;
mod requests;
mod safety;
#[cfg(feature = "tracing")]
mod secrets;
mod silent_connections;
mod time;
#[cfg(feature = "rustls")]
mod tls;
mod tokens;
mod uploads;
mod uploads_in_time;
