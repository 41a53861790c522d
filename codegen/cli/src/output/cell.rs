//! Values as texts of a table, and the properties that a path selects.

use std::borrow::Cow;

use openapi_client_description::JsonValue;

use super::escape::escape_line;

/// The property at a path such as `plan.initial_price` or `items.0.id`. A property whose name contains dots is found too.
pub(super) fn select_path<'a>(value: &'a JsonValue, path: &str) -> Option<&'a JsonValue> {
    if let Some(found) = value.get(path) {
        return Some(found);
    }
    if let Ok(index) = path.parse::<usize>() {
        return value.items().get(index);
    }
    let splits = path.match_indices('.').filter_map(|(at, _)| Some((path.get(..at)?, path.get(at + 1..)?)));
    splits.filter_map(|(head, rest)| select_path(select_path(value, head)?, rest)).next()
}

/// A value in one line without control characters. Of an object, these are up to two of its properties in `preferred`, such as its
/// id and name, or an amount and its currency; without any, it is JSON, as lists of objects are.
pub(super) fn render_cell(value: &JsonValue, preferred: &[&str]) -> String {
    match value {
        JsonValue::Null => String::new(),
        JsonValue::String(text) => escape_line(text).into_owned(),
        JsonValue::List(items) if items.iter().all(is_scalar) => {
            let texts: Vec<_> = items.iter().map(|item| item.to_text()).collect();
            escape_line(&texts.join(", ")).into_owned()
        }
        _ => match summarize_object(value, preferred) {
            Some(summary) => summary,
            None => escape_line(&value.to_string()).into_owned(),
        },
    }
}

/// Up to two of the preferred properties of an object.
fn summarize_object(object: &JsonValue, preferred: &[&str]) -> Option<String> {
    let scalars = preferred.iter().filter_map(|name| object.get(name)).filter(|value| is_scalar(value));
    let texts = scalars.map(|value| render_cell(value, &[])).filter(|text| !text.is_empty()).take(2);
    Some(texts.collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
}

/// Whether an object is one value with its unit, such as an amount with its currency.
pub(super) fn is_measure(object: &JsonValue, preferred: &[&str]) -> bool {
    !object.properties().is_empty()
        && object.properties().iter().all(|(_, value)| is_scalar(value))
        && summarize_object(object, preferred).is_some_and(|text| is_amount_text(&text) && text.contains(' '))
}

pub(super) fn is_scalar(value: &JsonValue) -> bool {
    !matches!(value, JsonValue::List(_) | JsonValue::Object(_))
}

/// Whether the text is a number, which the API may send as a string.
fn is_number_text(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || ".eE+-".contains(c))
        && digits.parse::<f64>().is_ok()
}

/// Whether the text is a number, or a number with its unit.
pub(super) fn is_amount_text(text: &str) -> bool {
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    is_number_text(number) && unit.len() <= 5 && unit.chars().all(|c| c.is_ascii_alphabetic())
}

/// The properties of an object and of the objects in it, by paths, in their order. Other values, objects without properties, and
/// those that are kept together, are a row each.
pub(super) fn flatten_object<'a>(
    value: &'a JsonValue,
    depth: usize,
    is_kept: &dyn Fn(&JsonValue) -> bool,
) -> Vec<(Cow<'a, str>, &'a JsonValue)> {
    let mut rows = Vec::new();
    for (name, value) in value.properties() {
        if depth == 0 || value.properties().is_empty() || is_kept(value) {
            rows.push((Cow::Borrowed(name.as_str()), value));
        } else {
            let inner = flatten_object(value, depth - 1, is_kept);
            rows.extend(inner.into_iter().map(|(path, value)| (format!("{name}.{path}").into(), value)));
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_select_properties_and_items() {
        let value = JsonValue::parse(r#"{"a":{"b":[{"c":1},2],"d.e":3},"f.g":{"h":4}}"#).unwrap();
        let cases = [
            ("a.b.0.c", Some("1")),
            ("a.b.1", Some("2")),
            ("a.d.e", Some("3")),
            ("f.g.h", Some("4")),
            ("a.x", None),
            ("a.b.2", None),
            ("", None),
            ("a.b.0.c.x", None),
        ];
        for (path, expected) in cases {
            assert_eq!(select_path(&value, path).map(JsonValue::to_string).as_deref(), expected, "{path}");
        }
        let rows: Vec<_> =
            flatten_object(&value, 8, &|_| false).into_iter().map(|(path, _)| path.into_owned()).collect();
        assert_eq!(rows, ["a.b", "a.d.e", "f.g.h"]);
    }

    #[test]
    fn objects_are_summarized_by_their_preferred_properties() {
        let preferred = ["id", "name", "amount", "currency"];
        let cases = [
            (r#"{"x":1,"name":"Ann\u001b","id":"usr_1","amount":2}"#, r"usr_1 Ann\u{1b}", false),
            (r#"{"amount":"10.00","currency":"usd","decimals":2}"#, "10.00 usd", true),
            (r#"{"amount":10.00,"currency":null,"id":{}}"#, "10.00", false),
            (r#"{"x":1.0}"#, r#"{"x":1.0}"#, false),
            (r#"[{"id":1}]"#, r#"[{"id":1}]"#, false),
            ("{}", "{}", false),
        ];
        for (json, expected, measure) in cases {
            let value = JsonValue::parse(json).unwrap();
            assert_eq!(render_cell(&value, &preferred), expected);
            assert_eq!(is_measure(&value, &preferred), measure, "{json}");
        }
        assert!(
            is_amount_text("-1.50 USDT")
                && is_amount_text("7")
                && !is_amount_text("7 of 9")
                && !is_amount_text("x")
        );
    }

    #[test]
    fn numbers_are_recognised_by_their_text() {
        for text in ["1", "-12.30", "1e3"] {
            assert!(is_number_text(text), "{text}");
        }
        for text in ["", "-", "2026-01-01", "1.2.3", "inf", "NaN", "1_000", "+1", "12 USD"] {
            assert!(!is_number_text(text), "{text}");
        }
    }
}
