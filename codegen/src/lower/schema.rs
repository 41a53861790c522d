//! Lowers one schema and everything below it: applies the rewrites in their order, then lowers the children.

use super::anchors::UNDECIDED;
use super::context::{LowerContext, kind_of, with_segment};
use super::keywords::{self, Decision, is_annotation};
use super::options::KeywordRule;
use super::value_kind::check_value;
use super::{bounds, constants, enum_branches, formats, nullable, objects, references, shape, types};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::pointer;
use serde_json::{Map, Value};

/// Lowers a schema in place.
pub(super) fn lower_schema(value: &mut Value, at: &mut String, cx: &mut LowerContext<'_>) {
    let Some(map) = as_object(value, at, cx) else {
        return;
    };
    loop {
        check_keywords(map, at, cx);
        // A branch that replaces its union adds keywords that have not been checked.
        if !nullable::unwrap_union(map, at, cx) {
            break;
        }
    }
    if lower_reference(map, at, cx) {
        return;
    }
    constants::lower_constants(map, at, cx);
    shape::lower_tuples(map, at, cx);
    shape::lower_maps(map, at, cx);
    types::lower_types(map, at, cx);
    formats::lower_formats(map, cx);
    shape::infer_type(map);
    shape::lower_composition(map);
    constants::narrow_numbers(map, at, cx);
    shape::remove_foreign_keywords(map, at, cx);
    bounds::lower_bounds(map, at, cx);
    constants::fit_enum(map, at, cx);
    constants::lower_examples(map);
    lower_children(map, at, cx);
    nullable::lift_from_branches(map);
    enum_branches::merge_enums(map, at, cx);
}

/// The schema as an object: `true` and an empty YAML value allow every value, `false` allows none.
fn as_object<'a>(
    value: &'a mut Value,
    at: &str,
    cx: &mut LowerContext<'_>,
) -> Option<&'a mut Map<String, Value>> {
    match value {
        Value::Object(_) => {}
        Value::Bool(true) | Value::Null => *value = Value::Object(Map::new()),
        Value::Bool(false) => {
            let message = "no value is valid for the schema `false`; it is treated as any JSON value";
            cx.warn_not_represented(at, message);
            let never = [("x-codegen-never".to_owned(), Value::Bool(true))];
            *value = Value::Object(never.into_iter().collect());
        }
        _ => {
            let message = format!("expected a schema, found {}", kind_of(value));
            cx.error(Code::WRONG_KIND, at, message);
        }
    }
    value.as_object_mut()
}

/// Checks every keyword by the table, or by the configuration if it decides otherwise.
fn check_keywords(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    lower_discriminator_name(map, at, cx);
    let mut unsupported: Vec<(String, &'static str)> = Vec::new();
    let mut is_any_value = false;
    map.retain(|key, value| {
        if key.starts_with("x-") {
            return true;
        }
        match cx.keyword_rule(key) {
            Some(KeywordRule::Ignore) => return false,
            Some(KeywordRule::AnyValue) => {
                is_any_value = true;
                return false;
            }
            None => {}
        }
        let Some(keyword) = keywords::find_keyword(key) else {
            cx.report_unknown_keyword(key, at);
            return false;
        };
        match keyword.decision {
            Decision::Ignore(_) => false,
            Decision::Unsupported(alternative) => {
                unsupported.push((key.clone(), alternative));
                false
            }
            // `required: true` in a property is a habit from Swagger 1, and has no effect.
            Decision::Keep | Decision::Convert if key == "required" && value.is_boolean() => {
                let message = "`required`: expected a list of property names, found a boolean; it is ignored";
                cx.warn(Code::WRONG_KIND, &pointer::join(at, key), message);
                false
            }
            Decision::Keep | Decision::Convert => check_value(key, keyword.value, value, at, cx),
        }
    });
    if is_any_value {
        map.retain(|key, _| is_annotation(key));
    }
    report_unsupported(map, &unsupported, at, cx);
}

/// In Swagger 2, a discriminator was only the name of the property, and converted documents still have that form.
fn lower_discriminator_name(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    if let Some(discriminator @ Value::String(_)) = map.get_mut("discriminator") {
        let name = [("propertyName".to_owned(), discriminator.take())];
        *discriminator = Value::Object(name.into_iter().collect());
        let message = "`discriminator`: expected an object, found a string; it is used as the `propertyName`";
        cx.warn(Code::WRONG_KIND, &pointer::join(at, "discriminator"), message);
    }
}

/// Reports unsupported keywords of a schema in one message. Without another keyword, the type of the values is unknown.
fn report_unsupported(
    map: &Map<String, Value>,
    unsupported: &[(String, &'static str)],
    at: &str,
    cx: &mut LowerContext<'_>,
) {
    let Some((first, alternative)) = unsupported.first() else {
        return;
    };
    if let Some(reason) = map.get(UNDECIDED).and_then(Value::as_str) {
        let message = format!("`{first}` cannot be resolved: {reason}; it is ignored");
        let help = "refer to one schema by `$ref`, with an overlay action";
        cx.report(Diagnostic::warning(Code::NOT_REPRESENTED, message).help(help), &pointer::join(at, first));
        return;
    }
    let names: Vec<String> = unsupported.iter().map(|(name, _)| format!("`{name}`")).collect();
    let has_type = map.keys().any(|key| !is_annotation(key));
    let message = match (names.as_slice(), has_type) {
        ([name], true) => format!("the keyword {name} is not supported; it is ignored"),
        ([name], false) => {
            format!("the keyword {name} is not supported; the schema is treated as any JSON value")
        }
        (_, true) => format!("the keywords {} are not supported; they are ignored", names.join(", ")),
        (_, false) => format!(
            "the keywords {} are not supported; the schema is treated as any JSON value",
            names.join(", ")
        ),
    };
    let help = format!("{alternative}, or remove the keyword, with an overlay action");
    let diagnostic = Diagnostic::warning(Code::NOT_REPRESENTED, message).help(help);
    cx.report(diagnostic, &pointer::join(at, first));
}

/// Lowers `$ref`. Returns whether the schema is only a reference afterwards.
fn lower_reference(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) -> bool {
    let Some(Value::String(text)) = map.get("$ref") else {
        return false;
    };
    let text = text.clone();
    if let Some(reason) = map.get(UNDECIDED).and_then(Value::as_str) {
        let message = format!("`{text}` cannot be resolved: {reason}");
        let help =
            "refer to one schema by its pointer, such as `#/components/schemas/Name`, with an overlay action";
        cx.report(Diagnostic::error(Code::DANGLING_REF, message).help(help), &pointer::join(at, "$ref"));
        return true;
    }
    // Extensions are for tools, so a reference with nothing else beside it needs no type of its own.
    if map.keys().all(|key| key == "$ref" || key.starts_with("x-")) {
        let Some(target) = cx.resolve_schema_reference(&text, at) else {
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
            cx.record_move(&format!("{place}/{}", index + 1), &format!("{place}/{index}"));
        }
        list.insert(0, Value::Object(first));
        cx.record_move(&format!("{place}/0"), at);
    }
    false
}

fn lower_children(map: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    for (key, value) in map.iter_mut() {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => with_segment(at, key, |at| {
                for (name, property) in properties {
                    with_segment(at, name, |at| lower_schema(property, at, cx));
                }
            }),
            ("oneOf" | "anyOf" | "allOf" | "x-codegen-prefix-items", Value::Array(list)) => {
                with_segment(at, key, |at| {
                    for (index, item) in list.iter_mut().enumerate() {
                        let length = at.len();
                        pointer::push_index(at, index);
                        lower_schema(item, at, cx);
                        at.truncate(length);
                    }
                });
            }
            ("items", value) => with_segment(at, key, |at| lower_schema(value, at, cx)),
            ("additionalProperties", value @ Value::Object(_)) => {
                with_segment(at, key, |at| lower_schema(value, at, cx));
            }
            ("discriminator", Value::Object(discriminator)) => {
                with_segment(at, key, |at| lower_discriminator(discriminator, at, cx));
            }
            ("externalDocs", Value::Object(docs)) => with_segment(at, key, |at| {
                objects::check_keys(docs, &objects::EXTERNAL_DOCS, at, cx);
            }),
            _ => {}
        }
    }
}

/// Lowers a discriminator. Its mapping refers to schemas by reference or by bare name; both become references.
fn lower_discriminator(discriminator: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    objects::check_keys(discriminator, &objects::DISCRIMINATOR, at, cx);
    if let Some(mut target) = discriminator.shift_remove("defaultMapping")
        && lower_mapping_target(&mut target, "`defaultMapping`", &pointer::join(at, "defaultMapping"), cx)
    {
        discriminator.insert("x-codegen-default-mapping".to_owned(), target);
    }
    let Some(Value::Object(mapping)) = discriminator.get_mut("mapping") else {
        return;
    };
    with_segment(at, "mapping", |at| {
        mapping.retain(|tag, target| {
            let what = format!("the mapping of `{}`", tag.escape_debug());
            lower_mapping_target(target, &what, &pointer::join(at, tag), cx)
        });
    });
}

/// Makes what a mapping leads to a reference. Returns whether it leads to a schema, and reports it if not.
fn lower_mapping_target(target: &mut Value, what: &str, at: &str, cx: &mut LowerContext<'_>) -> bool {
    let Value::String(text) = target else {
        let message = format!("{what}: expected a schema, found {}", kind_of(target));
        cx.error(Code::WRONG_KIND, at, message);
        return true;
    };
    let is_known = match references::parse_reference(text) {
        references::Target::Schema(name) => cx.targets.has_schema(&name),
        references::Target::Node(pointer) => cx.targets.node(&pointer).is_some(),
        _ => false,
    };
    if cx.targets.has_schema(text) {
        *text = format!("{}{text}", references::SCHEMAS);
    } else if is_known {
        if let Some(resolved) = cx.resolve_schema_reference(text, at) {
            *text = resolved;
        }
    } else {
        let message = format!(
            "{what} refers to `{}`, which is not a component schema; the entry is ignored",
            text.escape_debug()
        );
        let help = "name a component, or remove the entry, with an overlay action";
        cx.report(Diagnostic::warning(Code::DANGLING_REF, message).help(help), at);
        return false;
    }
    true
}
