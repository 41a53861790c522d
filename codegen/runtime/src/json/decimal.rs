//! Decodes and encodes JSON numbers as exact decimals, without binary floating point.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::{Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::{
    codec::{Decode, Encode},
    raw_text::RawText,
};

impl Decode for Decimal {
    #[inline]
    fn blank() -> Self {
        Decimal::ZERO
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = RawText::decode(deserializer)?;
        parse_decimal(&text.0).map_err(D::Error::custom)
    }
}

/// Parses a JSON number, or a JSON string that contains a number.
fn parse_decimal(text: &str) -> Result<Decimal, String> {
    let digits = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    if !digits.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        let found: String = text.chars().take(40).collect();
        return Err(format!("expected a number, found `{found}`"));
    }
    let parsed = if digits.contains(['e', 'E']) {
        Decimal::from_scientific(digits)
    } else {
        Decimal::from_str_exact(digits).or_else(|_| Decimal::from_str(digits))
    };
    parsed.map_err(|_| {
        let found: String = digits.chars().take(40).collect();
        format!("expected a number of at most 28 digits, found `{found}`")
    })
}

impl Encode for Decimal {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::text::{from_str, to_vec};

    #[test]
    fn numbers_keep_every_digit() {
        for text in ["0.1", "10.00", "-3", "0", "12345678901234567.89", "0.0000000000000000000000000001"] {
            let value: Decimal = from_str(text).unwrap();
            assert_eq!(String::from_utf8(to_vec(&value).unwrap()).unwrap(), text);
        }
    }

    #[test]
    fn exponents_and_strings_are_decoded() {
        assert_eq!(from_str::<Decimal>("1.5e2").unwrap(), Decimal::from(150));
        assert_eq!(from_str::<Decimal>("\"50.00\"").unwrap().to_string(), "50.00");
    }

    #[test]
    fn other_values_are_rejected() {
        for text in ["null", "true", "{}", "\"\"", "\"abc\"", "1e99"] {
            assert!(from_str::<Decimal>(text).is_err(), "{text}");
        }
    }
}
