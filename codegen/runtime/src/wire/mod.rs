//! Encodes the parts of HTTP requests: paths, queries, headers and bodies.

pub(crate) mod body;
pub(crate) mod body_encoding;
pub(crate) mod body_parts;
pub(crate) mod cookies;
pub(crate) mod deprecation;
pub(crate) mod entry_buffer;
pub(crate) mod field_encoding;
pub(crate) mod file_part;
pub(crate) mod form;
pub(crate) mod headers;
pub(crate) mod method;
pub(crate) mod multipart;
pub(crate) mod parameter;
mod parameter_form;
pub(crate) mod percent;
pub(crate) mod redact;
pub(crate) mod request_body;
pub(crate) mod simple_style;
pub(crate) mod styled_pairs;
