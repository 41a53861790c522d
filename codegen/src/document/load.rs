//! Loads a document: chooses the format, parses the text, and enforces the limits.

use super::failure::Failure;
use super::marks::Marks;
use super::source::{Format, check_length};
use super::{Indexed, Origins, Source, json, limits, pointer, yaml};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Position};
use serde_json::Value;
use std::sync::Arc;

/// An untyped tree that keeps the order of the text, and the way from its nodes to positions.
#[derive(Debug, Clone)]
pub struct Document {
    /// The tree. Each stage changes it.
    pub root: Value,
    /// The text as it was read.
    pub(crate) text: Arc<Indexed>,
    /// The places in the text of the nodes that the overlay moved.
    pub(crate) moved: Origins,
    /// The places in the list of overlays of the nodes that they added.
    pub(crate) added: Origins,
}

impl Document {
    /// The position of a node in the text, or of its nearest ancestor that is in the text.
    #[must_use]
    pub fn locate(&self, pointer: &str) -> Option<Position> {
        self.text.locate(pointer)
    }

    /// The source that the document was loaded from.
    #[must_use]
    pub fn source(&self) -> &Source {
        self.text.source()
    }
}

/// Loads a document. Returns `None`, and reports why, if the text is not a valid document.
pub fn load_document(source: Source, diagnostics: &mut Diagnostics) -> Option<Document> {
    if let Some(diagnostic) = check_length(&source.name, source.text.len()) {
        diagnostics.push(diagnostic);
        return None;
    }
    // Neither parser accepts a byte order mark.
    let source = match source.text.strip_prefix('\u{feff}') {
        Some(text) => Source { text: text.to_owned(), name: source.name },
        None => source,
    };
    let mut failures = Vec::new();
    let (format, mut parsed) = parse_source(&source, &mut failures);
    let marks = if let Parsed::Tree(_, marks) = &mut parsed { marks.take() } else { None };
    let text = Arc::new(Indexed::with_marks(source, format, marks));
    let root = match parsed {
        Parsed::Tree(root, _) => Some(root),
        Parsed::RepeatedKeys => {
            let repeated = text.locations().repeated.iter();
            failures.extend(repeated.map(|(pointer, at)| {
                let key = pointer::segments(pointer).last().unwrap_or_default();
                Failure::repeated_key(&key, *at)
            }));
            None
        }
        Parsed::Nothing => None,
    };
    if failures.is_empty() && root.is_none() {
        let place = Place::File { file: text.source().name.clone() };
        let diagnostic = Diagnostic::error(Code::EMPTY_DOCUMENT, "the file is empty");
        diagnostics.push(diagnostic.at_place(place).help("check that this is the right file"));
    }
    let is_valid = failures.is_empty();
    for failure in failures {
        diagnostics.push(locate_failure(failure, &text));
    }
    let root = root.filter(|_| is_valid)?;
    if let Some(pointer) = limits::find_too_long_pointer(&root) {
        let message = "the keys on the path to a node of the document are too long together";
        let place = text.locate(&pointer).map_or(Place::None, Place::Position);
        diagnostics.push(Diagnostic::error(Code::TOO_DEEP, message).at_place(place).help("shorten the keys"));
        return None;
    }
    Some(Document { root, text, moved: Origins::default(), added: Origins::default() })
}

fn locate_failure(failure: Failure, text: &Indexed) -> Diagnostic {
    let mut position = text.position(failure.at);
    // The index of a document that is too large would be too large as well.
    let is_indexed = failure.code != Code::TOO_LARGE;
    let pointer = if is_indexed { text.locations().last_before(failure.at) } else { "" };
    position.pointer = Some(pointer.to_owned());
    let diagnostic = Diagnostic::error(failure.code, failure.message).help(failure.help);
    diagnostic.at_place(Place::Position(position))
}

/// The result of parsing a text.
enum Parsed {
    /// The tree, with the positions of its nodes if the text is YAML.
    Tree(Value, Option<Marks>),
    /// A JSON text with repeated keys; the index of positions lists them.
    RepeatedKeys,
    /// An empty or invalid text.
    Nothing,
}

/// Parses JSON or YAML. Text that looks like JSON is parsed as JSON first whatever the file's name, since that takes a fifth
/// of the time.
fn parse_source(source: &Source, failures: &mut Vec<Failure>) -> (Format, Parsed) {
    if source.has_json_extension() || source.text.trim_start().starts_with('{') {
        match json::parse_json(&source.text) {
            Ok((tree, false)) => return (Format::Json, Parsed::Tree(tree, None)),
            Ok((_, true)) => return (Format::Json, Parsed::RepeatedKeys),
            Err(failure) if source.has_json_extension() => {
                failures.push(failure);
                return (Format::Json, Parsed::Nothing);
            }
            Err(_) => {}
        }
    }
    let parsed = yaml::parse_yaml(&source.text, failures);
    (Format::Yaml, parsed.map_or(Parsed::Nothing, |(root, marks)| Parsed::Tree(root, Some(marks))))
}
