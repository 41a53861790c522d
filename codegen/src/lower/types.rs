//! `type`: null becomes `nullable`, several types become a union, and what is no type at all is told.

use super::context::Context;
use super::nullable;
use super::schema::{ANNOTATIONS, COMPOSITIONS};
use crate::document::pointer;
use serde_json::{Map, Value};

/// The names that OpenAPI knows, without `null`.
const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];

/// Names from elsewhere that have an obvious meaning, with the type and format they stand for.
const FOREIGN: &[(&str, &str, Option<&str>)] = &[
    ("int", "integer", None),
    ("long", "integer", Some("int64")),
    ("float", "number", Some("float")),
    ("double", "number", Some("double")),
    ("decimal", "number", None),
    ("bool", "boolean", None),
    ("str", "string", None),
    ("text", "string", None),
    ("uuid", "string", Some("uuid")),
    ("date", "string", Some("date")),
    ("datetime", "string", Some("date-time")),
    ("date-time", "string", Some("date-time")),
    ("file", "string", Some("binary")),
    ("list", "array", None),
    ("map", "object", None),
];

/// Leaves at most one type name that is none of null.
pub(super) fn lower(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    let names: Vec<Value> = match map.get("type") {
        None => return,
        Some(Value::String(name)) if TYPES.contains(&name.as_str()) => return,
        Some(Value::Array(names)) => names.clone(),
        Some(name) => vec![name.clone()],
    };
    let mut types: Vec<String> = Vec::new();
    let mut null = false;
    for name in names {
        match name.as_str() {
            None | Some("null") => null = true,
            Some(name) => types.extend(known(name, map, at, cx).filter(|name| !types.contains(name))),
        }
    }
    if null {
        nullable::set(map);
    }
    if types.iter().any(|t| t == "number") {
        types.retain(|t| t != "integer");
    }
    if let Some(Value::Array(values)) = map.get("enum") {
        types.retain(|name| values.iter().any(|value| fits(value, name)));
    }
    map.shift_remove("type");
    match types.as_slice() {
        [] if null && is_untold(map) => nullable::set_only(map),
        [] => {}
        [one] => {
            map.insert("type".to_owned(), Value::String(one.clone()));
        }
        // A composition says in more detail what the list of types says in general.
        _ if COMPOSITIONS.iter().any(|key| map.contains_key(*key)) => {}
        several => split(map, several, at, cx),
    }
}

fn is_untold(map: &Map<String, Value>) -> bool {
    map.keys().all(|key| ANNOTATIONS.contains(&key.as_str()) || key.starts_with("x-"))
}

/// The OpenAPI name for a type name; none, with a warning, if it means nothing.
fn known(name: &str, map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) -> Option<String> {
    if TYPES.contains(&name) {
        return Some(name.to_owned());
    }
    let place = pointer::join(at, "type");
    let shown = name.escape_debug();
    let Some((_, meant, format)) = FOREIGN.iter().find(|row| row.0 == name) else {
        cx.loses(&place, format!("`{shown}` is no type; the schema is read as if it named none"));
        return None;
    };
    cx.loses(&place, format!("`{shown}` is no type; it is read as `{meant}`"));
    if let Some(format) = format {
        map.entry("format").or_insert_with(|| Value::from(*format));
    }
    Some((*meant).to_owned())
}

/// `type: [string, integer]` to `anyOf`, each keyword going to the type that it is about.
fn split(map: &mut Map<String, Value>, types: &[String], at: &str, cx: &mut Context<'_>) {
    let mut branches: Vec<Map<String, Value>> = types
        .iter()
        .map(|name| [("type".to_owned(), Value::String(name.clone()))].into_iter().collect())
        .collect();
    let keys: Vec<String> = map.keys().cloned().collect();
    for key in keys {
        if ANNOTATIONS.contains(&key.as_str()) || (key.starts_with("x-") && key != "x-codegen-prefix-items") {
            continue;
        }
        let Some(value) = map.shift_remove(&key) else {
            continue;
        };
        for (name, branch) in types.iter().zip(&mut branches) {
            if key == "enum" {
                let own: Vec<Value> = value.as_array().map_or_else(Vec::new, |values| {
                    values.iter().filter(|value| fits(value, name)).cloned().collect()
                });
                branch.insert(key.clone(), Value::Array(own));
            } else if applies(&key, &value, name) {
                branch.insert(key.clone(), value.clone());
            }
        }
    }
    let place = pointer::join(at, "anyOf");
    for index in 0..branches.len() {
        cx.moved(&format!("{place}/{index}"), at);
    }
    let branches = branches.into_iter().map(Value::Object).collect();
    map.insert("anyOf".to_owned(), Value::Array(branches));
}

/// Whether a keyword says something about values of a type.
pub(super) fn applies(key: &str, value: &Value, name: &str) -> bool {
    match key {
        "minLength" | "maxLength" | "pattern" | "contentEncoding" | "contentMediaType" => name == "string",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            matches!(name, "number" | "integer")
        }
        "format" => match value.as_str() {
            Some("int32" | "int64" | "float" | "double") => matches!(name, "number" | "integer"),
            // Documents give numbers formats of their own (`decimal`, `unixtime`), which only the name can explain.
            _ => matches!(name, "string" | "number" | "integer"),
        },
        "properties" | "required" | "additionalProperties" | "minProperties" | "maxProperties" => {
            name == "object"
        }
        "items" | "minItems" | "maxItems" | "uniqueItems" | "x-codegen-prefix-items" => name == "array",
        "enum" => matches!(name, "string" | "number" | "integer" | "boolean"),
        _ => true,
    }
}

/// Whether a value is of a type.
pub(super) fn fits(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}
