//! Converts responses into values, bytes and streams of bytes.

pub(crate) mod body_reader;
pub(crate) mod decoded;
pub(crate) mod parts;
