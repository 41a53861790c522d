//! A mock server for tests: it runs on a loopback port and responds as the API would, from the API's description.
//!
//! - Every operation has a valid response, the same for the same seed. Created, changed and deleted resources are stored.
//! - Uploads are sent to a storage on the server's own port, which accepts bytes without the API's headers. Minted tokens are
//!   valid from now on. Only the responses of these two depend on more than the seed: on the port and on the time.
//! - Every request is validated against the description. An invalid one is rejected with the API's own error, and fails the
//!   test that sent it: in [`Server::verify`], or when the server is dropped.
//! - Idempotency keys are stored: a repeated request gets the first response again and has no further effect. Stubs can
//!   let a key be in use ([`Stub::then_reject_key_in_use`]) and store a 429 or 5xx ([`Stub::store_response`]).
//! - [`Server::when`] replaces a response: by another one, an error, a delay, or a broken connection.
//! - [`Server::calls`] returns the received requests with their typed arguments.
//!
//! ```
//! # use openapi_client_mock::{Endpoint, ErrorResponse, MockedApi, Server}; use openapi_client_runtime::json::Decode;
//! # async fn example<Api: MockedApi, Q: Decode + 'static, R: 'static>(create: Endpoint<Q, R>) {
//! let server = Server::<Api>::start().await;
//! // Two failed attempts, then the server's own response.
//! server.when(create).then_return_status(503).times(2).then_respond_by_default();
//! let client = server.client();
//! // The code under test uses `client`.
//! assert_eq!(server.calls(create).len(), 3);
//! # }
//! ```
//!
//! Each server has its own thread and stops when it is dropped. Any number of servers can run concurrently.
//!
//! # Paused clocks
//! In a test with tokio's paused clock, the calls of the server's own clients take no time on that clock; backoff and the delays
//! of stubs elapse at once.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![cfg_attr(any(docsrs, openapi_client_docs), feature(doc_cfg))]
// A browser cannot run a server.
#![cfg(not(target_arch = "wasm32"))]

mod codec;
mod endpoint;
mod engine;
mod error_response;
#[cfg(feature = "webhooks")]
mod event_samples;
mod renamed;
mod samples;
mod server;

pub use self::renamed::*;
#[cfg(feature = "webhooks")]
pub use self::samples::sign_event;
#[cfg(feature = "webhooks")]
pub use self::server::webhook_delivery::{DeliveryAttempt, DeliveryBuilder, DeliveryReport};
pub use self::{
    endpoint::Endpoint,
    engine::protocol::UnknownIds,
    error_response::ErrorResponse,
    server::{
        mock_server::Server,
        records::recorded_request::{RecordedCall, RecordedRequest},
        server_builder::ServerBuilder,
        stubs::builder::Stub,
        verification::VerificationError,
    },
};

/// For generated code.
#[doc(hidden)]
pub mod __private {
    pub use crate::{
        __event_samples as event_samples, __samples as samples,
        samples::{sample_response, sample_type},
    };
    #[cfg(feature = "webhooks")]
    pub use crate::{event_samples::EventSamples, samples::sample_event};
}

use openapi_client_runtime::__private::GeneratedClient;

/// An API with a mock server. Generated crates implement it.
pub trait MockedApi: 'static {
    /// The client of the API.
    type Client: GeneratedClient;

    /// The description of the API as JSON, which the generator wrote.
    const DESCRIPTION: &'static str;
}

/// An API with webhooks.
#[cfg(feature = "webhooks")]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "webhooks")))]
pub trait MockedWebhooks: MockedApi {
    /// The webhook events.
    type Event: openapi_client_runtime::webhooks::Events + openapi_client_runtime::json::Encode;
}

/// An API with user tokens.
#[cfg(feature = "user-token")]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "user-token")))]
pub trait MockedTokens: MockedApi {
    /// The user tokens.
    type Tokens: openapi_client_runtime::user_token::UserTokens;
}
