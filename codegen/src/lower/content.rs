//! Lowers the contents of parameters, headers, bodies and responses: a schema, or a schema for each media type, and
//! examples.

use super::context::{LowerContext, with_segment};
use super::objects;
use super::paths::check_style;
use super::schema;
use super::walk::visit_entries;
use crate::document::pointer;
use serde_json::{Map, Value};

/// Lowers the `schema` or `content` of a parameter or header.
pub(super) fn lower_schema_or_content(
    map: &mut Map<String, Value>,
    at: &mut String,
    cx: &mut LowerContext<'_>,
) {
    lower_examples(map, at, cx);
    if let Some(schema) = map.get_mut("schema") {
        with_segment(at, "schema", |at| schema::lower_schema(schema, at, cx));
        if map
            .shift_remove("content")
            .is_some_and(|content| content.as_object().is_some_and(|c| !c.is_empty()))
        {
            cx.warn_not_represented(&pointer::join(at, "content"), "`content` is ignored beside `schema`");
        }
    } else if map.get("content").is_some_and(|c| c.as_object().is_some_and(|c| !c.is_empty())) {
        lower_content(map, at, cx);
    } else {
        map.insert("schema".to_owned(), Value::Object(Map::new()));
    }
}

/// Lowers `examples`, an object of examples. Some documents use a list, as schemas of 3.1 have it.
fn lower_examples(map: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    match map.get_mut("examples") {
        Some(Value::Array(list)) => {
            let first = list.drain(..).next();
            map.shift_remove("examples");
            if let Some(first) = first {
                map.entry("example").or_insert(first);
            }
        }
        Some(examples @ Value::Object(_)) => {
            // Some documents give the value itself in place of an object with a `value`.
            for example in examples.as_object_mut().into_iter().flat_map(Map::values_mut) {
                if !example.is_object() {
                    let value = [("value".to_owned(), example.take())];
                    *example = Value::Object(value.into_iter().collect());
                }
            }
            visit_entries(Some(examples), "examples", at, cx, |example, at, cx| {
                cx.visit_inlined(example, at, |cx, example, at| {
                    if let Value::Object(example) = example {
                        objects::check_keys(example, &objects::EXAMPLE, at, cx);
                        lower_example_values(example);
                    }
                });
            });
        }
        _ => {
            map.shift_remove("examples");
        }
    }
}

/// The value of an example of 3.2: as data, or else as the text that is sent.
fn lower_example_values(example: &mut Map<String, Value>) {
    let (data, text) = (example.shift_remove("dataValue"), example.shift_remove("serializedValue"));
    if let Some(value) = data.or(text) {
        example.entry("value").or_insert(value);
    }
}

pub(super) fn lower_content(map: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    visit_entries(map.get_mut("content"), "content", at, cx, |media_type, at, cx| {
        cx.visit_inlined(media_type, at, |cx, media_type, at| lower_media_type(media_type, at, cx));
    });
}

fn lower_media_type(media_type: &mut Value, at: &mut String, cx: &mut LowerContext<'_>) {
    let Value::Object(map) = media_type else {
        return;
    };
    for key in ["prefixEncoding", "itemEncoding"] {
        if map.shift_remove(key).is_some() {
            let message = format!("`{key}` is not supported: the parts have the encoding of their types");
            cx.warn_not_represented(&pointer::join(at, key), message);
        }
    }
    objects::check_keys(map, &objects::MEDIA_TYPE, at, cx);
    lower_examples(map, at, cx);
    let item = map.shift_remove("itemSchema");
    match (map.get_mut("schema"), item) {
        (Some(schema), item) => {
            with_segment(at, "schema", |at| schema::lower_schema(schema, at, cx));
            if item.is_some() {
                let message = "`itemSchema` is ignored beside `schema`";
                cx.warn_not_represented(&pointer::join(at, "itemSchema"), message);
            }
        }
        // The schema of a stream is that of its items.
        (None, Some(mut item)) => {
            with_segment(at, "itemSchema", |at| schema::lower_schema(&mut item, at, cx));
            cx.record_move(&pointer::join(at, "schema"), &pointer::join(at, "itemSchema"));
            map.insert("schema".to_owned(), item);
        }
        (None, None) => {}
    }
    visit_entries(map.get_mut("encoding"), "encoding", at, cx, |encoding, at, cx| {
        if let Value::Object(encoding) = encoding {
            objects::check_keys(encoding, &objects::ENCODING, at, cx);
            check_style("query", encoding, at, cx);
            // The default depends on the style, so absence is not the same as `false`.
            let explode = encoding.get("explode").cloned();
            encoding.extend(explode.map(|explode| ("x-codegen-explode".to_owned(), explode)));
            lower_headers(encoding, at, cx);
        }
    });
}

pub(super) fn lower_headers(map: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    visit_entries(map.get_mut("headers"), "headers", at, cx, |header, at, cx| {
        cx.visit_inlined(header, at, |cx, header, at| {
            if let Value::Object(header) = header {
                objects::check_keys(header, &objects::HEADER, at, cx);
                lower_schema_or_content(header, at, cx);
            }
        });
    });
}

/// Converts `links`, which docs name, into `x-codegen-links`.
pub(super) fn lower_links(response: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    visit_entries(response.get_mut("links"), "links", at, cx, |link, at, cx| {
        cx.visit_inlined(link, at, |cx, link, at| {
            if let Value::Object(link) = link {
                objects::check_keys(link, &objects::LINK, at, cx);
            }
        });
    });
    if let Some(links) = response.shift_remove("links") {
        cx.record_move(&pointer::join(at, "x-codegen-links"), &pointer::join(at, "links"));
        response.insert("x-codegen-links".to_owned(), links);
    }
}
