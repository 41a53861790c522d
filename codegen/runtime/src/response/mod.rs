//! Converts responses into values, bytes, pages and streams over pages.

pub(crate) mod body_reader;
pub(crate) mod decoded;
pub(crate) mod page;
pub(crate) mod page_info;
pub(crate) mod page_stream;
pub(crate) mod parts;
