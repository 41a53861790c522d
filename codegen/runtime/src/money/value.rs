//! An amount in a currency.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Neg;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::money::{
    Currency, MoneyError,
    arithmetic::{add_exactly, multiply_exactly, multiply_rounded},
};

/// An exact amount in one currency, in its major unit.
///
/// Arithmetic is checked: amounts in different currencies have no sum, and no result is rounded unless the caller says how.
/// Amounts in different currencies have no order either: `<` is `false` in both directions, and [`compare`](Self::compare) is
/// an error.
///
/// ```
/// # use openapi_client_runtime::{Currency, Money, RoundingStrategy};
/// let price: Money = "10.50 USD".parse()?;
/// let total = price.multiply_by(3)?.checked_add("0.5 USD".parse()?)?;
/// assert_eq!(total.to_string(), "32.00 USD");
///
/// let tax = total.multiply("0.0825".parse()?, RoundingStrategy::MidpointAwayFromZero)?;
/// assert_eq!(tax.to_string(), "2.64 USD");
/// assert_eq!(tax.minor_units()?, 264);
///
/// let error = tax.checked_add(Money::new(100, Currency::EUR)).unwrap_err();
/// assert_eq!(error.to_string(), "amounts in USD and EUR cannot be combined without an exchange rate");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Format
/// `Display` shows every digit, at least as many decimals as the currency has, and the code: `10.50 USD`, `1000 JPY`. The amounts of
/// currencies whose decimals are not known keep theirs. A precision (`{:.2}`) rounds for display, halves away from zero. A width
/// (`{:>12}`) aligns to the right by default.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

impl Money {
    /// An amount in the major unit, such as dollars.
    ///
    /// # Panics
    /// If `amount` is an integer of 128 bits that does not fit into the 96 bits of a `Decimal`, whose conversion panics.
    #[must_use]
    pub fn new(amount: impl Into<Decimal>, currency: Currency) -> Self {
        Self { amount: drop_sign_of_zero(amount.into()), currency }
    }

    /// Nothing, in this currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { amount: Decimal::ZERO, currency }
    }

    /// An amount in the minor unit, such as cents.
    ///
    /// # Errors
    /// [`MoneyError::UnknownDecimals`] and [`MoneyError::Overflow`].
    pub fn from_minor_units(units: impl Into<i128>, currency: Currency) -> Result<Self, MoneyError> {
        let decimals = currency.require_decimals()?;
        let amount = Decimal::try_from_i128_with_scale(units.into(), decimals);
        amount.map(|amount| Self { amount, currency }).map_err(|_| MoneyError::Overflow { currency })
    }

    /// The amount in the minor unit, such as cents.
    ///
    /// # Errors
    /// [`MoneyError::UnknownDecimals`]; [`MoneyError::FractionalMinorUnits`] if the amount is not a whole number of them;
    /// [`MoneyError::Overflow`].
    pub fn minor_units(self) -> Result<i128, MoneyError> {
        let currency = self.currency;
        let decimals = currency.require_decimals()?;
        let exact = self.amount.normalize();
        let zeros =
            decimals.checked_sub(exact.scale()).ok_or(MoneyError::FractionalMinorUnits { amount: self })?;
        let units = 10_i128.checked_pow(zeros).and_then(|factor| exact.mantissa().checked_mul(factor));
        units.ok_or(MoneyError::Overflow { currency })
    }

    /// The amount in the major unit.
    #[must_use]
    pub const fn amount(self) -> Decimal {
        self.amount
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether the amount is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.amount.is_zero()
    }

    /// Whether the amount is less than zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.amount.is_sign_negative() && !self.amount.is_zero()
    }

    /// The amount without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self { amount: self.amount.abs(), ..self }
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::DifferentCurrencies`]; [`MoneyError::DifferentDecimals`] if both amounts state the decimals of their currency, but
    /// not the same; [`MoneyError::Overflow`] if the exact sum has too many digits.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        let currency = self.currency.merge(other.currency)?;
        Self { currency, ..self }.with_amount(add_exactly(self.amount, other.amount))
    }

    /// The difference.
    ///
    /// # Errors
    /// The errors of [`checked_add`](Self::checked_add).
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.checked_add(-other)
    }

    /// The exact product with a whole number, such as a quantity.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn multiply_by(self, quantity: i64) -> Result<Self, MoneyError> {
        self.with_amount(multiply_exactly(self.amount, quantity))
    }

    /// The product, rounded once to the decimals of the currency.
    ///
    /// # Errors
    /// [`MoneyError::UnknownDecimals`] and [`MoneyError::Overflow`].
    pub fn multiply(self, factor: Decimal, rounding: RoundingStrategy) -> Result<Self, MoneyError> {
        let decimals = self.currency.require_decimals()?;
        self.with_amount(multiply_rounded(self.amount, factor, decimals, rounding))
    }

    /// The amount rounded to the decimals of the currency.
    ///
    /// # Errors
    /// [`MoneyError::UnknownDecimals`].
    pub fn round(self, rounding: RoundingStrategy) -> Result<Self, MoneyError> {
        let decimals = self.currency.require_decimals()?;
        self.with_amount(Some(self.amount.round_dp_with_strategy(decimals, rounding)))
    }

    /// The order of two amounts in one currency.
    ///
    /// # Errors
    /// [`MoneyError::DifferentCurrencies`].
    pub fn compare(self, other: Self) -> Result<Ordering, MoneyError> {
        self.currency.check_equal(other.currency)?;
        Ok(self.amount.cmp(&other.amount))
    }

    /// The sum of amounts in one currency; `None` if there are none. [`MoneySums`](crate::MoneySums) adds those of several.
    ///
    /// # Errors
    /// The errors of [`checked_add`](Self::checked_add).
    pub fn try_sum(amounts: impl IntoIterator<Item = Self>) -> Result<Option<Self>, MoneyError> {
        let mut amounts = amounts.into_iter();
        let Some(first) = amounts.next() else { return Ok(None) };
        amounts.try_fold(first, Self::checked_add).map(Some)
    }

    /// This currency with the amount of a computation.
    fn with_amount(self, amount: Option<Decimal>) -> Result<Self, MoneyError> {
        let currency = self.currency;
        amount.map(|amount| Self::new(amount, currency)).ok_or(MoneyError::Overflow { currency })
    }

    /// The amount with at least as many decimals as the currency has, and no further zeros.
    pub(super) fn padded_amount(self) -> Decimal {
        let Some(decimals) = self.currency.decimals() else { return self.amount };
        let mut amount = self.amount.normalize();
        amount.rescale(decimals.max(amount.scale()));
        amount
    }
}

impl Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self::new(-self.amount, self.currency)
    }
}

impl PartialOrd for Money {
    /// `None` for different currencies.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.compare(*other).ok()
    }
}

/// Parses an amount and a code, such as `10.50 USD`.
impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (amount, code) = text.trim().split_once(' ').ok_or_else(|| MoneyError::invalid_amount(text))?;
        Ok(Self::new(parse_amount(amount)?, Currency::new(code.trim_start())?))
    }
}

/// Zero has no sign, which nobody expects in `-0.00 USD`.
fn drop_sign_of_zero(amount: Decimal) -> Decimal {
    if amount.is_zero() { amount.abs() } else { amount }
}

/// Parses a decimal number, all of whose digits are kept.
pub(super) fn parse_amount(text: &str) -> Result<Decimal, MoneyError> {
    Decimal::from_str_exact(text.trim()).map_err(|_| MoneyError::invalid_amount(text))
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = match f.precision() {
            None => self.padded_amount().to_string(),
            Some(decimals) => {
                let digits = u32::try_from(decimals).unwrap_or(u32::MAX);
                let rounded =
                    self.amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
                format!("{:.decimals$}", drop_sign_of_zero(rounded))
            }
        };
        let text = format!("{amount} {}", self.currency);
        let missing = f.width().unwrap_or_default().saturating_sub(text.len());
        let before = match f.align() {
            Some(fmt::Alignment::Left) => 0,
            Some(fmt::Alignment::Center) => missing / 2,
            Some(fmt::Alignment::Right) | None => missing,
        };
        let fill = |count: usize| f.fill().to_string().repeat(count);
        let (before, after) = (fill(before), fill(missing - before));
        write!(f, "{before}{text}{after}")
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Money({} {})", self.amount, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn amounts_show_the_decimals_of_their_currency() {
        for (text, shown) in [
            ("10.5 usd", "10.50 USD"),
            ("10 usd", "10.00 USD"),
            ("10.500 usd", "10.50 USD"),
            ("0.005 usd", "0.005 USD"),
            ("-3 usd", "-3.00 USD"),
            ("1000 jpy", "1000 JPY"),
            ("1000.00 jpy", "1000 JPY"),
            ("1.5 kwd", "1.500 KWD"),
            ("0.10 usdc", "0.10 USDC"),
            ("1 btc", "1 BTC"),
        ] {
            assert_eq!(money(text).to_string(), shown);
        }
    }

    #[test]
    fn precision_and_width_are_those_of_the_format() {
        let amount = money("1234.565 usd");
        assert_eq!(format!("{amount:.2}"), "1234.57 USD");
        assert_eq!(format!("{:.2}", money("-0.125 usd")), "-0.13 USD");
        assert_eq!(format!("{:.3}", money("5 jpy")), "5.000 JPY");
        assert_eq!(
            format!("{:>12}|{:<12}|{:^12}", amount, money("1 usd"), money("1 usd")),
            "1234.565 USD|1.00 USD    |  1.00 USD  "
        );
        assert_eq!(format!("{:*>12}", money("5 jpy")), "*******5 JPY");
        assert_eq!(format!("{:12}", money("5 jpy")), "       5 JPY");
    }

    #[test]
    fn minor_units_are_exact() {
        assert_eq!(money("10.5 usd").minor_units(), Ok(1050));
        assert_eq!(money("1000.0 jpy").minor_units(), Ok(1000));
        let amount = money("10.505 usd");
        assert_eq!(amount.minor_units(), Err(MoneyError::FractionalMinorUnits { amount }));
        let currency = Currency::new("usdc").unwrap();
        assert_eq!(money("1 usdc").minor_units(), Err(MoneyError::UnknownDecimals { currency }));
        assert_eq!(Money::from_minor_units(1, currency), Err(MoneyError::UnknownDecimals { currency }));
        assert_eq!(Money::from_minor_units(1_500_000, currency.with_decimals(6)), Ok(money("1.5 usdc")));
        assert_eq!(Money::from_minor_units(-5, Currency::USD), Ok(money("-0.05 usd")));
        assert!(matches!(
            Money::from_minor_units(i128::MAX, Currency::USD),
            Err(MoneyError::Overflow { .. })
        ));
    }

    #[test]
    fn currencies_do_not_mix() {
        let (left, right) = (money("1 usd"), money("1 eur"));
        let error = MoneyError::DifferentCurrencies { left: Currency::USD, right: Currency::EUR };
        assert_eq!(left.checked_add(right), Err(error.clone()));
        assert_eq!(left.checked_sub(right), Err(error.clone()));
        assert_eq!(left.compare(right), Err(error.clone()));
        assert_eq!(Money::try_sum([left, left, right]), Err(error));
        assert!(left != right && left.partial_cmp(&right).is_none());
        assert!(money("1 usd") < money("1.01 usd") && money("1.0 usd") == money("1.00 usd"));
    }

    #[test]
    fn sums_of_nothing_have_no_currency() {
        assert_eq!(Money::try_sum([]), Ok(None));
        assert_eq!(Money::try_sum([money("1.10 usd"), -money("0.10 usd")]), Ok(Some(money("1 usd"))));
    }

    #[test]
    fn rounding_needs_decimals() {
        let rounding = RoundingStrategy::MidpointNearestEven;
        assert_eq!(money("0.125 usd").round(rounding), Ok(money("0.12 usd")));
        assert_eq!(money("1 jpy").multiply("0.6".parse().unwrap(), rounding), Ok(money("1 jpy")));
        let currency = Currency::new("btc").unwrap();
        assert_eq!(money("1 btc").round(rounding), Err(MoneyError::UnknownDecimals { currency }));
        assert_eq!(money("1 btc").multiply_by(3), Ok(money("3 btc")));
    }

    #[test]
    fn zero_has_no_sign() {
        let (zero, rounding) = (money("0 usd"), RoundingStrategy::ToZero);
        let negative = money("-0.001 usd");
        let all =
            [-zero, money("-0 usd"), zero.checked_sub(zero).unwrap(), negative.round(rounding).unwrap()];
        let products = [-zero.multiply_by(-1).unwrap(), negative.multiply(Decimal::ONE, rounding).unwrap()];
        assert!(all.iter().chain(&products).all(|amount| amount.to_string() == "0.00 USD"));
        assert_eq!(format!("{negative:.2}"), "0.00 USD");
    }

    #[test]
    fn other_texts_are_no_amounts() {
        for text in
            ["", "10.50", "usd", "1,50 usd", "x usd", "1 2 usd", "0.00000000000000000000000000001 usd"]
        {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_as_the_same(digits in any::<i64>(), scale in 0_u32..12, code in "[a-z]{3,6}") {
            let amount = Money::new(Decimal::new(digits, scale), code.parse().unwrap());
            prop_assert_eq!(amount.to_string().parse::<Money>(), Ok(amount));
        }

        #[test]
        fn minor_units_lead_back(units in any::<i64>(), code in "usd|jpy|kwd|clf") {
            let currency = code.parse().unwrap();
            prop_assert_eq!(Money::from_minor_units(units, currency).unwrap().minor_units(), Ok(i128::from(units)));
        }

        #[test]
        fn sums_do_not_depend_on_order(amounts in proptest::collection::vec((any::<i64>(), 0_u32..9), 1..20)) {
            let amounts: Vec<Money> =
                amounts.into_iter().map(|(digits, scale)| Money::new(Decimal::new(digits, scale), Currency::USD)).collect();
            let backward = Money::try_sum(amounts.iter().rev().copied()).unwrap();
            prop_assert_eq!(Money::try_sum(amounts).unwrap(), backward);
        }
    }
}
