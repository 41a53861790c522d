//! Sums of amounts in several currencies.

use std::collections::BTreeMap;

use crate::money::{Currency, Money, MoneyError};

/// What [`MoneySums`] adds: an amount, or none, or the error of an amount that cannot be read.
pub trait IntoAmount {
    /// The amount, if there is one.
    ///
    /// # Errors
    /// The error that the value holds.
    fn into_amount(self) -> Result<Option<Money>, MoneyError>;
}

impl IntoAmount for Money {
    fn into_amount(self) -> Result<Option<Money>, MoneyError> {
        Ok(Some(self))
    }
}

impl<T: IntoAmount> IntoAmount for Option<T> {
    fn into_amount(self) -> Result<Option<Money>, MoneyError> {
        self.map_or(Ok(None), T::into_amount)
    }
}

impl<T: IntoAmount> IntoAmount for Result<T, MoneyError> {
    fn into_amount(self) -> Result<Option<Money>, MoneyError> {
        self.and_then(T::into_amount)
    }
}

/// The sum of amounts for each of their currencies.
///
/// Adding does not fail: the first amount that cannot be read or added is the error of [`totals`](Self::totals), so that no sum is
/// without it.
///
/// ```
/// # use openapi_client_runtime::{Currency, Money, MoneyError, MoneySums};
/// let amounts = ["10.50 USD", "1000 JPY", "0.25 USD"];
/// let sums: MoneySums = amounts.iter().map(|amount| amount.parse::<Money>()).collect();
/// let totals: Vec<String> = sums.totals()?.values().map(Money::to_string).collect();
/// assert_eq!(totals, ["1000 JPY", "10.75 USD"]);
/// assert_eq!(sums.total(Currency::EUR)?, Money::zero(Currency::EUR));
/// # Ok::<(), MoneyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneySums {
    totals: BTreeMap<Currency, Money>,
    failure: Option<MoneyError>,
}

impl MoneySums {
    /// No amounts.
    #[must_use]
    pub const fn new() -> Self {
        Self { totals: BTreeMap::new(), failure: None }
    }

    /// Adds an amount to the sum of its currency.
    pub fn add(&mut self, amount: impl IntoAmount) {
        if self.failure.is_none() {
            self.failure = self.try_add(amount).err();
        }
    }

    fn try_add(&mut self, amount: impl IntoAmount) -> Result<(), MoneyError> {
        let Some(amount) = amount.into_amount()? else { return Ok(()) };
        let total = match self.totals.remove(&amount.currency()) {
            Some(total) => total.checked_add(amount)?,
            None => amount,
        };
        // The key is not kept: its decimals are those of the sum.
        self.totals.insert(total.currency(), total);
        Ok(())
    }

    /// The sums, in the order of the codes.
    ///
    /// # Errors
    /// The error of the first amount that could not be read or added.
    pub fn totals(&self) -> Result<&BTreeMap<Currency, Money>, MoneyError> {
        self.failure.clone().map_or(Ok(&self.totals), Err)
    }

    /// The sum in one currency; zero if there was no amount in it.
    ///
    /// # Errors
    /// The error of [`totals`](Self::totals).
    pub fn total(&self, currency: Currency) -> Result<Money, MoneyError> {
        Ok(self.totals()?.get(&currency).copied().unwrap_or_else(|| Money::zero(currency)))
    }
}

impl<A: IntoAmount> Extend<A> for MoneySums {
    fn extend<I: IntoIterator<Item = A>>(&mut self, amounts: I) {
        amounts.into_iter().for_each(|amount| self.add(amount));
    }
}

impl<A: IntoAmount> FromIterator<A> for MoneySums {
    fn from_iter<I: IntoIterator<Item = A>>(amounts: I) -> Self {
        let mut sums = Self::new();
        sums.extend(amounts);
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn currencies_are_summed_apart() {
        let mut sums: MoneySums = [money("1.10 usd"), money("5 jpy")].into_iter().collect();
        sums.extend([Some(money("2.20 usd")), None]);
        sums.extend([Ok(Some(money("0.5 usdc"))), Ok(None)]);
        let totals: Vec<String> = sums.totals().unwrap().values().map(Money::to_string).collect();
        assert_eq!(totals, ["5 JPY", "3.30 USD", "0.5 USDC"]);
        assert_eq!(sums.total(Currency::EUR), Ok(Money::zero(Currency::EUR)));
    }

    #[test]
    fn stated_decimals_do_not_depend_on_the_order() {
        let plain = money("1 usdc");
        let stated =
            |decimals| Money::new(plain.amount(), Currency::new("usdc").unwrap().with_decimals(decimals));
        for amounts in [[plain, stated(6)], [stated(6), plain]] {
            let sums: MoneySums = amounts.into_iter().collect();
            let (key, total) = sums.totals().unwrap().first_key_value().unwrap();
            assert_eq!((key.decimals(), total.minor_units()), (Some(6), Ok(2_000_000)));
            assert_eq!(Money::try_sum(amounts).unwrap().unwrap().minor_units(), Ok(2_000_000));
        }
        let (left, right) = (stated(6).currency(), stated(18).currency());
        let error = MoneyError::DifferentDecimals { left, right };
        assert_eq!(error.to_string(), "amounts in USDC with 6 and with 18 decimals cannot be combined");
        let sums: MoneySums = [stated(6), plain, stated(18)].into_iter().collect();
        assert_eq!(sums.totals(), Err(error));
        // A currency of ISO 4217 has its own decimals, whatever is stated.
        let dollar = |decimals| Money::new(1, Currency::USD.with_decimals(decimals));
        assert_eq!(dollar(3).checked_sub(dollar(4)), Ok(Money::zero(Currency::USD)));
    }

    #[test]
    fn a_failure_is_never_lost() {
        let most = Money::new(rust_decimal::Decimal::MAX, Currency::USD);
        let sums: MoneySums = [most, most, money("1 eur")].into_iter().collect();
        let overflow = MoneyError::Overflow { currency: Currency::USD };
        assert_eq!(sums.totals(), Err(overflow.clone()));
        assert_eq!(sums.total(Currency::EUR), Err(overflow));
        let sums: MoneySums = ["1 usd", "x usd"].iter().map(|text| text.parse::<Money>()).collect();
        assert_eq!(sums.totals(), Err(MoneyError::InvalidAmount { text: "x".to_owned() }));
    }
}
