//! JSON numbers as exact decimals: never through binary floating point.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::{Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Decode, Encode, RawText};

impl Decode for Decimal {
    #[inline]
    fn blank() -> Self {
        Decimal::ZERO
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = RawText::decode(deserializer)?;
        parse(&text.0).map_err(D::Error::custom)
    }
}

/// Reads a number, or a string that holds one.
fn parse(text: &str) -> Result<Decimal, String> {
    let digits = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    if !digits.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        let short: String = text.chars().take(40).collect();
        return Err(format!("invalid type: `{short}`, expected a number"));
    }
    let parsed = if digits.contains(['e', 'E']) {
        Decimal::from_scientific(digits)
    } else {
        Decimal::from_str_exact(digits).or_else(|_| Decimal::from_str(digits))
    };
    parsed.map_err(|_| {
        let short: String = digits.chars().take(40).collect();
        format!("the number `{short}` does not fit a decimal of 28 digits")
    })
}

impl Encode for Decimal {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{from_str, to_vec};
    use super::*;

    #[test]
    fn numbers_survive_digit_by_digit() {
        for text in ["0.1", "10.00", "-3", "0", "12345678901234567.89", "0.0000000000000000000000000001"] {
            let value: Decimal = from_str(text).unwrap();
            assert_eq!(String::from_utf8(to_vec(&value).unwrap()).unwrap(), text);
        }
    }

    #[test]
    fn exponents_and_strings_are_read() {
        assert_eq!(from_str::<Decimal>("1.5e2").unwrap(), Decimal::from(150));
        assert_eq!(from_str::<Decimal>("\"50.00\"").unwrap().to_string(), "50.00");
    }

    #[test]
    fn what_is_no_number_is_an_error() {
        for text in ["null", "true", "{}", "\"\"", "\"abc\"", "1e99"] {
            assert!(from_str::<Decimal>(text).is_err(), "{text}");
        }
    }
}
