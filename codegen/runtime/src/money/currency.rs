//! Currencies, with their numbers of decimals.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::money::{MoneyError, iso_4217::decimals_of};

/// The longest code in bytes. Codes of ISO 4217 have three, those of tokens a few more.
const LONGEST: usize = 16;

/// A currency of ISO 4217, or a token with another code, such as `usdc`.
///
/// The case of a code has no meaning. Currencies are equal if their codes are.
///
/// ```
/// # use openapi_client_runtime::{Currency, MoneyError};
/// let yen: Currency = "jpy".parse()?;
/// assert_eq!((yen.as_str(), yen.to_string().as_str(), yen.decimals()), ("jpy", "JPY", Some(0)));
/// assert_eq!(Currency::new("USDC")?.decimals(), None);
/// # Ok::<(), MoneyError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Currency {
    /// The code in lower case, followed by zeros.
    code: [u8; LONGEST],
    /// The number of decimals, if it was stated.
    decimals: Option<u8>,
}

impl Currency {
    /// The euro.
    pub const EUR: Self = Self::from_letters(*b"eur");
    /// The pound sterling.
    pub const GBP: Self = Self::from_letters(*b"gbp");
    /// The Japanese yen, which has no decimals.
    pub const JPY: Self = Self::from_letters(*b"jpy");
    /// The US dollar.
    pub const USD: Self = Self::from_letters(*b"usd");

    /// The currency with this code, in any case.
    ///
    /// # Errors
    /// [`MoneyError::InvalidCurrency`] unless the code is 1 to 16 characters of ASCII without spaces.
    pub fn new(code: impl AsRef<str>) -> Result<Self, MoneyError> {
        let text = code.as_ref();
        let mut code = [0; LONGEST];
        match code.get_mut(..text.len()) {
            Some(start) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                start.copy_from_slice(text.to_ascii_lowercase().as_bytes());
                Ok(Self { code, decimals: None })
            }
            _ => Err(MoneyError::invalid_currency(text)),
        }
    }

    const fn from_letters([a, b, c]: [u8; 3]) -> Self {
        let mut code = [0; LONGEST];
        (code[0], code[1], code[2]) = (a, b, c);
        Self { code, decimals: None }
    }

    /// The code in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let length = self.code.iter().position(|byte| *byte == 0).unwrap_or(LONGEST);
        self.code.get(..length).and_then(|code| std::str::from_utf8(code).ok()).unwrap_or_default()
    }

    /// The number of decimals of an amount: that of ISO 4217, or for another currency the one that
    /// [`with_decimals`](Self::with_decimals) states. `None` if neither is known.
    #[must_use]
    pub fn decimals(self) -> Option<u32> {
        decimals_of(self.as_str()).or(self.decimals).map(u32::from)
    }

    /// The number of decimals, where a computation needs it.
    ///
    /// # Errors
    /// [`MoneyError::UnknownDecimals`].
    pub(super) fn require_decimals(self) -> Result<u32, MoneyError> {
        self.decimals().ok_or(MoneyError::UnknownDecimals { currency: self })
    }

    /// The same currency with this number of decimals. It has no effect on a currency of ISO 4217 that has a number of decimals, nor if
    /// the number is above 28, the most that a [`Decimal`] has.
    #[must_use]
    pub const fn with_decimals(self, decimals: u8) -> Self {
        if decimals as u32 > Decimal::MAX_SCALE { self } else { Self { decimals: Some(decimals), ..self } }
    }

    /// Fails for two currencies.
    ///
    /// # Errors
    /// [`MoneyError::DifferentCurrencies`].
    pub(super) fn check_equal(self, other: Self) -> Result<(), MoneyError> {
        if self == other { Ok(()) } else { Err(MoneyError::DifferentCurrencies { left: self, right: other }) }
    }

    /// The currency of a sum, with the number of decimals that either side states, so that it does not depend on the order.
    ///
    /// # Errors
    /// [`MoneyError::DifferentCurrencies`] and [`MoneyError::DifferentDecimals`].
    pub(super) fn merge(self, other: Self) -> Result<Self, MoneyError> {
        self.check_equal(other)?;
        let (left, right) = (self, other);
        match (left.decimals, right.decimals) {
            // What is stated for a currency of ISO 4217 has no effect.
            (Some(one), Some(other)) if one != other && left.decimals() != right.decimals() => {
                Err(MoneyError::DifferentDecimals { left, right })
            }
            (one, other) => Ok(Self { decimals: one.or(other), ..left }),
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        Self::new(code)
    }
}

impl TryFrom<&str> for Currency {
    type Error = MoneyError;

    fn try_from(code: &str) -> Result<Self, MoneyError> {
        Self::new(code)
    }
}

impl AsRef<str> for Currency {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Currency {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Currency {}

impl Hash for Currency {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.code.hash(state);
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code.cmp(&other.code)
    }
}

/// The code in upper case.
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.as_str().to_ascii_uppercase())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Currency").field(&self.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::Money;

    #[test]
    fn decimals_are_those_of_the_standard() {
        let cases = [("usd", 2), ("JPY", 0), ("kwd", 3), ("clf", 4), ("huf", 2), ("mru", 2), ("isk", 0)];
        for (code, decimals) in cases {
            assert_eq!(Currency::new(code).unwrap().with_decimals(9).decimals(), Some(decimals), "{code}");
        }
    }

    #[test]
    fn recent_currencies_are_known() {
        for code in ["xcg", "zwg", "sle", "ved"] {
            assert_eq!(Currency::new(code).unwrap().decimals(), Some(2), "{code}");
        }
    }

    #[test]
    fn other_currencies_have_the_decimals_that_are_stated() {
        let token = Currency::new("USDC").unwrap();
        assert_eq!(token.decimals(), None);
        assert_eq!(token.with_decimals(6).decimals(), Some(6));
        assert_eq!(token, token.with_decimals(6), "decimals do not make another currency");
        assert_eq!(
            token.with_decimals(28).with_decimals(29).decimals(),
            Some(28),
            "a `Decimal` has 28 at most"
        );
        // Codes of metals and tests have no decimals in the standard.
        assert_eq!(Currency::new("xau").unwrap().decimals(), None);
    }

    #[test]
    fn codes_have_no_case() {
        assert_eq!(Currency::new("Usd").unwrap(), Currency::USD);
        assert_eq!(format!("{:>5}", Currency::USD), "  USD");
        assert_eq!(Currency::USD.as_str(), "usd");
    }

    #[test]
    fn other_texts_are_rejected() {
        for text in ["", " ", "us d", "dollar€", "a_code_longer_than_16"] {
            assert!(matches!(Currency::new(text), Err(MoneyError::InvalidCurrency { .. })), "{text}");
        }
        assert_eq!(Currency::new("sixteen_letters_").unwrap().as_str(), "sixteen_letters_");
    }

    proptest! {
        #[test]
        fn any_number_of_decimals_can_be_stated(decimals in any::<u8>(), digits in any::<i64>(), scale in 0_u32..28) {
            let currency = Currency::new("token").unwrap().with_decimals(decimals);
            let amount = Money::new(Decimal::new(digits, scale), currency);
            prop_assert_eq!(amount.to_string().parse::<Money>(), Ok(amount));
            prop_assert_eq!(amount.padded_amount(), amount.amount());
            prop_assert_eq!(currency.decimals(), (decimals <= 28).then_some(u32::from(decimals)));
            let _ = (amount.minor_units(), Money::from_minor_units(digits, currency));
        }
    }
}
