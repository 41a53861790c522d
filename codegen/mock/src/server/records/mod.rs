//! Records the requests that the server receives, and what is wrong with them.

pub(crate) mod journal;
pub(crate) mod recorded_request;
