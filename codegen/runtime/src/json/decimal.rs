//! Decodes and encodes JSON numbers as exact decimals, without binary floating point.

use rust_decimal::Decimal;
use serde::de::Deserializer;
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::{
    codec::{Decode, Encode},
    decode_error::raw_value_error,
    expected::{EXPECTED_DIGITS, EXPECTED_NUMBER},
    nearest::decode_scalar,
    number_text::number_text,
    raw_text::RawText,
    scalar::{Kind, Scalar},
};

impl Decode for Decimal {
    #[inline]
    fn blank() -> Self {
        Decimal::ZERO
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode_scalar(deserializer)
    }
}

impl Scalar for Decimal {
    const KIND: Kind = Kind::Decimal;

    fn decode_exactly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = RawText::decode(deserializer)?;
        parse_decimal(&text.0).map_err(|message| raw_value_error("", &message))
    }

    fn nearest(text: &str) -> Self {
        let text = number_text(text);
        let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let most = if sign < 0 { Self::MIN } else { Self::MAX };
        let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        // An exponent beyond 64 bits is as good as any other beyond 29 digits.
        let beyond = if exponent.starts_with('-') { i64::MIN } else { i64::MAX };
        let exponent = exponent.parse::<i64>().unwrap_or(beyond);
        let scale = i64::try_from(fraction.len()).unwrap_or(i64::MAX).saturating_sub(exponent);
        let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        if length == 0 || length.saturating_sub(scale) < -28 {
            return Self::ZERO;
        }
        if length.saturating_sub(scale) > 29 || scale < 0 {
            return most;
        }
        // A `Decimal` has 28 digits, or 29 if these are not too large, and at most 28 of them in the fraction.
        let fewest = (length - 29).max(scale - 28).max(0);
        let rounded = (fewest..=(fewest + 1).min(scale)).find_map(|dropped| {
            let kept = usize::try_from(length - dropped).ok()?;
            let (kept, rest) = digits.split_at_checked(kept)?;
            let number = if kept.is_empty() { 0 } else { kept.parse::<i128>().ok()? };
            let number = number + i128::from(rest.as_bytes().first() >= Some(&b'5'));
            Self::try_from_i128_with_scale(sign * number, u32::try_from(scale - dropped).ok()?).ok()
        });
        rounded.unwrap_or(most)
    }
}

/// Parses a JSON number, or a JSON string that contains a number. A number that a `Decimal` cannot hold exactly is an error:
/// a rounded amount is a wrong amount.
fn parse_decimal(text: &str) -> Result<Decimal, String> {
    let digits = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let shown = || digits.chars().take(80).collect::<String>();
    let is_number = digits.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || b"-+.eE".contains(&byte));
    if !is_number {
        // A long text may be the credential of the request, which is recognized only as a whole.
        let length = text.chars().count();
        let found = if length <= 80 { format!("`{text}`") } else { format!("{length} characters") };
        return Err(format!("expected {EXPECTED_NUMBER}, found {found}"));
    }
    // The first parser also takes most numbers of money, and keeps their trailing zeros.
    Decimal::from_str_exact(digits).ok().or_else(|| parse_exact(digits)).ok_or_else(|| {
        // A text such as `1-2` only looks like a number.
        let expected = if digits.parse::<f64>().is_ok() { EXPECTED_DIGITS } else { EXPECTED_NUMBER };
        format!("expected {expected}, found `{}`", shown())
    })
}

/// Parses a number with an exponent, or with more digits than a `Decimal` has of which the last ones are zeros.
fn parse_exact(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut scale = i64::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    let mut digits = all.trim_start_matches('0').to_owned();
    if digits.is_empty() {
        return Some(Decimal::ZERO);
    }
    while scale > 0 && digits.ends_with('0') && (scale > 28 || digits.len() > 28) {
        digits.pop();
        scale -= 1;
    }
    if scale < 0 {
        // A `Decimal` has at most 29 digits.
        let zeros = usize::try_from(-scale).ok().filter(|zeros| *zeros <= 29)?;
        digits.extend(std::iter::repeat_n('0', zeros));
        scale = 0;
    }
    let value: i128 = digits.parse().ok()?;
    Decimal::try_from_i128_with_scale(sign * value, u32::try_from(scale).ok()?).ok()
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
        for (text, value) in [
            ("1.5e2", "150"),
            ("1e-28", "0.0000000000000000000000000001"),
            ("10e-29", "0.0000000000000000000000000001"),
            ("1E+2", "100"),
            ("-1.20e1", "-12.0"),
            ("0e99", "0"),
            ("\"50.00\"", "50.00"),
            ("\"1e1\"", "10"),
            ("1.00000000000000000000000000000000000", "1.000000000000000000000000000"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
        ] {
            assert_eq!(from_str::<Decimal>(text).unwrap().to_string(), value, "{text}");
        }
    }

    #[test]
    fn numbers_are_never_rounded() {
        for text in [
            "0.12345678901234567890123456789",
            "1234567890123456789012345678.95",
            "79228162514264337593543950336",
            "1e-29",
            "1e-30",
            "1.2345678901234567890123456789012e3",
            "1e29",
            "1e99",
            "1e99999999999999999999",
            "\"0.12345678901234567890123456789\"",
        ] {
            let error = from_str::<Decimal>(text).unwrap_err();
            let digits = text.trim_matches('"');
            assert!(error.message.contains(&format!("at most 28 digits, found `{digits}`")), "{error}");
        }
    }

    #[test]
    fn other_values_are_rejected() {
        for text in ["null", "true", "{}", "\"\"", "\"abc\"", "\"1_000\"", "\"1,5\"", "\"-\"", "\"1e\""] {
            assert!(from_str::<Decimal>(text).is_err(), "{text}");
        }
    }
}
