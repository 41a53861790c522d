//! Encodes the parts of HTTP requests: paths, queries, headers and bodies.

pub(crate) mod body;
pub(crate) mod body_encoding;
pub(crate) mod deprecation;
pub(crate) mod entry_buffer;
pub(crate) mod headers;
pub(crate) mod method;
pub(crate) mod multipart;
pub(crate) mod parameter;
pub(crate) mod percent;
pub(crate) mod redact;
