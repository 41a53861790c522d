//! What kind of value a schema describes: a missing `type` is supplied, one that only repeats what a composition says is
//! dropped, and tuples and patterns are brought into the form that 3.0 has.

use super::context::Context;
use super::schema::{ANNOTATIONS, COMPOSITIONS};
use super::types::{applies, fits};
use crate::document::pointer;
use serde_json::{Map, Value};

/// `prefixItems`, and the list form of `items` that it replaced, become `x-codegen-prefix-items` beside plain `items`.
pub(super) fn tuples(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    let key = if map.contains_key("prefixItems") {
        "prefixItems"
    } else if map.get("items").is_some_and(Value::is_array) {
        "items"
    } else {
        return;
    };
    let Some(first) = map.shift_remove(key) else {
        return;
    };
    cx.moved(&pointer::join(at, "x-codegen-prefix-items"), &pointer::join(at, key));
    map.insert("x-codegen-prefix-items".to_owned(), first);
    // `items: false` says that the tuple has no further members.
    if !map.get("items").is_some_and(Value::is_object) {
        map.insert("items".to_owned(), Value::Object(Map::new()));
    }
}

/// `patternProperties` and `unevaluatedProperties` become `additionalProperties`.
pub(super) fn maps(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    let own = pointer::join(at, "additionalProperties");
    if let Some(rest) = map.shift_remove("unevaluatedProperties")
        && rest.is_object()
        && !map.contains_key("additionalProperties")
    {
        cx.moved(&own, &pointer::join(at, "unevaluatedProperties"));
        map.insert("additionalProperties".to_owned(), rest);
    }
    let Some(Value::Object(patterns)) = map.shift_remove("patternProperties") else {
        return;
    };
    let place = pointer::join(at, "patternProperties");
    let mut patterns = patterns.into_iter();
    let Some((name, schema)) = patterns.next() else {
        return;
    };
    let others_differ = patterns.any(|(_, other)| other != schema);
    if others_differ || map.get("additionalProperties").is_some_and(Value::is_object) {
        cx.loses(&place, "members of several shapes by pattern become members of any JSON value");
        map.insert("additionalProperties".to_owned(), Value::Bool(true));
    } else {
        cx.moved(&own, &pointer::join(&place, &name));
        map.insert("additionalProperties".to_owned(), schema);
    }
}

/// Supplies the type that the other keywords leave no doubt about.
pub(super) fn infer_type(map: &mut Map<String, Value>) {
    let tells = |keys: &[&str]| keys.iter().any(|key| map.contains_key(*key));
    if tells(&["type"]) || tells(COMPOSITIONS) {
        return;
    }
    let name = if let Some(Value::Array(values)) = map.get("enum") {
        type_of_values(values)
    } else if tells(&["properties", "required", "additionalProperties", "minProperties", "maxProperties"]) {
        Some("object")
    } else if tells(&["items", "minItems", "maxItems", "uniqueItems"]) {
        Some("array")
    } else if tells(&["minLength", "maxLength", "pattern"]) {
        Some("string")
    } else if let Some(format) = map.get("format").and_then(Value::as_str) {
        type_of_format(format)
    } else if tells(&["minimum", "maximum", "multipleOf"]) {
        Some("number")
    } else {
        None
    };
    if let Some(name) = name {
        map.insert("type".to_owned(), name.into());
    }
}

/// The plain type that all the values have.
pub(super) fn type_of_values(values: &[Value]) -> Option<&'static str> {
    ["string", "integer", "number", "boolean"]
        .into_iter()
        .find(|name| values.iter().all(|value| fits(value, name)))
}

fn type_of_format(format: &str) -> Option<&'static str> {
    match format {
        "int32" | "int64" => Some("integer"),
        "float" | "double" => Some("number"),
        "date" | "date-time" | "time" | "duration" | "uuid" | "uri" | "email" | "hostname" | "ipv4"
        | "ipv6" | "byte" | "binary" | "password" => Some("string"),
        _ => None,
    }
}

/// A composition has no `type` beside it, so that the typed model keeps it as one.
pub(super) fn composition(map: &mut Map<String, Value>, _at: &str, _cx: &mut Context<'_>) {
    for key in COMPOSITIONS.iter().chain(&["required"]) {
        if map.get(*key).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            map.shift_remove(*key);
        }
    }
    if !COMPOSITIONS.iter().any(|key| map.contains_key(*key)) {
        infer_type(map);
        return;
    }
    if map.get("properties").and_then(Value::as_object).is_some_and(Map::is_empty) {
        map.shift_remove("properties");
    }
    let Some(Value::String(name)) = map.get("type") else {
        return;
    };
    let name = name.clone();
    if name != "object" && COMPOSITIONS.iter().all(|key| only_restricts(map.get(*key))) {
        // `{type: string, anyOf: [{pattern}, {maxLength}]}`: which of its checks a string passes is no other type.
        for key in COMPOSITIONS {
            map.shift_remove(*key);
        }
        return;
    }
    map.shift_remove("type");
    if name != "object" {
        for key in COMPOSITIONS {
            for branch in map.get_mut(*key).and_then(Value::as_array_mut).into_iter().flatten() {
                give_type(branch, &name);
            }
        }
    }
}

/// Whether every branch says something about values of the outer type only, and nothing that makes a type of its own.
fn only_restricts(branches: Option<&Value>) -> bool {
    let makes_type = |key: &String| {
        matches!(
            key.as_str(),
            "$ref"
                | "type"
                | "enum"
                | "const"
                | "properties"
                | "items"
                | "prefixItems"
                | "oneOf"
                | "anyOf"
                | "allOf"
        )
    };
    match branches.and_then(Value::as_array) {
        Some(list) => list.iter().all(|branch| branch.as_object().is_some_and(|b| !b.keys().any(makes_type))),
        None => true,
    }
}

/// The type beside a composition is that of each branch which does not name its own.
fn give_type(branch: &mut Value, name: &str) {
    let told = ["$ref", "type", "oneOf", "anyOf", "allOf"];
    if let Value::Object(branch) = branch
        && !told.iter().any(|key| branch.contains_key(*key))
    {
        branch.insert("type".to_owned(), name.into());
    }
}

/// A keyword about strings says nothing about an object. The typed model would make a schema with such a keyword one
/// without a type.
pub(super) fn drop_foreign_keywords(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    let Some(Value::String(name)) = map.get("type") else {
        return;
    };
    let name = name.clone();
    map.retain(|key, value| {
        if ANNOTATIONS.contains(&key.as_str()) || applies(key, value, &name) {
            return true;
        }
        if matches!(key.as_str(), "properties" | "items" | "enum") {
            let message = format!("`{key}` says nothing about the type `{name}`; it is ignored");
            cx.loses(&pointer::join(at, key), message);
        }
        false
    });
}
