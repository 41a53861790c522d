//! Lowers `type`: null becomes `nullable`, several types become a union, and unknown types are reported.

use super::constants::{DESCRIPTIONS, NAMES, select_texts};
use super::context::LowerContext;
use super::keywords::{COMPOSITIONS, is_annotation};
use super::nullable;
use crate::document::pointer;
use serde_json::{Map, Value};

/// The types of OpenAPI, without `null`.
const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];

/// Names of types from other languages with an obvious meaning, each with its type and format.
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

/// Reduces `type` to at most one name other than `null`.
pub(super) fn lower_types(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    let names: Vec<Value> = match map.get("type") {
        None => return,
        Some(Value::String(name)) if TYPES.contains(&name.as_str()) => return,
        Some(Value::Array(names)) => names.clone(),
        Some(name) => vec![name.clone()],
    };
    let mut types: Vec<String> = Vec::new();
    let mut has_null = false;
    for name in names {
        match name.as_str() {
            None | Some("null") => has_null = true,
            Some(name) => {
                let known = known_type(name, map, at, cx);
                types.extend(known.filter(|name| !types.contains(name)));
            }
        }
    }
    if has_null {
        nullable::allow_null(map);
    }
    if types.iter().any(|t| t == "number") {
        types.retain(|t| t != "integer");
    }
    if let Some(Value::Array(values)) = map.get("enum") {
        types.retain(|name| values.iter().any(|value| has_type(value, name)));
    }
    map.shift_remove("type");
    match types.as_slice() {
        [] if has_null && has_annotations_only(map) => nullable::allow_only_null(map),
        [] => {}
        [name] => {
            map.insert("type".to_owned(), Value::String(name.clone()));
        }
        // A composition describes the types in more detail than the list does.
        _ if COMPOSITIONS.iter().any(|key| map.contains_key(*key)) => {}
        types => split_types(map, types, at, cx),
    }
}

fn has_annotations_only(map: &Map<String, Value>) -> bool {
    map.keys().all(|key| is_annotation(key))
}

/// The OpenAPI type for a name. Returns `None`, with a warning, if the name is unknown.
fn known_type(
    name: &str,
    map: &mut Map<String, Value>,
    at: &str,
    cx: &mut LowerContext<'_>,
) -> Option<String> {
    if TYPES.contains(&name) {
        return Some(name.to_owned());
    }
    let place = pointer::join(at, "type");
    let shown = name.escape_debug();
    let Some((_, ty, format)) = FOREIGN.iter().find(|row| row.0 == name) else {
        cx.warn_not_represented(&place, format!("unknown type `{shown}`; it is ignored"));
        return None;
    };
    cx.warn_not_represented(&place, format!("unknown type `{shown}`; it is treated as `{ty}`"));
    if let Some(format) = format {
        map.entry("format").or_insert_with(|| Value::from(*format));
    }
    Some((*ty).to_owned())
}

/// Converts `type: [string, integer]` into `anyOf`. Each keyword moves to the types that it applies to.
fn split_types(map: &mut Map<String, Value>, types: &[String], at: &str, cx: &mut LowerContext<'_>) {
    let mut branches: Vec<Map<String, Value>> = types
        .iter()
        .map(|name| [("type".to_owned(), Value::String(name.clone()))].into_iter().collect())
        .collect();
    let keys: Vec<String> = map.keys().cloned().collect();
    for key in keys {
        let is_moved = ["x-codegen-prefix-items", NAMES, DESCRIPTIONS].contains(&key.as_str());
        if is_annotation(&key) && !is_moved {
            continue;
        }
        let Some(value) = map.shift_remove(&key) else {
            continue;
        };
        for (name, branch) in types.iter().zip(&mut branches) {
            if key == NAMES || key == DESCRIPTIONS {
                branch.insert(key.clone(), select_texts(&value, name));
            } else if key == "enum" {
                let values: Vec<Value> = value.as_array().map_or_else(Vec::new, |values| {
                    values.iter().filter(|value| has_type(value, name)).cloned().collect()
                });
                branch.insert(key.clone(), Value::Array(values));
            } else if applies_to(&key, &value, name) {
                branch.insert(key.clone(), value.clone());
            }
        }
    }
    let place = pointer::join(at, "anyOf");
    for index in 0..branches.len() {
        cx.record_move(&format!("{place}/{index}"), at);
    }
    let branches = branches.into_iter().map(Value::Object).collect();
    map.insert("anyOf".to_owned(), Value::Array(branches));
}

/// Whether a keyword affects values of the type.
pub(super) fn applies_to(key: &str, value: &Value, name: &str) -> bool {
    match key {
        "minLength" | "maxLength" | "pattern" | "contentEncoding" | "contentMediaType" => name == "string",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            matches!(name, "number" | "integer")
        }
        "format" => match value.as_str() {
            Some("int32" | "int64" | "float" | "double") => matches!(name, "number" | "integer"),
            // Documents use formats such as `decimal` and `unixtime` with numbers as well as strings.
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

/// Whether a value has the type.
pub(super) fn has_type(value: &Value, name: &str) -> bool {
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
