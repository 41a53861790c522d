//! Processes the call of an operation: validates it, finds its response and stores the response under its idempotency key.

pub(crate) mod credential;
pub(crate) mod idempotency;
pub(crate) mod process_call;
