//! Pages of lists, and streams over all pages and items.

pub(crate) mod page;
pub(crate) mod page_info;
pub(crate) mod page_stream;
