//! Errors about amounts of money.

use std::fmt;

use crate::money::{Currency, Money};

/// Why an amount of money cannot be read, computed or converted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoneyError {
    /// Two amounts have different currencies, so that they have no sum and no order.
    #[non_exhaustive]
    DifferentCurrencies {
        /// The currency of the left amount.
        left: Currency,
        /// The currency of the right amount.
        right: Currency,
    },
    /// Two amounts state different numbers of decimals for their currency, so that their sum has no minor unit.
    #[non_exhaustive]
    DifferentDecimals {
        /// The currency of the left amount.
        left: Currency,
        /// The currency of the right amount.
        right: Currency,
    },
    /// The exact result has more digits than a [`Decimal`](rust_decimal::Decimal) holds.
    #[non_exhaustive]
    Overflow {
        /// The currency of the result.
        currency: Currency,
    },
    /// The number of decimals of a currency is needed, but not known. [`Currency::with_decimals`] states it.
    #[non_exhaustive]
    UnknownDecimals {
        /// The currency.
        currency: Currency,
    },
    /// An amount has more decimals than its currency, and so is not a number of minor units.
    #[non_exhaustive]
    FractionalMinorUnits {
        /// The amount.
        amount: Money,
    },
    /// A text is not the code of a currency.
    #[non_exhaustive]
    InvalidCurrency {
        /// The start of the text.
        text: String,
    },
    /// A text is not a decimal number.
    #[non_exhaustive]
    InvalidAmount {
        /// The start of the text.
        text: String,
    },
    /// A value has an amount, but no currency.
    MissingCurrency,
}

/// How many characters of an invalid text an error holds.
const LONGEST_TEXT: usize = 40;

impl MoneyError {
    pub(super) fn invalid_currency(text: &str) -> Self {
        Self::InvalidCurrency { text: text.chars().take(LONGEST_TEXT).collect() }
    }

    pub(super) fn invalid_amount(text: &str) -> Self {
        Self::InvalidAmount { text: text.chars().take(LONGEST_TEXT).collect() }
    }
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DifferentCurrencies { left, right } => {
                write!(f, "amounts in {left} and {right} cannot be combined without an exchange rate")
            }
            Self::DifferentDecimals { left, right } => {
                let [one, other] = [left, right].map(|currency| currency.decimals().unwrap_or_default());
                write!(f, "amounts in {left} with {one} and with {other} decimals cannot be combined")
            }
            Self::Overflow { currency } => {
                write!(f, "an amount in {currency} has more digits than can be computed exactly")
            }
            Self::UnknownDecimals { currency } => {
                write!(f, "the number of decimals of {currency} is not known; state it by `with_decimals`")
            }
            Self::FractionalMinorUnits { amount } => {
                write!(f, "{amount} has more decimals than the currency; round it first")
            }
            Self::InvalidCurrency { text } => {
                write!(f, "expected the code of a currency, such as `usd`, found {text:?}")
            }
            Self::InvalidAmount { text } => {
                write!(f, "expected a decimal number, such as `10.50`, found {text:?}")
            }
            Self::MissingCurrency => f.write_str("the amount has no currency"),
        }
    }
}

impl std::error::Error for MoneyError {}
