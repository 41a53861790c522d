//! Converts responses into values, bytes and streams of bytes.

pub(crate) mod body_reader;
pub(crate) mod decoded;
#[cfg(feature = "event-stream")]
pub(crate) mod events;
pub(crate) mod parts;
