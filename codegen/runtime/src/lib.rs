//! The runtime behind generated API clients: it fills requests, sends them, tries again where that is safe, and turns
//! answers into values, pages and errors. It knows no API by name.
//!
//! Applications use it through a generated crate, which re-exports what is public here. What it does at every fault,
//! how many requests a server sees and with which keys, stands in the table of [`faults`].
//!
//! # Features
//! | feature | what it adds |
//! |---|---|
//! | `rustls` (default) | the transport on `reqwest`, TLS by rustls with ring and the system's roots |
//! | `native-tls` | the transport on `reqwest`, TLS by the operating system |
//! | `http2` (default), `gzip` (default) | HTTP/2; compressed answers |
//! | `blocking` | `send_blocking` and its like |
//! | `tracing` | a span per call and per attempt |
//! | `webhooks` | verifying and signing webhooks |
//! | `user-token` | verifying the tokens of users |
//! | `mock` | a server that answers as the API would, for tests; not in a browser |
//! | `axum` | extractors: a handler is called for genuine webhooks, or users, only |
//! | `tower` | a layer that lets genuine webhooks through only |
//!
//! Without any, a [`Transport`] has to be given.
//!
//! # Runtimes
//! Calls run on tokio with its timers on (`enable_time`, or `#[tokio::main]`); elsewhere they end with an error that says
//! so. `send_blocking` runs them on a thread of this crate's own, one for the process. A client that was used within a
//! current-thread runtime which is now idle should not be used for blocking calls: a connection kept from there moves
//! only while that runtime does.
//!
//! In a browser (`wasm32-unknown-unknown`) everything but `blocking` and `user-token` builds; connections, TLS and redirects are the
//! browser's, and bodies are sent and received whole.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
// In a browser nothing is sent to another thread; the same code serves where it is.
#![cfg_attr(target_arch = "wasm32", allow(clippy::arc_with_non_send_sync))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod attempt;
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
mod blocking;
mod body;
mod budget;
mod builder;
mod client;
mod clock;
mod draft;
mod encode;
mod encoding;
mod entries;
mod error;
mod execute;
mod headers;
mod hooks;
pub mod json;
mod macros;
#[cfg(all(feature = "mock", not(target_arch = "wasm32")))]
pub mod mock;
mod multipart;
mod operation;
mod options;
mod page;
mod pages;
mod parameter;
mod prepare;
mod response;
mod retry;
mod secret;
mod sending;
mod service;
mod settings;
mod shared;
mod spec;
mod state;
pub mod token_source;
mod trace;
mod transport;
pub mod upload;
#[cfg(all(feature = "user-token", not(target_arch = "wasm32")))]
pub mod user_token;
mod wait;
mod wall;
#[cfg(feature = "webhooks")]
pub mod webhooks;

pub use self::{
    body::{Body, BoxError, BoxFuture, MaybeSend},
    client::ClientBuilder,
    error::{Error, ErrorKind, Outcome},
    hooks::{Attempt, AttemptEnd, Hooks},
    multipart::FilePart,
    operation::Method,
    options::{CallOptions, TokenProvider},
    page::{Page, PageInfo, SendingPage},
    pages::{Items, Pages},
    response::{ByteStream, Response},
    retry::{Decision, Failure, RetryPolicy, StandardRetry},
    secret::Secret,
    sending::{Sending, SendingRaw},
    service::Environment,
    spec::Spec,
    transport::{Transport, TransportError},
};

#[doc = include_str!("../FAULTS.md")]
pub mod faults {}
