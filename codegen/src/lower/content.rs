//! What parameters, headers, bodies and responses carry: a schema, or content by media type, with examples.

use super::context::{Context, below};
use super::objects;
use super::paths::check_style;
use super::schema;
use super::walk::members;
use crate::document::pointer;
use serde_json::{Map, Value};

/// What parameters and headers have in common.
pub(super) fn schema_or_content(map: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    examples(map, at, cx);
    if let Some(schema) = map.get_mut("schema") {
        below(at, "schema", |at| schema::lower(schema, at, cx));
        if map
            .shift_remove("content")
            .is_some_and(|content| content.as_object().is_some_and(|c| !c.is_empty()))
        {
            cx.loses(
                &pointer::join(at, "content"),
                "`schema` says it already; `content` beside it is ignored",
            );
        }
    } else if map.get("content").is_some_and(|c| c.as_object().is_some_and(|c| !c.is_empty())) {
        content(map, at, cx);
    } else {
        map.insert("schema".to_owned(), Value::Object(Map::new()));
    }
}

/// `examples` is an object of examples; the list that 3.1 schemas have is met here as well.
fn examples(map: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    match map.get_mut("examples") {
        Some(Value::Array(list)) => {
            let first = list.drain(..).next();
            map.shift_remove("examples");
            if let Some(first) = first {
                map.entry("example").or_insert(first);
            }
        }
        Some(examples @ Value::Object(_)) => {
            // A value that stands where an object with a `value` should.
            for example in examples.as_object_mut().into_iter().flat_map(Map::values_mut) {
                if !example.is_object() {
                    let value = [("value".to_owned(), example.take())];
                    *example = Value::Object(value.into_iter().collect());
                }
            }
            members(Some(examples), "examples", at, cx, |example, at, cx| {
                cx.inlined(example, at, |cx, example, at| {
                    if let Value::Object(example) = example {
                        objects::check(example, &objects::EXAMPLE, at, cx);
                    }
                });
            });
        }
        _ => {
            map.shift_remove("examples");
        }
    }
}

pub(super) fn content(map: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    members(map.get_mut("content"), "content", at, cx, |media_type, at, cx| {
        cx.inlined(media_type, at, |cx, media_type, at| lower_media_type(media_type, at, cx));
    });
}

fn lower_media_type(media_type: &mut Value, at: &mut String, cx: &mut Context<'_>) {
    let Value::Object(map) = media_type else {
        return;
    };
    objects::check(map, &objects::MEDIA_TYPE, at, cx);
    examples(map, at, cx);
    if let Some(schema) = map.get_mut("schema") {
        below(at, "schema", |at| schema::lower(schema, at, cx));
    }
    members(map.get_mut("encoding"), "encoding", at, cx, |encoding, at, cx| {
        if let Value::Object(encoding) = encoding {
            objects::check(encoding, &objects::ENCODING, at, cx);
            check_style("query", encoding, at, cx);
            headers(encoding, at, cx);
        }
    });
}

pub(super) fn headers(map: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    members(map.get_mut("headers"), "headers", at, cx, |header, at, cx| {
        cx.inlined(header, at, |cx, header, at| {
            if let Value::Object(header) = header {
                objects::check(header, &objects::HEADER, at, cx);
                schema_or_content(header, at, cx);
            }
        });
    });
}
