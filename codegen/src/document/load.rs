//! A source to a document: JSON or YAML, decided by the name or the text.

use super::source::too_long;
use super::failure::Failure;
use super::{Indexed, Origins, Source, json, limits, pointer, yaml};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use serde_json::Value;
use std::sync::Arc;

/// An untyped tree, its members in the order of the text, with all that is needed to say where a node stands.
#[derive(Debug)]
pub struct Document {
    /// The tree. It changes from stage to stage.
    pub root: Value,
    /// The text as it was read.
    pub(crate) text: Arc<Indexed>,
    /// For nodes that an overlay moved within the document: where they stood in the text.
    pub(crate) moved: Origins,
    /// For nodes that an overlay added: where they stand in the overlay.
    pub(crate) added: Origins,
}

impl Document {
    /// The source it was read from.
    #[must_use]
    pub fn source(&self) -> &Source {
        self.text.source()
    }
}

/// Reads a document. `None`, with messages, if the text gives no tree that is worth going on with.
pub fn load(source: Source, diagnostics: &mut Diagnostics) -> Option<Document> {
    if let Some(diagnostic) = too_long(&source.name, source.text.len()) {
        diagnostics.push(diagnostic);
        return None;
    }
    // A byte order mark is no part of the document; both parsers would trip over it.
    let source = match source.text.strip_prefix('\u{feff}') {
        Some(text) => Source { text: text.to_owned(), name: source.name },
        None => source,
    };
    let text = Arc::new(Indexed::new(source));
    let mut failures = Vec::new();
    let root = if text.source().is_json() {
        load_json(&text, &mut failures)
    } else {
        load_yaml(text.source(), &mut failures, diagnostics)
    };
    let sound = failures.is_empty();
    for failure in failures {
        let mut position = text.position(failure.at);
        position.pointer = text.locations().last_before(failure.at).map(str::to_owned);
        let diagnostic = Diagnostic::error(failure.code, failure.message).help(failure.help);
        diagnostics.push(diagnostic.at_place(Place::Position(position)));
    }
    let root = root.filter(|_| sound)?;
    if let Some(pointer) = limits::too_far(&root) {
        let message = "the names on the way to a node of the document are too long in all";
        let position = text.locate(&pointer).map_or(Place::None, Place::Position);
        diagnostics.push(Diagnostic::error("too-deep", message).at_place(position).help("shorten the keys"));
        return None;
    }
    Some(Document { root, text, moved: Origins::default(), added: Origins::default() })
}

fn load_json(text: &Indexed, failures: &mut Vec<Failure>) -> Option<Value> {
    match json::parse(&text.source().text) {
        Ok((tree, false)) => return Some(tree),
        Ok((_, true)) => {
            let repeated = text.locations().repeated.iter();
            failures.extend(repeated.map(|(pointer, at)| {
                let name = pointer::segments(pointer).last().unwrap_or_default();
                Failure::repeated_key(&name, *at)
            }));
        }
        Err(failure) => failures.push(failure),
    }
    None
}

fn load_yaml(source: &Source, failures: &mut Vec<Failure>, diagnostics: &mut Diagnostics) -> Option<Value> {
    let tree = yaml::parse(&source.text, failures);
    if failures.is_empty() && tree.is_none() {
        let place = Place::File { file: source.name.clone() };
        let diagnostic = Diagnostic::error("empty-document", "the file is empty");
        diagnostics.push(diagnostic.at_place(place).help("is this the right file?"));
    }
    tree
}
