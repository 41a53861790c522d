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
//! # use openapi_client_mock::{Endpoint, ErrorResponse, MockedApi, Server}; use openapi_client_runtime::json::Decode;
//! # async fn example<Api: MockedApi, Q: Decode + 'static, R: 'static>(create: Endpoint<Q, R>) {
//! let server = Server::<Api>::start().await;
//! server.when(create).then_return_status(503).times(2).then_respond_by_default(); // two outages, then the server's own answer
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

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
// A browser can run no server.
#![cfg(not(target_arch = "wasm32"))]

mod codec;
mod endpoint;
mod engine;
mod failure;
mod server;

#[cfg(feature = "webhooks")]
pub use self::server::webhook_delivery::{DeliveryAttempt, DeliveryBuilder, DeliveryReport};
pub use self::{
    endpoint::Endpoint,
    failure::ErrorResponse,
    server::{
        mock_server::Server,
        records::recorded_request::{RecordedCall, RecordedRequest},
        server_builder::ServerBuilder,
        stubs::builder::Stub,
        verification::VerificationError,
    },
};

/// What operations answer with that answer with octets.
pub use bytes::Bytes;

use openapi_client_runtime::__private::Generated;

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
    type Event: openapi_client_runtime::webhooks::Events + openapi_client_runtime::json::Encode;
}

/// The same for the tokens of its users, where it has any.
#[cfg(feature = "user-token")]
pub trait MockedTokens: MockedApi {
    /// Its tokens.
    type Tokens: openapi_client_runtime::user_token::UserTokens;
}
