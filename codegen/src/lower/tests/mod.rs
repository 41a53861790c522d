//! Each rewrite by example: a schema as written, the same lowered, and the codes of the messages.

mod documents;
mod schemas;

use super::context::Context;
use super::{KeywordRule, LowerOptions, Targets, walk};
use crate::diagnostic::{Diagnostics, Place};
use crate::document::Origins;
use serde_json::{Value, json};

/// A lowered tree before it is typed, the messages as `code pointer`, and what was moved.
struct Outcome {
    root: Value,
    messages: Vec<String>,
    origins: Origins,
}

fn lower_tree(mut root: Value) -> Outcome {
    let mut options = LowerOptions::default();
    options.formats.insert("date_time".to_owned(), "date-time".to_owned());
    options.keywords.insert("ours".to_owned(), KeywordRule::Ignore);
    options.keywords.insert("magic".to_owned(), KeywordRule::Value);
    let mut diagnostics = Diagnostics::default();
    let targets = Targets::collect(&mut root);
    let mut context = Context::new(&options, targets, &mut diagnostics);
    walk::document(&mut root, &mut context);
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
