//! An API that runs inside its users' tests: a server on a loopback port that answers as the API would, out of the table
//! that the generator makes of the document.
//!
//! - Every operation is answered with a valid value, the same for the same seed. What was created is remembered.
//! - Uploads find a storage at the server's own port, which takes their bytes and nothing that is the API's alone. Tokens
//!   that a call mints are valid from now on. These two alone depend on more than the seed: the port, and the day.
//! - Every request is checked against the document. One that breaks it is refused in the API's own words, and the test
//!   that made it fails: by [`Server::verify`], or when the server is dropped.
//! - Keys of idempotency are kept: a request that comes again is answered as before, and nothing is done twice.
//! - [`Server::when`] puts another answer in the place of the server's own, or none: errors, waits, broken connections.
//! - [`Server::calls`] tells what came, typed.
//!
//! ```
//! # use whop_runtime::{json::Decode, mock::{Endpoint, Failure, MockedApi, Reply, Server}};
//! # async fn example<Api: MockedApi, Q: Decode + 'static, R: Reply>(create: Endpoint<Q, R>) {
//! let server = Server::<Api>::start().await;
//! server.when(create).status(503).times(2).answer(); // two outages, then the server's own answer
//! let client = server.client();
//! // What is tested uses `client`.
//! assert_eq!(server.calls(create).len(), 3);
//! # }
//! ```
//!
//! A server has a thread of its own. Any number may run side by side; each ends when it is dropped.
//!
//! # Paused clocks
//! In a test with `tokio`'s clock paused, calls of the server's own clients take no time on that clock, the waits between
//! attempts and delays of stubs pass at once, and nothing else has to be minded.

mod answer;
mod arguments;
mod bases;
mod body;
mod builder;
mod carrier;
mod chance;
mod check;
mod credential;
#[cfg(feature = "webhooks")]
mod deliver;
mod document;
mod endpoint;
mod engine;
mod exchange;
mod failure;
mod filters;
mod http;
mod idempotency;
mod journal;
mod limits;
mod log;
mod minting;
mod pages;
mod path;
mod perform;
mod places;
mod recorded;
mod reply;
mod resources;
mod sample;
mod server;
mod shared;
mod storage;
mod store;
mod stub;
mod stubs;
mod text;
#[cfg(feature = "user-token")]
mod tokens;
mod tree;
mod verify;
mod words;
mod worker;

#[cfg(feature = "webhooks")]
pub use self::deliver::{Attempted, Delivered, Delivery};
pub use self::{
    builder::Builder,
    endpoint::{Endpoint, Reply},
    failure::Failure,
    recorded::{Received, Recorded},
    server::Server,
    stub::Stub,
    verify::Mismatches,
};

/// What operations answer with that answer with octets.
pub use bytes::Bytes;

#[doc(hidden)]
pub use self::endpoint::Content;

use crate::client::Generated;

/// What a generated crate states about its API for the mock.
pub trait MockedApi: 'static {
    /// The client.
    type Client: Generated;

    /// The table that the generator made of the document, as JSON.
    const DOCUMENT: &'static str;
}

/// The same for the webhooks of the API, where it has any.
#[cfg(feature = "webhooks")]
pub trait MockedWebhooks: MockedApi {
    /// Its events.
    type Event: crate::webhooks::Events + crate::json::Encode;
}

/// The same for the tokens of its users, where it has any.
#[cfg(feature = "user-token")]
pub trait MockedTokens: MockedApi {
    /// Its tokens.
    type Tokens: crate::user_token::Tokens;
}
