//! The runtime of generated API clients: encodes requests, sends them, retries where that is safe, and decodes responses
//! into values, pages and errors. It contains nothing that is specific to one API.
//!
//! Applications use it through a generated crate, which re-exports the public items. [`faults`] lists, per failure, the
//! requests sent, the idempotency keys and the resulting error.
//!
//! # Features
//! | feature | what it adds |
//! |---|---|
//! | `rustls` (default) | the transport, with TLS by rustls, ring and the root certificates of the system |
//! | `native-tls` | the transport on `reqwest`, with the TLS library of the operating system |
//! | `reqwest` | `ClientBuilder::http_client`: a `reqwest::Client` of the application |
//! | `hyper` | the transport without TLS, for local servers |
//! | `http2` (default), `gzip` (default) | HTTP/2; compressed responses |
//! | `blocking` | `send_blocking` and the other blocking methods |
//! | `money` (default) | `Money`: exact amounts in a currency, with the decimals of ISO 4217 |
//! | `rate-limit` | a limit on the rate of requests, for each operation and credential |
//! | `tracing` | a span per call and per attempt, and a warning per deprecated operation |
//! | `webhooks` | verification and signing of webhooks |
//! | `user-token` | verification of user tokens; not in a browser |
//! | `event-stream` | `EventStream` and `JsonLines`: responses that are streams of events or of lines |
//! | `axum` | extractors that pass only verified webhooks and users to a handler |
//! | `tower` | a layer that rejects webhooks that cannot be verified; `tower` layers around the transport |
//!
//! Without `rustls`, `native-tls`, `reqwest` and `hyper`, the application has to supply a [`Transport`].
//!
//! # Async runtimes
//! Calls need a tokio runtime with timers (`enable_time`, or `#[tokio::main]`); without one they return an error.
//! `send_blocking` runs them on a background thread that all clients of the process share. It works on any thread, also in
//! `spawn_blocking` and `block_in_place`, but returns an error inside an async task, whose thread it would block. Do not use a client for
//! blocking calls after it was used in a current-thread runtime that no longer runs: the connections in its pool make
//! progress only while that runtime does.
//!
//! In a browser (`wasm32-unknown-unknown`), everything except `blocking` and `user-token` is available. Connections, TLS
//! and redirects are those of the browser, and bodies are sent and received as a whole.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
// The pages of a generated crate show the feature of an item only if it has `doc(cfg)`.
#![cfg_attr(any(docsrs, openapi_client_docs), feature(doc_cfg))]
// In a browser, futures need not be `Send`; the same code uses `Arc` for both.
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
#[cfg(feature = "money")]
mod money;
mod pagination;
mod renamed;
mod response;
mod secret;
pub mod token_source;
mod transport;
pub mod upload;
#[cfg(all(feature = "user-token", not(target_arch = "wasm32")))]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "user-token")))]
pub mod user_token;
mod waiter;
#[cfg(feature = "webhooks")]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "webhooks")))]
pub mod webhooks;
mod wire;

#[cfg(feature = "money")]
pub use self::money::{Currency, IntoAmount, Money, MoneyError, MoneySums, RoundingStrategy};
#[cfg(all(feature = "event-stream", feature = "blocking", not(target_arch = "wasm32")))]
pub use self::response::events::{BlockingEvents, BlockingLines};
#[cfg(feature = "event-stream")]
pub use self::response::events::{Event, EventData, EventStream, JsonLines, WholeEvent};
#[cfg(feature = "tower")]
pub use self::transport::tower::{ServiceTransport, TransportService};
pub use self::{
    call::accepting::Accepting,
    call::custom_request::CustomRequest,
    call::future::{Sending, SendingRaw},
    client::{
        builder::ClientBuilder,
        credential::TokenProvider,
        hooks::{Attempt, AttemptEnd, DeprecationNotice, Hooks, MissingField},
        log::{LogLevel, UnknownLogLevel},
        options::CallOptions,
        retry::{Decision, Failure, RetryPolicy, StandardRetry},
        service::Environment,
        spec::Spec,
    },
    error::{Error, ErrorKind, Outcome},
    json::Boxed,
    pagination::{
        item_results::ItemError,
        page::{Page, SendingPage},
        page_info::PageInfo,
        page_stream::{Items, Pages},
    },
    response::{
        body_reader::ByteStream,
        decoded::{Json, Output, Response, Text},
    },
    secret::{Secret, object::SecretObject},
    transport::{SendState, Transport, TransportError},
    waiter::{Announcements, WaitError, Waiter},
    wire::{
        body::{Body, BoxError, BoxFuture, MaybeSend, TypedBody},
        body_parts::{Multipart, Part},
        deprecation::{DeprecatedSince, Deprecation},
        file_part::FilePart,
        method::Method,
    },
};

pub use bytes::Bytes;

#[doc = include_str!("../FAULTS.md")]
pub mod faults {}
