//! Says why the values of a schema have no type.

use serde_json::{Map, Value};

use crate::document::pointer;
use crate::ir::TypeRef;

/// How many references are followed: a schema may refer to itself.
const MAX_STEPS: usize = 32;

/// The reason why the values at a place of the document have no type.
pub(super) fn find_reason(document: &Value, pointer: &str, ty: &TypeRef) -> &'static str {
    let place = document.pointer(pointer).and_then(Value::as_object);
    let place = place.and_then(|place| follow_references(document, place));
    let schema = place.and_then(schema_of_place).and_then(|schema| find_innermost(document, schema, ty));
    schema.map_or("a media type without a schema", |schema| reason_of(schema, ty.innermost()))
}

/// The schema of a parameter, a body or a response, or the schema itself.
fn schema_of_place(place: &Map<String, Value>) -> Option<&Map<String, Value>> {
    if let Some(Value::Object(content)) = place.get("content") {
        return content.values().find_map(|media| media.get("schema")?.as_object());
    }
    let is_parameter = place.get("in").is_some_and(Value::is_string) && place.contains_key("name");
    if is_parameter { place.get("schema")?.as_object() } else { Some(place) }
}

/// The schema of the values within lists and maps, behind references.
fn find_innermost<'a>(
    document: &'a Value,
    schema: &'a Map<String, Value>,
    ty: &TypeRef,
) -> Option<&'a Map<String, Value>> {
    let schema = follow_references(document, schema)?;
    let (key, inner) = match ty.split_null().0 {
        TypeRef::List(inner) => ("items", inner),
        TypeRef::Map(inner) => ("additionalProperties", inner),
        _ => return Some(schema),
    };
    match schema.get(key) {
        Some(Value::Object(items)) => find_innermost(document, items, inner),
        _ => Some(schema),
    }
}

/// What a reference refers to, or the object itself.
fn follow_references<'a>(
    document: &'a Value,
    object: &'a Map<String, Value>,
) -> Option<&'a Map<String, Value>> {
    let mut object = object;
    for _ in 0..MAX_STEPS {
        let Some(reference) = object.get("$ref").and_then(Value::as_str) else { return Some(object) };
        let fragment = reference.strip_prefix('#')?;
        object = document.pointer(&pointer::decode_fragment(fragment))?.as_object()?;
    }
    None
}

fn reason_of(schema: &Map<String, Value>, ty: &TypeRef) -> &'static str {
    let has = |key: &str| schema.contains_key(key);
    let kind = schema.get("type");
    if has("prefixItems") || schema.get("items").is_some_and(Value::is_array) {
        "a tuple"
    } else if has("oneOf") || has("anyOf") {
        "a union with variants that cannot be told apart, or of any type"
    } else if has("allOf") {
        "an `allOf` whose branches cannot be merged"
    } else if has("not") {
        "`not`"
    } else if has("enum") {
        "an enum of several types"
    } else if kind.and_then(Value::as_str) == Some("array") {
        "a list without `items`"
    } else if *ty == TypeRef::JsonObject {
        "an object without properties"
    } else if kind.is_some_and(Value::is_array) {
        "several types"
    } else if kind.is_some() {
        "a type that is not known"
    } else {
        "a schema without a type"
    }
}
