//! Converts a YAML scalar into a JSON value by the core schema of YAML 1.2 (section 10.3).

use serde_json::{Number, Value};

/// The value of a plain (unquoted) scalar.
pub(super) fn parse_plain_scalar(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    parse_number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

/// Parses a number. A number beyond 64 bits becomes a float, as in JSON. `.inf` and `.nan`, which JSON does not have, stay
/// strings.
fn parse_number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return i64::from_str_radix(digits, radix).ok().map(Number::from);
        }
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        // Most YAML parsers treat `0123` as a string: it is rather a postal code than a number.
        if digits.len() > 1 && digits.starts_with('0') {
            return None;
        }
        let unsigned = text.strip_prefix('+').unwrap_or(text);
        return unsigned
            .parse::<i64>()
            .map(Number::from)
            .or_else(|_| unsigned.parse::<u64>().map(Number::from))
            .ok()
            .or_else(|| Number::from_f64(unsigned.parse().ok()?));
    }
    is_float(digits).then(|| text.parse().ok().and_then(Number::from_f64)).flatten()
}

/// Whether the text is `[digits][.digits][e[+-]digits]` with at least one digit before the exponent.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let exponent_is_number = exponent.is_none_or(|e| {
        let digits = e.strip_prefix(['-', '+']).unwrap_or(e);
        !digits.is_empty() && is_digits(digits)
    });
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    has_digits && is_digits(whole) && is_digits(fraction) && exponent_is_number
}

#[cfg(test)]
mod tests {
    use super::parse_plain_scalar;
    use serde_json::{Value, json};

    #[test]
    fn plain_scalars_have_the_types_of_the_core_schema() {
        for (text, value) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("null", Value::Null),
            ("true", json!(true)),
            ("yes", json!("yes")),
            ("on", json!("on")),
            ("7", json!(7)),
            ("+7", json!(7)),
            ("-0", json!(0)),
            ("18446744073709551615", json!(u64::MAX)),
            ("-9223372036854776000", json!(-9_223_372_036_854_776_000.0)),
            ("0x1F", json!(31)),
            ("0o17", json!(15)),
            ("0123", json!("0123")),
            ("1.50", json!(1.5)),
            ("1e3", json!(1000.0)),
            (".5", json!(0.5)),
            ("5.", json!(5.0)),
            ("1e", json!("1e")),
            ("1.2.3", json!("1.2.3")),
            ("1_000", json!("1_000")),
            ("-", json!("-")),
            (".", json!(".")),
            (".inf", json!(".inf")),
            ("1e999", json!("1e999")),
            ("2024-01-01", json!("2024-01-01")),
            ("12:30", json!("12:30")),
        ] {
            assert_eq!(parse_plain_scalar(text), value, "{text:?}");
        }
    }
}
