//! Accepts HTTP connections and handles their requests.

pub(crate) mod listener;
pub(crate) mod request_handler;
pub(crate) mod response_body;
