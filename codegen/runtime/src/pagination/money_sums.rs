//! Sums over the items of a list.

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
use crate::pagination::blocking::BlockingItems;
use crate::{
    error::Error,
    json::Decode,
    money::{IntoAmount, MoneySums},
    pagination::page_info::PageInfo,
    pagination::page_stream::Items,
};

impl<T: Decode, I: PageInfo> Items<T, I> {
    /// Adds an amount of each remaining item to the sum of its currency. `amount` may return an amount, an `Option` of one, or a
    /// `Result`, whose error is that of [`MoneySums::totals`].
    ///
    /// # Errors
    /// The errors of [`try_next`](Self::try_next); the sums before the error are lost.
    pub async fn sum_by_currency<A: IntoAmount>(
        mut self,
        mut amount: impl FnMut(&T) -> A,
    ) -> Result<MoneySums, Error> {
        let mut sums = MoneySums::new();
        while let Some(item) = self.try_next().await? {
            sums.add(amount(&item));
        }
        Ok(sums)
    }
}

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
impl<T: Decode, I: PageInfo> BlockingItems<T, I> {
    /// Adds an amount of each remaining item to the sum of its currency: see [`Items::sum_by_currency`].
    ///
    /// # Errors
    /// The errors of the requests for pages; the sums before the error are lost.
    pub fn sum_by_currency<A: IntoAmount>(self, mut amount: impl FnMut(&T) -> A) -> Result<MoneySums, Error> {
        let mut sums = MoneySums::new();
        for item in self {
            sums.add(amount(&item?));
        }
        Ok(sums)
    }
}
