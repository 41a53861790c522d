//! The texts of numbers.

use crate::json::decode_error::string_end;

/// Whether a text is digits with an optional sign, fraction and exponent.
pub(super) fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || b"-+.eE".contains(&byte))
}

/// The text of a number: that of a string without its quotes.
pub(super) fn number_text(text: &str) -> &str {
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

/// The JSON text with numbers beyond the range of `f64` replaced by the nearest ones.
pub(super) fn limit_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let is_part = |byte: u8| byte.is_ascii_digit() || b"-+.eE".contains(&byte);
    while let Some(first) = rest.bytes().next() {
        let length = match first {
            b'"' => string_end(rest.as_bytes(), 0) + 1,
            first if is_part(first) => rest.bytes().take_while(|byte| is_part(*byte)).count(),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        match token.parse::<f64>() {
            Ok(number) if number.is_infinite() && is_part(first) => {
                out.push_str(if first == b'-' {
                    "-1.7976931348623157e308"
                } else {
                    "1.7976931348623157e308"
                });
            }
            _ => out.push_str(token),
        }
        rest = after;
    }
    out
}
