//! What all tests share: an API in the form in which the generator writes it, a server that misbehaves on request, and
//! a transport that answers from a script.

pub(crate) mod api;
pub(crate) mod double;
pub(crate) mod files;
pub(crate) mod server;
pub(crate) mod tokens;
