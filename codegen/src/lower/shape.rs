//! Gives a schema a form that 3.0 has: infers a missing `type`, removes one beside a composition, and converts tuples and
//! properties by pattern.

use super::context::LowerContext;
use super::keywords::{ANNOTATIONS, COMPOSITIONS};
use super::types::{applies_to, has_type};
use crate::document::pointer;
use serde_json::{Map, Value};

/// Converts `prefixItems`, and the list form of `items` that it replaced, into `x-codegen-prefix-items` beside a plain
/// `items`.
pub(super) fn lower_tuples(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
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
    cx.record_move(&pointer::join(at, "x-codegen-prefix-items"), &pointer::join(at, key));
    map.insert("x-codegen-prefix-items".to_owned(), first);
    // `items: false` forbids further items, which the typed document cannot express.
    if !map.get("items").is_some_and(Value::is_object) {
        map.insert("items".to_owned(), Value::Object(Map::new()));
    }
}

/// Converts `patternProperties` and `unevaluatedProperties` into `additionalProperties`.
pub(super) fn lower_maps(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    let target = pointer::join(at, "additionalProperties");
    if let Some(rest) = map.shift_remove("unevaluatedProperties")
        && rest.is_object()
        && !map.contains_key("additionalProperties")
    {
        cx.record_move(&target, &pointer::join(at, "unevaluatedProperties"));
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
        cx.warn_not_represented(&place, "`patternProperties` with several types are not supported; the values are treated as any JSON value");
        map.insert("additionalProperties".to_owned(), Value::Bool(true));
    } else {
        cx.record_move(&target, &pointer::join(&place, &name));
        map.insert("additionalProperties".to_owned(), schema);
    }
}

/// Adds a missing `type` if the other keywords determine it.
pub(super) fn infer_type(map: &mut Map<String, Value>) {
    let has_any = |keys: &[&str]| keys.iter().any(|key| map.contains_key(*key));
    if has_any(&["type"]) || has_any(COMPOSITIONS) {
        return;
    }
    let name = if let Some(Value::Array(values)) = map.get("enum") {
        type_of_values(values)
    } else if has_any(&["properties", "required", "additionalProperties", "minProperties", "maxProperties"]) {
        Some("object")
    } else if has_any(&["items", "minItems", "maxItems", "uniqueItems"]) {
        Some("array")
    } else if has_any(&["minLength", "maxLength", "pattern"]) {
        Some("string")
    } else if let Some(format) = map.get("format").and_then(Value::as_str) {
        type_of_format(format)
    } else if has_any(&["minimum", "maximum", "multipleOf"]) {
        Some("number")
    } else {
        None
    };
    if let Some(name) = name {
        map.insert("type".to_owned(), name.into());
    }
}

/// The scalar type that all the values have.
pub(super) fn type_of_values(values: &[Value]) -> Option<&'static str> {
    ["string", "integer", "number", "boolean"]
        .into_iter()
        .find(|name| values.iter().all(|value| has_type(value, name)))
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

/// Removes `type` beside a composition, because `openapiv3` would ignore the composition. Infers the type of other schemas.
pub(super) fn lower_composition(map: &mut Map<String, Value>) {
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
        // `{type: string, anyOf: [{pattern}, {maxLength}]}` is one type, whichever of the constraints a string meets.
        for key in COMPOSITIONS {
            map.shift_remove(*key);
        }
        return;
    }
    map.shift_remove("type");
    if name != "object" {
        for key in COMPOSITIONS {
            for branch in map.get_mut(*key).and_then(Value::as_array_mut).into_iter().flatten() {
                add_type(branch, &name);
            }
        }
    }
}

/// Whether every branch only has constraints of the outer type, and nothing that defines a type of its own.
fn only_restricts(branches: Option<&Value>) -> bool {
    let defines_type = |key: &String| {
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
        Some(list) => {
            list.iter().all(|branch| branch.as_object().is_some_and(|b| !b.keys().any(defines_type)))
        }
        None => true,
    }
}

/// Adds the type beside a composition to a branch that has no type of its own.
fn add_type(branch: &mut Value, name: &str) {
    let defining = ["$ref", "type", "oneOf", "anyOf", "allOf"];
    if let Value::Object(branch) = branch
        && !defining.iter().any(|key| branch.contains_key(*key))
    {
        branch.insert("type".to_owned(), name.into());
    }
}

/// Removes keywords that do not apply to the schema's type, such as `maxLength` of an object. They have no effect in JSON
/// Schema either, but they would turn the typed schema into one without a type.
pub(super) fn remove_foreign_keywords(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    let Some(Value::String(name)) = map.get("type") else {
        return;
    };
    let name = name.clone();
    map.retain(|key, value| {
        if ANNOTATIONS.contains(&key.as_str()) || applies_to(key, value, &name) {
            return true;
        }
        if matches!(key.as_str(), "properties" | "items" | "enum") {
            let message = format!("`{key}` does not apply to the type `{name}`; it is ignored");
            cx.warn_not_represented(&pointer::join(at, key), message);
        }
        false
    });
}
