//! Pages of lists, and streams over all pages and items.

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
pub(crate) mod blocking;
mod find;
pub(crate) mod item_results;
mod link;
#[cfg(feature = "money")]
mod money_sums;
mod next_url;
pub(crate) mod page;
pub(crate) mod page_info;
pub(crate) mod page_stream;
pub(crate) mod paging;
pub(crate) mod raw_page;
mod split;
mod step;
