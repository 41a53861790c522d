//! The texts of numbers.

use crate::json::decode_error::string_end;

/// Whether a text is digits with an optional sign, fraction and exponent.
pub(super) fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit()) && digits.bytes().all(is_number_part)
}

/// The text of a number: that of a string without its quotes.
pub(super) fn number_text(text: &str) -> &str {
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

/// The most digits that every number keeps as `f64`.
const SAFE_DIGITS: usize = 15;

/// Whether a JSON text has a number of which a `serde_json::Value` would have other digits.
pub(super) fn loses_digits(text: &str) -> bool {
    // Short numbers are exact, except those whose exponent is beyond the range of `f64`.
    let is_long = |token: &str| token.len() > SAFE_DIGITS || token.contains(['e', 'E']);
    let is_number = |first: u8| first == b'-' || first.is_ascii_digit();
    tokens(text).any(|(first, token)| is_number(first) && is_long(token) && !is_exact(token))
}

/// Whether an integer of 64 bits, or the shortest text of the nearest `f64`, has the digits of a number.
fn is_exact(text: &str) -> bool {
    let is_integer = || text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
    let is_same = |number: f64| significant_digits(&format!("{number:e}")) == significant_digits(text);
    is_integer() || text.parse().is_ok_and(is_same)
}

/// The digits of a number without zeros at either end, and the exponent of the first digit.
fn significant_digits(text: &str) -> (String, i64) {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.trim_start_matches('-').split_once('.').unwrap_or((mantissa, ""));
    let whole = whole.trim_start_matches('-');
    let digits = format!("{whole}{fraction}");
    let zeros = digits.bytes().take_while(|digit| *digit == b'0').count();
    let significant = digits.trim_matches('0').to_owned();
    if significant.is_empty() {
        return (significant, 0);
    }
    let position = i64::try_from(whole.len()).ok().zip(i64::try_from(zeros).ok());
    let first = position.map_or(0, |(whole, zeros)| whole - zeros);
    (significant, exponent.parse::<i64>().unwrap_or(i64::MAX).saturating_add(first))
}

fn is_number_part(byte: u8) -> bool {
    byte.is_ascii_digit() || b"-+.eE".contains(&byte)
}

/// The strings, the numbers and the other characters of a JSON text, each with its first byte.
fn tokens(text: &str) -> impl Iterator<Item = (u8, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.bytes().next()?;
        let (token, after) = rest.split_at_checked(token_length(rest, first)).unwrap_or((rest, ""));
        rest = after;
        Some((first, token))
    })
}

/// The length of the string, the number or the other character that a text starts with.
fn token_length(text: &str, first: u8) -> usize {
    match first {
        b'"' => string_end(text.as_bytes(), 0) + 1,
        first if is_number_part(first) => text.bytes().take_while(|byte| is_number_part(*byte)).count(),
        _ => text.chars().next().map_or(1, char::len_utf8),
    }
}

/// The JSON text with numbers beyond the range of `f64` replaced by the nearest ones.
pub(super) fn limit_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (first, token) in tokens(text) {
        match token.parse::<f64>() {
            Ok(number) if number.is_infinite() && is_number_part(first) => {
                out.push_str(if first == b'-' {
                    "-1.7976931348623157e308"
                } else {
                    "1.7976931348623157e308"
                });
            }
            _ => out.push_str(token),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::loses_digits;

    #[test]
    fn digits_that_a_value_has_are_not_lost() {
        for text in [
            "1e30",
            "1000000000000000000000000000000",
            "18446744073709551615",
            "-9223372036854775808",
            "0.1",
            "100.50000000000000000000",
            "-0.00000000000000000000000012",
            "1.7976931348623157e308",
            "0.000000000000000000000",
            "-0.0",
            "[1,{\"a\":\"12345678901234567890123\",\"b\":2.5}]",
            "\"1234567890123456789012345678901234567890\"",
            "[true,false,null,1E3]",
        ] {
            assert!(!loses_digits(text), "{text}");
        }
        for text in [
            "12345678901234567890123",
            "9007199254740993.0",
            "0.12345678901234567890",
            "-18446744073709551615",
            "100000000000000000000000000000000000000000000e999",
            "1e-400",
            "-1E999",
            "4.9e-324",
            "[1,{\"a\":[12345678901234567890123]}]",
        ] {
            assert!(loses_digits(text), "{text}");
        }
    }
}
