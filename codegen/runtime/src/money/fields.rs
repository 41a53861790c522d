//! Amounts in the fields of generated structs, for the macros.

use rust_decimal::Decimal;

use crate::json::Decode;
use crate::money::{Currency, Money, MoneyError, value::parse_amount};

/// A type of a field that holds an amount without its currency: a number, or a text with a number.
pub trait AmountValue: Sized {
    /// The number.
    ///
    /// # Errors
    /// [`MoneyError::InvalidAmount`].
    fn to_decimal(&self) -> Result<Decimal, MoneyError>;

    /// The value for an amount. A text has all decimals of the currency.
    fn from_money(money: Money) -> Self;
}

impl AmountValue for Decimal {
    fn to_decimal(&self) -> Result<Decimal, MoneyError> {
        Ok(*self)
    }

    fn from_money(money: Money) -> Self {
        money.amount()
    }
}

impl AmountValue for String {
    fn to_decimal(&self) -> Result<Decimal, MoneyError> {
        parse_amount(self)
    }

    fn from_money(money: Money) -> Self {
        money.padded_amount().to_string()
    }
}

/// A required field.
#[inline]
pub fn required_field<T>(field: &T) -> Option<&T> {
    Some(field)
}

/// A field that may be absent or `null`.
#[inline]
pub fn optional_field<T>(field: &Option<T>) -> Option<&T> {
    field.as_ref()
}

/// A field that keeps the difference between absent and `null`.
#[inline]
pub fn nullable_field<T>(field: &Option<Option<T>>) -> Option<&T> {
    field.as_ref().and_then(Option::as_ref)
}

/// An amount with the code of its currency, from two fields or from one and the configuration.
///
/// # Errors
/// The amount or the currency cannot be read.
pub fn read_amount<T: AmountValue>(amount: &T, currency: Option<&str>) -> Result<Money, MoneyError> {
    let currency = Currency::new(currency.ok_or(MoneyError::MissingCurrency)?)?;
    Ok(Money::new(amount.to_decimal()?, currency))
}

/// An amount in an object, which states the decimals of its currency.
///
/// # Errors
/// The amount or the currency cannot be read.
pub fn read_object<T: AmountValue>(
    amount: &T,
    currency: &str,
    decimals: Option<u8>,
) -> Result<Money, MoneyError> {
    let currency = Currency::new(currency)?;
    let currency = decimals.map_or(currency, |decimals| currency.with_decimals(decimals));
    Ok(Money::new(amount.to_decimal()?, currency))
}

/// The code of the currency for an object: the value of an enum that is this code in any case, or else the code in lower case.
pub fn write_currency<T: Decode + for<'a> From<&'a str>>(money: Money) -> T {
    let currency = money.currency();
    let code = currency.as_str();
    let known = T::KNOWN_TEXTS.iter().find(|known| known.eq_ignore_ascii_case(code));
    T::from(known.copied().unwrap_or(code))
}

/// The number of decimals for an object: that of the currency, or else of the amount.
pub fn write_decimals(money: Money) -> u32 {
    money.currency().decimals().unwrap_or_else(|| money.amount().scale())
}

#[cfg(test)]
mod tests {
    #![allow(unreachable_pub)]

    use super::*;

    #[derive(Clone, PartialEq)]
    enum Unit {
        Usd,
        Jpy,
        Unknown(String),
    }
    crate::__open_enum!(Unit { Usd = "USD", Jpy = "jpy" });

    #[test]
    fn enums_of_currencies_get_the_value_that_the_api_uses() {
        let zero = |code: &str| Money::zero(Currency::new(code).unwrap());
        assert_eq!(write_currency::<Unit>(zero("usd")), Unit::Usd);
        assert_eq!(write_currency::<Unit>(zero("JPY")), Unit::Jpy);
        assert_eq!(write_currency::<Unit>(zero("EUR")), Unit::Unknown("eur".to_owned()));
        assert_eq!(write_currency::<String>(zero("USD")), "usd");
    }
}
