//! The client: its settings, the state that its calls share, and the description of its API.

pub(crate) mod budget;
pub(crate) mod builder;
pub(crate) mod concurrency;
mod connection_options;
pub(crate) mod core;
pub(crate) mod credential;
pub(crate) mod hooks;
pub(crate) mod joined_provider;
#[cfg(feature = "tower")]
mod layers;
pub(crate) mod log;
pub(crate) mod loopback;
pub(crate) mod operation;
pub(crate) mod options;
#[cfg(feature = "rate-limit")]
pub(crate) mod rate_limit;
pub(crate) mod retry;
pub(crate) mod selection;
pub(crate) mod server_variables;
pub(crate) mod service;
pub(crate) mod settings;
pub(crate) mod spec;
