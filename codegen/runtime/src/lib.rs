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
mod call;
mod client;
mod clock;
mod error;
pub mod json;
mod macros;
mod response;
mod secret;
pub mod token_source;
mod transport;
pub mod upload;
#[cfg(all(feature = "user-token", not(target_arch = "wasm32")))]
pub mod user_token;
#[cfg(feature = "webhooks")]
pub mod webhooks;
mod wire;

pub use self::{
    call::future::{Sending, SendingRaw},
    client::{
        builder::ClientBuilder,
        hooks::{Attempt, AttemptEnd, Hooks},
        options::{CallOptions, TokenProvider},
        retry::{Decision, Failure, RetryPolicy, StandardRetry},
        service::Environment,
        spec::Spec,
    },
    error::{Error, ErrorKind, Outcome},
    response::{
        body_reader::ByteStream,
        decoded::Response,
        page::{Page, SendingPage},
        page_info::PageInfo,
        page_stream::{Items, Pages},
    },
    secret::Secret,
    transport::{Transport, TransportError},
    wire::{
        body::{Body, BoxError, BoxFuture, MaybeSend},
        method::Method,
        multipart::FilePart,
    },
};

#[doc = include_str!("../FAULTS.md")]
pub mod faults {}
