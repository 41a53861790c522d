//! Shared test support: an API as the generator would emit it, a scripted server, and a scripted transport.

pub(crate) mod api;
pub(crate) mod files;
pub(crate) mod scripted_transport;
pub(crate) mod server;
pub(crate) mod tokens;
#[cfg(feature = "tracing")]
pub(crate) mod traces;
