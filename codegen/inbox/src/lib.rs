//! Stores verified webhooks in a database, and handles each exactly once: in SQLite on one machine, in PostgreSQL on many.
//!
//! An API delivers a webhook at least once, in any order, and soon gives up. The inbox stores what it receives before it responds
//! with 2xx, once per message id, and hands it to workers afterwards. What a handler writes to the same database is committed
//! together with the mark that the event is done.
//!
//! ```
//! # use openapi_client_runtime::webhooks::{Events, WebhookVerifier};
//! # use openapi_client_inbox::{Inbox, InboxError, Job, JobError, ReceiveError};
//!
//! # async fn example<Event: Events + Send + Sync + 'static>(
//! #     headers: &http::HeaderMap, body: &[u8],
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! let inbox = Inbox::<Event>::connect("sqlite://shop.db").await?;
//!
//! // The endpoint: 2xx after this, or the status of the error.
//! let received = inbox.receive(headers, body).await?;
//! println!("{} is {}", received.id, if received.new { "new" } else { "known" });
//!
//! // A worker, in this process or another.
//! inbox.run(grant_access).await?;
//! # Ok(())
//! # }
//!
//! async fn grant_access<Event>(job: Job<Event>) -> Result<(), JobError> {
//!     let mut transaction = job.sqlite().await?;
//!     sqlx::query("insert into access (event) values ($1)").bind(job.id()).execute(&mut *transaction).await?;
//!     Ok(()) // commits the row and "done" together
//! }
//! ```
//!
//! # What is guaranteed
//! - **Nothing is lost.** A sender gets 2xx only after the commit; if the database fails it gets 503, and delivers again. What
//!   cannot be decoded is kept, and decoded again by a newer version. [`Inbox::catch_up`] finds what was sent while the
//!   service was down.
//! - **Writes through [`Job::sqlite`] or [`Job::postgres`] happen once**, whether processes are killed, leases end, or the database
//!   restarts. A handler may be called again; its writes are committed once.
//! - **Calls of other services happen at least once.** Send [`Job::idempotency_key`] with them, and they happen once too.
//! - **Nothing is handled after it is done**, however often it is delivered, until it is [purged](Inbox::purge).
//!
//! # What becomes of an event
//! It is [`Ready`](State::Ready), then [`Running`](State::Running) under a lease, then [`Done`](State::Done). If the handler fails
//! or panics, it is ready again after a growing delay with jitter; after `max_attempts`, or with [`JobError::permanent`], it is
//! [`Dead`](State::Dead) with its last error, until [`Inbox::retry`]. If a worker dies, another takes over when the lease ends.
//!
//! # Choosing the database
//! `sqlite://file.db` needs nothing else and serves one machine. SQLite has one writer at a time: while a handler's transaction is
//! open, no delivery is stored, so do slow work before [`Job::sqlite`]. `postgres://…` serves many machines, whose workers share the
//! tables. The tables begin with a [prefix](InboxBuilder::prefix), and are created and migrated by
//! [`connect`](InboxBuilder::connect).
//!
//! # Features
//! | feature | what it adds |
//! |---|---|
//! | `sqlite` (default) | SQLite, compiled into the program |
//! | `postgres` | PostgreSQL, with TLS by rustls and ring |
//! | `axum` | the endpoint as a route |
//! | `tower` | the endpoint as a service |
//! | `tracing` | a span per handled event; what is stored, fails or dies |
//! | `encryption` | payloads are encrypted in the database |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
// The pages of a generated crate show the feature of an item only if it has `doc(cfg)`.
#![cfg_attr(any(docsrs, openapi_client_docs), feature(doc_cfg))]

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
compile_error!("enable the feature `sqlite` or `postgres` of openapi-client-inbox");

#[cfg(feature = "axum")]
mod axum;
mod backoff;
mod builder;
mod catch_up;
mod cipher;
mod clock;
mod counts;
#[cfg(any(feature = "axum", feature = "tower"))]
mod endpoint;
mod error;
mod handler;
mod history;
mod history_fields;
mod inbox;
mod job;
mod log;
mod receive;
mod review;
mod scope;
#[cfg(feature = "tower")]
mod service;
mod settings;
mod shared;
mod state;
mod store;
mod transaction;
mod work;

#[cfg(feature = "tower")]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "tower")))]
pub use self::service::ReceiveService;
#[cfg(feature = "postgres")]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "inbox-postgres")))]
pub use self::transaction::PostgresTransaction;
#[cfg(feature = "sqlite")]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "inbox-sqlite")))]
pub use self::transaction::SqliteTransaction;
pub use self::{
    builder::InboxBuilder,
    catch_up::{CatchUp, CaughtUp},
    counts::Counts,
    error::{InboxError, InboxErrorKind},
    handler::{Handler, JobError},
    history::{DeliveryHistory, PastDeliveries, PastDelivery},
    inbox::Inbox,
    job::Job,
    receive::{ReceiveError, Received},
    review::{ListEvents, StoredEvent},
    state::{Change, State, UnknownState},
};

/// What generated code uses. It may change in any release: these crates are released together.
#[doc(hidden)]
pub mod __private {
    pub use crate::history_fields::HistoryFields;
    // Generated crates re-export this crate as a glob, so that their documentation would have all pages of `sqlx`.
    pub use sqlx;
}
