//! One schema and all below it: the rewrites in their order, then the children.

use super::context::{Context, below, kind_of};
use super::keywords::{self, Decision};
use super::kinds;
use super::options::KeywordRule;
use super::{bounds, constants, formats, nullable, objects, shape, types};
use crate::document::pointer;
use serde_json::{Map, Value};

/// Members that say nothing about which values are allowed.
pub(super) const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "default",
    "example",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "externalDocs",
    "nullable",
];

/// The keywords that hold a list of schemas.
pub(super) const COMPOSITIONS: &[&str] = &["oneOf", "anyOf", "allOf"];

/// Lowers a schema in place.
pub(super) fn lower(value: &mut Value, at: &mut String, cx: &mut Context<'_>) {
    let Some(map) = as_object(value, at, cx) else {
        return;
    };
    loop {
        check_keywords(map, at, cx);
        // A branch that takes the place of its union brings keywords of its own.
        if !nullable::unwrap_union(map, at, cx) {
            break;
        }
    }
    if reference(map, at, cx) {
        return;
    }
    constants::lower(map, at, cx);
    shape::tuples(map, at, cx);
    shape::maps(map, at, cx);
    types::lower(map, at, cx);
    formats::lower(map, at, cx);
    shape::infer_type(map);
    shape::composition(map, at, cx);
    shape::drop_foreign_keywords(map, at, cx);
    bounds::lower(map, at, cx);
    constants::fit_enum(map, at, cx);
    constants::examples(map);
    children(map, at, cx);
    nullable::from_variants(map);
    constants::merge_variants(map, at, cx);
}

/// `true` allows everything, `false` nothing; an empty YAML value is as good as no statement.
fn as_object<'a>(value: &'a mut Value, at: &str, cx: &mut Context<'_>) -> Option<&'a mut Map<String, Value>> {
    match value {
        Value::Object(_) => {}
        Value::Bool(true) | Value::Null => *value = Value::Object(Map::new()),
        Value::Bool(false) => {
            cx.loses(at, "the schema `false`, which no value satisfies, becomes any JSON value");
            let never = [("x-codegen-never".to_owned(), Value::Bool(true))];
            *value = Value::Object(never.into_iter().collect());
        }
        _ => {
            let message = format!("a schema must be an object, not {}", kind_of(value));
            cx.error("wrong-kind", at, message);
        }
    }
    value.as_object_mut()
}

/// Settles every keyword by the table, or by the configuration for those that are not in it.
fn check_keywords(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    named_discriminator(map, at, cx);
    let mut beyond: Vec<String> = Vec::new();
    let mut free_form = false;
    map.retain(|key, value| {
        if key.starts_with("x-") {
            return true;
        }
        match (keywords::find(key), cx.keyword_rule(key)) {
            (_, Some(KeywordRule::Ignore)) | (Some((_, _, Decision::Ignore, _)), None) => false,
            (_, Some(KeywordRule::Value)) => {
                free_form = true;
                false
            }
            (Some((_, _, Decision::Value, _)), None) => {
                beyond.push(key.clone());
                false
            }
            (Some(("required", ..)), None) if value.is_boolean() => {
                let message = "`required` is a list of members; a boolean says nothing about a schema";
                cx.warn("wrong-kind", &pointer::join(at, key), message);
                false
            }
            (Some((_, kind, _, _)), None) => kinds::check(key, *kind, value, at, cx),
            (None, None) => {
                cx.unknown_key(key, "a schema", at, true);
                false
            }
        }
    });
    if free_form {
        map.retain(|key, _| ANNOTATIONS.contains(&key.as_str()) || key.starts_with("x-"));
    }
    report_beyond(map, &beyond, at, cx);
}

/// In Swagger 2 a discriminator was the property's name alone, and in documents made from it it still is.
fn named_discriminator(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    if let Some(discriminator @ Value::String(_)) = map.get_mut("discriminator") {
        let name = [("propertyName".to_owned(), discriminator.take())];
        *discriminator = Value::Object(name.into_iter().collect());
        let message = "a discriminator is an object; the name is read as its `propertyName`";
        cx.warn("wrong-kind", &pointer::join(at, "discriminator"), message);
    }
}

/// Keywords that the types have no words for: a loss of checks where the shape is known by others, else of the shape.
fn report_beyond(map: &Map<String, Value>, beyond: &[String], at: &str, cx: &mut Context<'_>) {
    let Some(first) = beyond.first() else {
        return;
    };
    let names: Vec<String> = beyond.iter().map(|name| format!("`{name}`")).collect();
    let names = names.join(", ");
    let has_shape = map.keys().any(|key| !ANNOTATIONS.contains(&key.as_str()) && !key.starts_with("x-"));
    let message = if has_shape {
        format!("the types do not say what {names} demands")
    } else {
        format!("{names} alone says nothing that a type can say: any JSON value is taken")
    };
    cx.loses(&pointer::join(at, first), message);
}

/// Settles `$ref`. Whether the schema is nothing but a reference now.
fn reference(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) -> bool {
    let Some(Value::String(text)) = map.get("$ref") else {
        return false;
    };
    let text = text.clone();
    // What only tools read is no reason to make a type of its own.
    if map.keys().all(|key| key == "$ref" || key.starts_with("x-")) {
        let Some(target) = cx.schema_reference(&text, at) else {
            return true;
        };
        map.clear();
        map.insert("$ref".to_owned(), Value::String(target));
        return true;
    }
    map.shift_remove("$ref");
    let first: Map<String, Value> = [("$ref".to_owned(), Value::String(text))].into_iter().collect();
    let list = map.entry("allOf").or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(list) = list {
        let place = pointer::join(at, "allOf");
        for index in (0..list.len()).rev() {
            cx.moved(&format!("{place}/{}", index + 1), &format!("{place}/{index}"));
        }
        list.insert(0, Value::Object(first));
        cx.moved(&format!("{place}/0"), at);
    }
    false
}

fn children(map: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    for (key, value) in map.iter_mut() {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => below(at, key, |at| {
                for (name, property) in properties {
                    below(at, name, |at| lower(property, at, cx));
                }
            }),
            ("oneOf" | "anyOf" | "allOf" | "x-codegen-prefix-items", Value::Array(list)) => {
                below(at, key, |at| {
                    for (index, item) in list.iter_mut().enumerate() {
                        let length = at.len();
                        pointer::push_index(at, index);
                        lower(item, at, cx);
                        at.truncate(length);
                    }
                });
            }
            ("items", value) => below(at, key, |at| lower(value, at, cx)),
            ("additionalProperties", value @ Value::Object(_)) => {
                below(at, key, |at| lower(value, at, cx));
            }
            ("discriminator", Value::Object(discriminator)) => {
                below(at, key, |at| lower_discriminator(discriminator, at, cx));
            }
            ("externalDocs", Value::Object(docs)) => below(at, key, |at| {
                objects::check(docs, &objects::EXTERNAL_DOCS, at, cx);
            }),
            _ => {}
        }
    }
}

/// The mapping of a discriminator names schemas by reference or by bare name; both become references.
fn lower_discriminator(discriminator: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    objects::check(discriminator, &objects::DISCRIMINATOR, at, cx);
    let Some(Value::Object(mapping)) = discriminator.get_mut("mapping") else {
        return;
    };
    below(at, "mapping", |at| {
        for (tag, target) in mapping.iter_mut() {
            let place = pointer::join(at, tag);
            let Value::String(text) = target else {
                cx.error("wrong-kind", &place, "the mapping must name a schema");
                continue;
            };
            if text.starts_with('#') {
                if let Some(resolved) = cx.schema_reference(text, &place) {
                    *text = resolved;
                }
            } else if cx.targets.has_schema(text) {
                *text = format!("{}{text}", super::references::SCHEMAS);
            } else {
                let message = format!("the mapping names `{}`, which is no schema", text.escape_debug());
                cx.error("dangling-ref", &place, message);
            }
        }
    });
}
