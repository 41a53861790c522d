//! Records the requests that the server receives.

pub(crate) mod journal;
pub(crate) mod recorded_request;
