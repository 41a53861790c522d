//! Finds an item of a list.

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
use crate::pagination::blocking::BlockingItems;
use crate::{error::Error, json::Decode, pagination::page_info::PageInfo, pagination::page_stream::Items};

impl<T: Decode, I: PageInfo> Items<T, I> {
    /// Returns the first remaining item for which `is_wanted` is true, or `None` if there is none. Pages after that item are not
    /// requested, and the stream continues behind it.
    ///
    /// # Errors
    /// The errors of [`try_next`](Self::try_next).
    pub async fn try_find(&mut self, mut is_wanted: impl FnMut(&T) -> bool) -> Result<Option<T>, Error> {
        while let Some(item) = self.try_next().await? {
            if is_wanted(&item) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
impl<T: Decode, I: PageInfo> BlockingItems<T, I> {
    /// Returns the first remaining item for which `is_wanted` is true: see [`Items::try_find`].
    ///
    /// # Errors
    /// The errors of the requests for pages.
    pub fn try_find(&mut self, mut is_wanted: impl FnMut(&T) -> bool) -> Result<Option<T>, Error> {
        for item in self {
            let item = item?;
            if is_wanted(&item) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}
