//! A source to a document: JSON or YAML, decided by the name or the text.

use super::failure::{Failure, TOO_LARGE};
use super::source::{Format, too_long};
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
    let mut failures = Vec::new();
    let (format, read) = read(&source, &mut failures);
    let text = Arc::new(Indexed::new(source, format));
    let root = match read {
        Read::Tree(root) => Some(root),
        Read::RepeatedKeys => {
            let repeated = text.locations().repeated.iter();
            failures.extend(repeated.map(|(pointer, at)| {
                let name = pointer::segments(pointer).last().unwrap_or_default();
                Failure::repeated_key(&name, *at)
            }));
            None
        }
        Read::Nothing => None,
    };
    if failures.is_empty() && root.is_none() {
        let place = Place::File { file: text.source().name.clone() };
        let diagnostic = Diagnostic::error("empty-document", "the file is empty");
        diagnostics.push(diagnostic.at_place(place).help("is this the right file?"));
    }
    let sound = failures.is_empty();
    for failure in failures {
        let mut position = text.position(failure.at);
        // A text that is too large to be read is too large to be searched.
        let pointer = if failure.code == TOO_LARGE { "" } else { text.locations().last_before(failure.at) };
        position.pointer = Some(pointer.to_owned());
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

/// What a text gave.
enum Read {
    Tree(Value),
    RepeatedKeys,
    Nothing,
}

/// Reads JSON or YAML. JSON in a file that is named otherwise is read as JSON all the same: that is a fifth of the work.
fn read(source: &Source, failures: &mut Vec<Failure>) -> (Format, Read) {
    if source.is_named_json() || source.text.trim_start().starts_with('{') {
        match json::parse(&source.text) {
            Ok((tree, false)) => return (Format::Json, Read::Tree(tree)),
            Ok((_, true)) => return (Format::Json, Read::RepeatedKeys),
            Err(failure) if source.is_named_json() => {
                failures.push(failure);
                return (Format::Json, Read::Nothing);
            }
            Err(_) => {}
        }
    }
    (Format::Yaml, yaml::parse(&source.text, failures).map_or(Read::Nothing, Read::Tree))
}
