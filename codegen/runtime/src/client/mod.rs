//! The client: what a user configures once and every call shares.

pub(crate) mod budget;
pub(crate) mod builder;
pub(crate) mod core;
pub(crate) mod hooks;
pub(crate) mod options;
pub(crate) mod retry;
pub(crate) mod service;
pub(crate) mod settings;
pub(crate) mod spec;
