//! Processes the call of an operation: validates the request, finds its response and stores the response under its
//! idempotency key.

pub(crate) mod credential;
pub(crate) mod idempotency;
pub(crate) mod mock_response;
pub(crate) mod process_call;
