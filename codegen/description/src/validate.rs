//! Checks values against [`Constraints`].
//!
//! Regular expressions are not executed: documents have them in the dialect of ECMA-262, which Rust's engines do not
//! implement. Formats are not checked either: those with an exact definition select a type (date, date-time).

use rust_decimal::Decimal;

use crate::{constraints::Constraints, json_value::JsonValue};

/// The first constraint that a value violates, as a message such as `expected at most 3 items, found 4`.
///
/// Checks this level only; the caller applies [`Constraints::items`] to the items of a list. Constraints on other types than
/// the value's do not apply.
#[must_use]
pub fn find_violation(constraints: &Constraints, value: &JsonValue) -> Option<String> {
    let allowed = &constraints.allowed_values;
    if !allowed.is_empty() && !allowed.iter().any(|allowed| is_equal(allowed, value)) {
        let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
        return Some(format!("expected one of {}, found {value}", allowed.join(", ")));
    }
    match value {
        JsonValue::Number(text) => find_number_violation(constraints, parse_number(value)?, text),
        JsonValue::String(text) => {
            let range = (constraints.min_length, constraints.max_length);
            find_size_violation(text.chars().count(), range, ("character", "characters"))
        }
        JsonValue::List(items) => {
            let range = (constraints.min_items, constraints.max_items);
            find_size_violation(items.len(), range, ("item", "items"))
                .or_else(|| constraints.unique_items.then(|| find_duplicate(items))?)
        }
        JsonValue::Object(properties) => {
            let range = (constraints.min_properties, constraints.max_properties);
            find_size_violation(properties.len(), range, ("property", "properties"))
        }
        JsonValue::Null | JsonValue::Bool(_) => None,
    }
}

fn find_number_violation(constraints: &Constraints, number: Decimal, text: &str) -> Option<String> {
    let violates = |words: &str, limit: &Option<String>, is_violated: fn(Decimal, Decimal) -> bool| {
        let limit = limit.as_deref()?;
        is_violated(number, parse_decimal(limit)?).then(|| format!("expected {words} {limit}, found {text}"))
    };
    violates("at least", &constraints.minimum, |number, limit| number < limit)
        .or_else(|| violates("more than", &constraints.exclusive_minimum, |number, limit| number <= limit))
        .or_else(|| violates("at most", &constraints.maximum, |number, limit| number > limit))
        .or_else(|| violates("less than", &constraints.exclusive_maximum, |number, limit| number >= limit))
        .or_else(|| {
            violates("a multiple of", &constraints.multiple_of, |number, step| {
                number.checked_rem(step).is_some_and(|rest| !rest.is_zero())
            })
        })
}

fn find_size_violation(
    size: usize,
    (min, max): (Option<usize>, Option<usize>),
    (singular, plural): (&str, &str),
) -> Option<String> {
    let unit = |count: usize| if count == 1 { singular } else { plural };
    let (words, limit) = match (min, max) {
        (Some(min), _) if size < min => ("at least", min),
        (_, Some(max)) if size > max => ("at most", max),
        _ => return None,
    };
    Some(format!("expected {words} {limit} {}, found {size}", unit(limit)))
}

fn find_duplicate(items: &[JsonValue]) -> Option<String> {
    items.iter().enumerate().find_map(|(index, item)| {
        let first = items.iter().take(index).position(|other| is_equal(other, item))?;
        Some(format!("expected unique items, found the same value at [{first}] and [{index}]"))
    })
}

/// The exact value of a JSON number, if it has at most 28 digits.
#[must_use]
pub fn parse_number(value: &JsonValue) -> Option<Decimal> {
    if let JsonValue::Number(text) = value { parse_decimal(text) } else { None }
}

/// The exact value of the text of a number, if it has at most 28 digits.
#[must_use]
pub fn parse_decimal(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}

/// Whether two values are equal as JSON Schema defines it: `1` equals `1.0`, and the order of properties does not matter.
#[must_use]
pub fn is_equal(left: &JsonValue, right: &JsonValue) -> bool {
    match (left, right) {
        (JsonValue::Number(left_text), JsonValue::Number(right_text)) => {
            match (parse_decimal(left_text), parse_decimal(right_text)) {
                (Some(left), Some(right)) => left == right,
                _ => left_text == right_text,
            }
        }
        (JsonValue::List(left), JsonValue::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_equal(left, right))
        }
        (JsonValue::Object(properties), JsonValue::Object(others)) => {
            let has_equal = |(name, value): &(String, JsonValue)| {
                right.get(name).is_some_and(|other| is_equal(value, other))
            };
            properties.len() == others.len() && properties.iter().all(has_equal)
        }
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violation(constraints: &str, value: &str) -> Option<String> {
        let constraints: Constraints = serde_json::from_str(constraints).unwrap();
        find_violation(&constraints, &JsonValue::parse(value).unwrap())
    }

    #[test]
    fn each_constraint_has_a_message() {
        for (constraints, value, expected) in [
            (r#"{"minimum":"1"}"#, "0.999", "expected at least 1, found 0.999"),
            (r#"{"exclusive_minimum":"0"}"#, "0", "expected more than 0, found 0"),
            (r#"{"maximum":"10.5"}"#, "1e2", "expected at most 10.5, found 1e2"),
            (r#"{"exclusive_maximum":"3"}"#, "3.0", "expected less than 3, found 3.0"),
            (r#"{"multiple_of":"0.01"}"#, "1.005", "expected a multiple of 0.01, found 1.005"),
            (r#"{"min_length":1}"#, r#""""#, "expected at least 1 character, found 0"),
            (r#"{"max_length":2}"#, r#""äöü""#, "expected at most 2 characters, found 3"),
            (r#"{"max_items":1}"#, "[1,2]", "expected at most 1 item, found 2"),
            (
                r#"{"unique_items":true}"#,
                r#"[{"a":1,"b":[]},2,{"b":[],"a":1.0}]"#,
                "expected unique items, found the same value at [0] and [2]",
            ),
            (r#"{"min_properties":1}"#, "{}", "expected at least 1 property, found 0"),
            (r#"{"max_properties":1}"#, r#"{"a":1,"b":2}"#, "expected at most 1 property, found 2"),
            (r#"{"allowed_values":[1,2]}"#, "3", "expected one of 1, 2, found 3"),
        ] {
            assert_eq!(violation(constraints, value).as_deref(), Some(expected), "{constraints} {value}");
        }
    }

    #[test]
    fn conforming_values_have_no_violation() {
        for (constraints, value) in [
            (r#"{"minimum":"1","maximum":"1"}"#, "1.0"),
            (r#"{"multiple_of":"0.1"}"#, "0.3"),
            (r#"{"multiple_of":"0"}"#, "0.3"),
            (r#"{"max_length":3}"#, r#""äöü""#),
            (r#"{"unique_items":true}"#, r#"[1,"1",[1],true,null]"#),
            (r#"{"allowed_values":[1,2]}"#, "2.0"),
            (r#"{"minimum":"1"}"#, r#""text""#),
            (r#"{"pattern":"^a$","format":"email"}"#, r#""b""#),
        ] {
            assert_eq!(violation(constraints, value), None, "{constraints} {value}");
        }
    }
}
