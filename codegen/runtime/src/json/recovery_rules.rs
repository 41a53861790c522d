//! Which errors of decoding can be recovered from: by a neutral value, or by keeping the text of the field.

use crate::json::{
    decode_error::{DecodeError, EXPECTED_F64},
    expected::{EXPECTED_DATE, EXPECTED_DIGITS, EXPECTED_ENUM, EXPECTED_NUMBER},
    number_text::is_plain_number,
};

/// Marks the key of a field whose value cannot be read.
pub(super) const UNREADABLE: char = '\0';

/// Words in the names of fields and types that hold money.
const MONEY: [&str; 24] = [
    "amount", "amounts", "balance", "balances", "cents", "cost", "costs", "discount", "earnings", "fee",
    "fees", "gross", "money", "net", "paid", "payout", "price", "prices", "refunded", "revenue", "subtotal",
    "tax", "tip", "total",
];

/// Whether a value can be filled after an error.
pub(crate) fn is_fillable(error: &DecodeError) -> bool {
    let is_ill_typed = || {
        let (expected, _) = error.message.strip_prefix("expected ")?.split_once(", found ")?;
        Some(!error.path.is_empty() && !is_money(expected, &error.path) && neutral_value(expected).is_some())
    };
    error.message.starts_with("missing field `") || is_ill_typed().unwrap_or(false)
}

/// The text of a neutral value where a `DecodeError` says that this was expected.
pub(super) fn neutral_value(expected: &str) -> Option<&'static str> {
    Some(match expected {
        "a string" => "\"\"",
        "a boolean" => "false",
        "an array" => "[]",
        "i32" | "i64" | "u32" | "u64" | "f64" | EXPECTED_DIGITS | EXPECTED_F64 => "0",
        // A number that no enum has a name for: 0 may be one with a meaning.
        EXPECTED_ENUM => "-9223372036854775808",
        _ if expected.starts_with("an RFC 3339 date-time") => "\"1970-01-01T00:00:00Z\"",
        _ if expected.starts_with("an RFC 3339 date") => "\"1970-01-01\"",
        _ if expected.starts_with("an object") => "{}",
        _ => return None,
    })
}

/// Whether a value holds money: by what was expected, or by the name of its field.
pub(super) fn is_money(expected: &str, path: &str) -> bool {
    if expected == EXPECTED_NUMBER {
        return true;
    }
    let key = last_key(path);
    match expected {
        // Without a name, a decimal may be an amount.
        EXPECTED_DIGITS if !path.contains(char::is_alphabetic) => true,
        "i32" | "i64" | "u32" | "u64" | "f64" | EXPECTED_DIGITS | EXPECTED_F64 => says_money(key),
        // An amount as text, such as `amount` or `total_price`, but not `price_label`.
        "a string" => split_words(key).last().is_some_and(|word| MONEY.contains(&word.as_str())),
        _ if expected.starts_with("an object (") => says_money(expected) || says_money(key),
        _ => false,
    }
}

fn last_key(path: &str) -> &str {
    path.rsplit(['.', ']']).find(|part| !part.is_empty()).unwrap_or_default()
}

/// Whether the last name in a path says that the value is money.
fn names_money(path: &str) -> bool {
    says_money(last_key(path))
}

/// Whether a name has a word for money, and does not count something.
pub(super) fn says_money(name: &str) -> bool {
    let words = split_words(name);
    let counts = words.iter().any(|word| ["count", "counts", "quantity"].contains(&word.as_str()));
    !counts && words.iter().any(|word| MONEY.contains(&word.as_str()))
}

/// The words of a name in lower case.
fn split_words(name: &str) -> Vec<String> {
    let mut words = String::new();
    for character in name.chars() {
        if !character.is_ascii_alphanumeric() || character.is_ascii_uppercase() {
            words.push(' ');
        }
        if character.is_ascii_alphanumeric() {
            words.push(character.to_ascii_lowercase());
        }
    }
    words.split_ascii_whitespace().map(str::to_owned).collect()
}

/// Whether a value has the right kind, its type cannot hold it, and its field can keep the text. Amounts of money are not kept:
/// one that is absent, or has another value, reads as another amount.
pub(super) fn is_unreadable(error: &DecodeError) -> bool {
    let is_date = error.message.strip_prefix("expected ").is_some_and(|rest| rest.starts_with(EXPECTED_DATE));
    cannot_hold(error) && !error.path.is_empty() && (is_date || !names_money(&error.path))
}

/// Whether a value has the right kind, and its type cannot hold it.
pub(super) fn cannot_hold(error: &DecodeError) -> bool {
    let Some((expected, found)) =
        error.message.strip_prefix("expected ").and_then(|rest| rest.split_once(", found "))
    else {
        return false;
    };
    let is_number = || found.starts_with("integer `") || found.starts_with("floating point `");
    let is_text = || found.strip_prefix("string \"").and_then(|rest| rest.strip_suffix('"'));
    let is_number_text =
        || is_text().is_some_and(|text| is_plain_number(text) && text.parse::<f64>().is_ok());
    match expected {
        "i32" | "i64" | "u32" | "u64" | "f64" | EXPECTED_ENUM => is_number() || is_number_text(),
        EXPECTED_DIGITS | EXPECTED_F64 => true,
        _ => expected.starts_with(EXPECTED_DATE) && (is_number() || is_text().is_some()),
    }
}
