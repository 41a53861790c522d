//! Lowers `const`, `enum` and `examples`: an `enum` has scalar values of one type, and a schema has one example.
//!
//! | `type` | values | result |
//! |---|---|---|
//! | `integer` or `number` | integers of 64 bits; `5.0` is one | an enum of integers |
//! | `number` | others | no enum, with a warning; the values are in the documentation |
//! | `integer` | others | any integer, with a warning |
//! | none | of several types | a union of an enum for each type |

use super::context::LowerContext;
use super::keywords::COMPOSITIONS;
use super::nullable;
use super::shape::type_of_values;
use super::types::has_type;
use crate::document::pointer;
use serde_json::{Map, Number, Value};
use std::collections::HashSet;

/// Converts `const` into an `enum` of one value, and a null among the values into `nullable`.
pub(super) fn lower_constants(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    if let Some(value) = map.shift_remove("const") {
        cx.record_move(&pointer::join(at, "enum"), &pointer::join(at, "const"));
        map.insert("enum".to_owned(), Value::Array(vec![value]));
        map.insert("x-codegen-const".to_owned(), Value::Bool(true));
    }
    key_texts_by_value(map);
    let Some(Value::Array(values)) = map.get_mut("enum") else {
        return;
    };
    let before = values.len();
    values.retain(|value| !value.is_null());
    let (remaining, had_null) = (values.len(), values.len() < before);
    if had_null {
        nullable::allow_null(map);
    }
    if remaining > 0 {
        declare_types_of_values(map);
        return;
    }
    map.shift_remove("enum");
    map.shift_remove("x-codegen-const");
    if had_null {
        map.shift_remove("type");
        nullable::allow_only_null(map);
    } else {
        cx.warn_not_represented(
            &pointer::join(at, "enum"),
            "no value is valid for an empty `enum`; it is ignored",
        );
    }
}

/// Declares the types of an `enum` without `type` whose values are scalars of several types: it becomes a union of them.
fn declare_types_of_values(map: &mut Map<String, Value>) {
    let Some(Value::Array(values)) = map.get("enum") else { return };
    let is_other = |value: &Value| value.is_array() || value.is_object();
    let is_typed = map.contains_key("type") || COMPOSITIONS.iter().any(|key| map.contains_key(*key));
    if is_typed || type_of_values(values).is_some() || values.iter().any(is_other) {
        return;
    }
    let numbers: Vec<Value> = values.iter().filter(|value| value.is_number()).cloned().collect();
    let number = type_of_values(&numbers).filter(|_| !numbers.is_empty());
    let other = |name: &'static str| values.iter().any(|value| has_type(value, name)).then_some(name);
    let names: Vec<Value> =
        [other("string"), number, other("boolean")].into_iter().flatten().map(Value::from).collect();
    map.insert("type".to_owned(), Value::Array(names));
}

/// The extension that carries names of the values of an `enum`, by value.
pub(super) const NAMES: &str = "x-codegen-enum-names";

/// The extension that carries descriptions of the values of an `enum`, by value.
pub(super) const DESCRIPTIONS: &str = "x-codegen-enum-descriptions";

/// The extensions by which vendors name and describe the values of an `enum`, and the one that carries them, by value.
const VALUE_TEXTS: [(&str, &[&str]); 2] = [
    (NAMES, &["x-enum-varnames", "x-enumNames", "x-enum-names"]),
    (DESCRIPTIONS, &["x-enumDescriptions", "x-enum-descriptions"]),
];

/// Converts names and descriptions in the order of the values into maps by value: values may be removed or changed later.
fn key_texts_by_value(map: &mut Map<String, Value>) {
    let Some(Value::Array(values)) = map.get("enum") else { return };
    let found = VALUE_TEXTS.iter().filter_map(|(target, sources)| {
        let texts: Map<String, Value> = match sources.iter().find_map(|source| map.get(*source))? {
            Value::Array(list) => {
                let named = values.iter().zip(list).filter(|(value, _)| !value.is_null());
                named.map(|(value, text)| (distinguish_key(value, values), text.clone())).collect()
            }
            Value::Object(named) => named.clone(),
            _ => return None,
        };
        Some((*target, texts))
    });
    for (target, texts) in found.collect::<Vec<_>>() {
        map.entry(target).or_insert(Value::Object(texts));
    }
}

/// What stands before the key of a text that looks like another value, such as `"1"` beside `1`.
const TEXT_MARK: char = '\u{0}';

/// Makes the key of a value among others.
fn distinguish_key(value: &Value, values: &[Value]) -> String {
    let key = value_key(value);
    let is_same = |other: &Value| !other.is_string() && !other.is_null() && value_key(other) == key;
    let is_ambiguous = value.is_string() && values.iter().any(is_same);
    if is_ambiguous { format!("{TEXT_MARK}{key}") } else { key }
}

/// Selects the names or descriptions for the enum of one type that was split from one of several types.
pub(super) fn select_texts(texts: &Value, name: &str) -> Value {
    let Value::Object(texts) = texts else { return texts.clone() };
    let pairs = || texts.iter().map(|(key, text)| (key.strip_prefix(TEXT_MARK), key, text.clone()));
    let plain = pairs().filter(|(marked, ..)| marked.is_none());
    let mut own: Map<String, Value> = plain.map(|(_, key, text)| (key.clone(), text)).collect();
    if name == "string" {
        own.extend(pairs().filter_map(|(marked, _, text)| Some((marked?.to_owned(), text))));
    }
    Value::Object(own)
}

/// The text by which an enum value is known.
pub(super) fn value_key(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(_) => {
            to_integer(value).map_or_else(|| value.to_string(), |integer| integer.to_string())
        }
        other => other.to_string(),
    }
}

/// Makes a number whose values are all integers an integer. Warns if they are not: Rust has no enum of such numbers.
pub(super) fn narrow_numbers(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    if map.get("type").is_none_or(|name| name != "number") {
        return;
    }
    let Some(Value::Array(values)) = map.get("enum") else { return };
    if !values.iter().all(|value| to_integer(value).is_some()) {
        let message = "an `enum` of numbers that are not all integers of 64 bits is not supported; \
                       the documentation lists its values";
        cx.warn_not_represented(&pointer::join(at, "enum"), message);
        return;
    }
    map.insert("type".to_owned(), "integer".into());
    if map.get("format").is_some_and(|format| format == "float" || format == "double") {
        map.shift_remove("format");
    }
}

/// Writes the default and the example of an enum of integers as integers.
fn fit_default(map: &mut Map<String, Value>) {
    for key in ["default", "example"] {
        if let Some(value @ Value::Number(_)) = map.get_mut(key)
            && let Some(integer) = to_integer(value)
        {
            *value = integer.into();
        }
    }
}

/// Converts the values to the schema's type and removes duplicates. Removes the whole `enum` if a value cannot be converted.
pub(super) fn fit_enum(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    let Some(Value::Array(values)) = map.get("enum") else {
        return;
    };
    // Beside a composition there is no type, so the values determine it.
    let declared = map.get("type").and_then(Value::as_str);
    let name = declared.or_else(|| type_of_values(values)).unwrap_or("").to_owned();
    let place = pointer::join(at, "enum");
    let mut converted: Vec<Value> = Vec::with_capacity(values.len());
    let mut seen: HashSet<Value> = HashSet::with_capacity(values.len());
    let mut changed = false;
    for value in values {
        let Some(fit) = convert_value(value, &name) else {
            let shown = if name.is_empty() { "JSON value" } else { &name };
            let message = if name == "integer" && values.iter().all(Value::is_number) {
                format!("`{value}` is not an integer of 64 bits; the schema is treated as any integer")
            } else {
                format!("the `enum` has values of several types; the schema is treated as any {shown}")
            };
            cx.warn_not_represented(&place, message);
            map.shift_remove("enum");
            map.shift_remove("x-codegen-const");
            return;
        };
        // `5.0` is an integer as it is.
        changed |= fit != *value && !(fit.is_number() && value.is_number());
        // Published documents repeat values now and then.
        if seen.insert(fit.clone()) {
            converted.push(fit);
        }
    }
    if changed {
        cx.warn_not_represented(
            &place,
            format!("the `enum` has values of another type than `{name}`; they are converted"),
        );
    }
    map.insert("enum".to_owned(), Value::Array(converted));
    if name == "integer" {
        fit_default(map);
    }
}

/// Converts a value to the type if its meaning is obvious.
fn convert_value(value: &Value, name: &str) -> Option<Value> {
    if name == "integer" {
        return to_integer(value).map(|n| Value::Number(n.into()));
    }
    if has_type(value, name) {
        return Some(value.clone());
    }
    match (name, value) {
        ("string", Value::Number(_) | Value::Bool(_)) => Some(Value::String(value.to_string())),
        ("number", Value::String(text)) => text.parse::<Number>().ok().map(Value::Number),
        ("boolean", Value::String(text)) => text.parse().ok().map(Value::Bool),
        _ => None,
    }
}

/// The 64-bit integer that a number or a text in quotes represents.
pub(super) fn to_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            // The upper bound is exclusive: 2^63 does not fit into `i64`.
            let in_range = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
            (in_range && float.fract() == 0.0).then_some(float as i64)
        }),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Reduces the list of examples, which 3.1 schemas have, to the one `example` of 3.0 schemas.
pub(super) fn lower_examples(map: &mut Map<String, Value>) {
    let first = match map.shift_remove("examples") {
        Some(Value::Array(list)) => list.into_iter().next(),
        // Some documents use the form of parameters in schemas.
        Some(Value::Object(named)) => named.into_iter().next().map(|(_, example)| match example {
            Value::Object(mut example) if example.contains_key("value") => {
                example.shift_remove("value").unwrap_or(Value::Null)
            }
            other => other,
        }),
        other => other,
    };
    if let Some(first) = first {
        map.entry("example").or_insert(first);
    }
}
