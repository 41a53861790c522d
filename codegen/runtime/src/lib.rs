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
//!
//! Without any, a [`Transport`] has to be given.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

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
mod entries;
mod error;
mod execute;
mod hooks;
pub mod json;
mod macros;
mod multipart;
mod operation;
mod options;
mod page;
mod pages;
mod parameter;
mod prepare;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod response;
mod retry;
mod secret;
mod sending;
mod service;
mod settings;
mod shared;
mod spec;
mod state;
mod trace;
mod transport;
mod wait;

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
