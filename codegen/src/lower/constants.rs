//! `const`, `enum` and `examples`: lists of plain values of one type, and one example.

use super::context::Context;
use super::nullable;
use super::schema::ANNOTATIONS;
use super::shape::type_of_values;
use super::types::fits;
use crate::document::pointer;
use serde_json::{Map, Number, Value};
use std::collections::HashSet;

/// `const` becomes an `enum` of one; null leaves both for `nullable`.
pub(super) fn lower(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    if let Some(value) = map.shift_remove("const") {
        cx.moved(&pointer::join(at, "enum"), &pointer::join(at, "const"));
        map.insert("enum".to_owned(), Value::Array(vec![value]));
        map.insert("x-codegen-const".to_owned(), Value::Bool(true));
    }
    let Some(Value::Array(values)) = map.get_mut("enum") else {
        return;
    };
    let before = values.len();
    values.retain(|value| !value.is_null());
    let (left, had_null) = (values.len(), values.len() < before);
    if had_null {
        nullable::set(map);
    }
    if left > 0 {
        return;
    }
    map.shift_remove("enum");
    map.shift_remove("x-codegen-const");
    if had_null {
        map.shift_remove("type");
        nullable::set_only(map);
    } else {
        cx.loses(&pointer::join(at, "enum"), "an empty `enum` allows nothing; it is ignored");
    }
}

/// Makes the values those of the schema's type, each once; takes the list out where that cannot be done.
pub(super) fn fit_enum(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    let Some(Value::Array(values)) = map.get("enum") else {
        return;
    };
    // Beside a composition there is no type; the values tell it.
    let told = map.get("type").and_then(Value::as_str);
    let name = told.or_else(|| type_of_values(values)).unwrap_or("").to_owned();
    let place = pointer::join(at, "enum");
    let mut fitted: Vec<Value> = Vec::with_capacity(values.len());
    let mut seen: HashSet<Value> = HashSet::with_capacity(values.len());
    let mut changed = false;
    for value in values {
        let Some(fit) = fit(value, &name) else {
            let message = format!(
                "the values of the `enum` are not all of one plain type; any {} is taken",
                if name.is_empty() { "JSON value" } else { &name }
            );
            cx.loses(&place, message);
            map.shift_remove("enum");
            map.shift_remove("x-codegen-const");
            return;
        };
        changed |= fit != *value;
        // Published lists repeat values now and then.
        if seen.insert(fit.clone()) {
            fitted.push(fit);
        }
    }
    if changed {
        cx.loses(
            &place,
            format!("values of the `enum` are not of the type `{name}`; they are read as if they were"),
        );
    }
    map.insert("enum".to_owned(), Value::Array(fitted));
}

/// The value as one of the type, if that is what was meant.
fn fit(value: &Value, name: &str) -> Option<Value> {
    if name == "integer" {
        return integer(value).map(|n| Value::Number(n.into()));
    }
    if fits(value, name) {
        return Some(value.clone());
    }
    match (name, value) {
        ("string", Value::Number(_) | Value::Bool(_)) => Some(Value::String(value.to_string())),
        ("number", Value::String(text)) => text.parse::<Number>().ok().map(Value::Number),
        ("boolean", Value::String(text)) => text.parse().ok().map(Value::Bool),
        _ => None,
    }
}

/// The 64 bit integer that a value means.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            // The upper limit itself is 2^63, one more than fits.
            let in_range = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
            (in_range && float.fract() == 0.0).then_some(float as i64)
        }),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// 3.1 schemas have a list of examples, 3.0 schemas one.
pub(super) fn examples(map: &mut Map<String, Value>) {
    let first = match map.shift_remove("examples") {
        Some(Value::Array(list)) => list.into_iter().next(),
        // The form that parameters have is met in schemas, too.
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

/// A union of enums, such as one `const` with a description per value, is one enum. The descriptions of single values
/// ride in `x-codegen-enum-descriptions`.
pub(super) fn merge_variants(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    let key = match (map.contains_key("oneOf"), map.contains_key("anyOf")) {
        (true, false) => "oneOf",
        (false, true) => "anyOf",
        _ => return,
    };
    let alone = map.keys().all(|k| k == key || ANNOTATIONS.contains(&k.as_str()) || k.starts_with("x-"));
    let Some(Value::Array(branches)) = map.get(key) else {
        return;
    };
    if !alone || branches.len() < 2 || !branches.iter().all(is_plain_enum) {
        return;
    }
    let types: Vec<Option<&Value>> = branches.iter().map(|branch| branch.get("type")).collect();
    if types.windows(2).any(|pair| pair.first() != pair.last()) {
        return;
    }
    let name = types.first().copied().flatten().cloned();
    let mut values: Vec<Value> = Vec::new();
    let mut seen: HashSet<&Value> = HashSet::new();
    let mut descriptions = Map::new();
    for branch in branches {
        let own = branch.get("enum").and_then(Value::as_array);
        let own = own.map_or(&[][..], Vec::as_slice);
        let text = branch.get("description").or_else(|| branch.get("title"));
        if let ([Value::String(value)], Some(text)) = (own, text) {
            descriptions.insert(value.clone(), text.clone());
        }
        for value in own {
            if seen.insert(value) {
                values.push(value.clone());
            }
        }
    }
    map.shift_remove(key);
    cx.moved(&pointer::join(at, "enum"), &pointer::join(at, key));
    map.extend(name.map(|name| ("type".to_owned(), name)));
    map.insert("enum".to_owned(), Value::Array(values));
    if !descriptions.is_empty() {
        map.insert("x-codegen-enum-descriptions".to_owned(), Value::Object(descriptions));
    }
}

fn is_plain_enum(branch: &Value) -> bool {
    branch.as_object().is_some_and(|branch| {
        branch.contains_key("enum")
            && branch.keys().all(|key| {
                matches!(key.as_str(), "enum" | "type" | "x-codegen-const")
                    || ANNOTATIONS.contains(&key.as_str())
            })
    })
}
