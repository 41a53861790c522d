//! The runtime against servers that fail in every way there is. The table of faults in `FAULTS.md` states what these
//! tests prove.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "reqwest")]

mod support;

#[cfg(feature = "blocking")]
mod blocking;
mod concurrency;
mod credentials;
mod faults;
mod first;
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
