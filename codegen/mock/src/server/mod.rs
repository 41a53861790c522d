//! The server: accepts connections, records requests, and responds to each with a stub or through the engine. It
//! depends on the engine; the engine does not depend on it.

pub(crate) mod access_log;
pub(crate) mod base_paths;
pub(crate) mod calls;
pub(crate) mod connection;
pub(crate) mod mock_server;
pub(crate) mod paused_clock_transport;
pub(crate) mod records;
pub(crate) mod server_builder;
pub(crate) mod server_state;
pub(crate) mod server_thread;
pub(crate) mod stubs;
#[cfg(feature = "user-token")]
pub(crate) mod token_issuer;
pub(crate) mod upload_storage;
#[cfg(feature = "user-token")]
pub(crate) mod user_tokens;
pub(crate) mod verification;
#[cfg(feature = "webhooks")]
pub(crate) mod webhook_delivery;
