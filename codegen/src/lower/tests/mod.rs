//! Tests of the rewrites by example: a schema as written, the lowered schema, and the codes of the messages.

mod documents;
mod schemas;
mod values;

use super::context::LowerContext;
use super::{KeywordRule, LowerOptions, Targets, walk};
use crate::diagnostic::{Diagnostics, Place};
use crate::document::Origins;
use serde_json::{Value, json};

/// A lowered tree before it is typed, the messages as `code pointer`, and the origins of moved nodes.
struct Outcome {
    root: Value,
    messages: Vec<String>,
    origins: Origins,
}

fn lower_tree(mut root: Value) -> Outcome {
    let mut options = LowerOptions::default();
    options.formats.insert("date_time".to_owned(), "date-time".to_owned());
    options.keywords.insert("ours".to_owned(), KeywordRule::Ignore);
    options.keywords.insert("magic".to_owned(), KeywordRule::AnyValue);
    let mut diagnostics = Diagnostics::default();
    let targets = Targets::collect(&mut root);
    let mut context = LowerContext::new(&options, targets, &mut diagnostics);
    walk::lower_root(&mut root, &mut context);
    let origins = context.origins;
    let messages = diagnostics
        .iter()
        .map(|diagnostic| match &diagnostic.place {
            Place::Pointer { pointer, .. } => format!("{} {pointer}", diagnostic.code),
            place => format!("{} {place:?}", diagnostic.code),
        })
        .collect();
    Outcome { root, messages, origins }
}

/// A document with these component schemas and nothing else.
fn with_schemas(schemas: Value) -> Value {
    json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": schemas}})
}

/// A document with these paths and components.
fn with_paths(paths: Value, components: Value) -> Value {
    json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths, "components": components})
}

/// Lowers the schema as the component `S`, and serializes its typed form.
pub(super) fn lower_to_typed_schema(schema: Value) -> Value {
    let document = with_schemas(json!({"S": schema, "A": {"type": "object"}}));
    let mut diagnostics = Diagnostics::default();
    let lowered = super::lower_tree(document, &LowerOptions::default(), &mut diagnostics);
    assert_eq!(diagnostics, Diagnostics::default());
    let schemas = lowered.and_then(|lowered| lowered.api.components).unwrap_or_default().schemas;
    schemas.get("S").and_then(|schema| serde_json::to_value(schema).ok()).unwrap_or_default()
}

/// Lowers the schema as the component `S`, beside `A` (an object), `B` (another) and `N` (null).
fn assert_lowers(rows: Vec<(Value, Value, &[&str])>) {
    for (written, expected, messages) in rows {
        let outcome = lower_tree(with_schemas(json!({
            "S": written,
            "A": {"type": "object"},
            "B": {"type": "object"},
            "N": {"type": "null"},
        })));
        let actual = &outcome.root["components"]["schemas"]["S"];
        assert_eq!(actual, &expected, "lowered from {written}");
        let messages: Vec<String> =
            messages.iter().map(|message| message.replacen(' ', " /components/schemas/S", 1)).collect();
        assert_eq!(outcome.messages, messages, "messages of {written}");
    }
}
