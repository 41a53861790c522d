//! A text with its name, and the positions of its nodes once someone asks for one.

use super::limits::MAX_BYTES;
use super::lines::Lines;
use super::location::LineColumn;
use super::{Locations, json, yaml};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Position};
use std::sync::OnceLock;

/// A file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name as shown in messages.
    pub name: String,
    /// What stands in the file.
    pub text: String,
}

impl Source {
    /// Takes what was read from a file. `None`, with a message, if it is no UTF-8 or too long.
    pub fn from_bytes(
        name: impl Into<String>,
        bytes: Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let name = name.into();
        if let Some(diagnostic) = too_long(&name, bytes.len()) {
            diagnostics.push(diagnostic);
            return None;
        }
        match String::from_utf8(bytes) {
            Ok(text) => Some(Self { name, text }),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let read = error.as_bytes().get(..valid).unwrap_or_default();
                let read = String::from_utf8_lossy(read);
                let lines = Lines::new(&read);
                let position = position(&name, &read, &lines, lines.last());
                diagnostics.push(
                    Diagnostic::error("not-utf8", format!("byte {valid} of the file is no UTF-8"))
                        .at_place(Place::Position(position))
                        .help("save the document as UTF-8"),
                );
                None
            }
        }
    }

    /// Whether the name says that the text is JSON and nothing else.
    pub(super) fn is_named_json(&self) -> bool {
        self.name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"))
    }
}

/// The message about a document over the limit.
pub(super) fn too_long(name: &str, bytes: usize) -> Option<Diagnostic> {
    (bytes > MAX_BYTES).then(|| {
        let limit = MAX_BYTES >> 20;
        let message = format!("the document has {bytes} bytes; at most {limit} MiB are read");
        let diagnostic = Diagnostic::error("document-too-long", message);
        diagnostic.at_place(Place::File { file: name.to_owned() }).help("split the document")
    })
}

fn position(name: &str, text: &str, lines: &Lines, at: LineColumn) -> Position {
    let (text, caret) = lines.window(text, at);
    Position { file: name.to_owned(), line: at.0, column: at.1, text, caret, pointer: None }
}

/// What a text turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Yaml,
}

/// A source whose positions are looked up at the first question: most runs have none.
#[derive(Debug)]
pub struct Indexed {
    source: Source,
    format: Format,
    locations: OnceLock<Locations>,
    lines: OnceLock<Lines>,
}

impl Indexed {
    pub(super) fn new(source: Source, format: Format) -> Self {
        Self { source, format, locations: OnceLock::new(), lines: OnceLock::new() }
    }

    /// The text and its name.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Where each node stands.
    pub(super) fn locations(&self) -> &Locations {
        self.locations.get_or_init(|| match self.format {
            Format::Json => json::locations(&self.source.text),
            Format::Yaml => yaml::locations(&self.source.text),
        })
    }

    /// The position with what is shown of its line.
    pub(super) fn position(&self, at: LineColumn) -> Position {
        let lines = self.lines.get_or_init(|| Lines::new(&self.source.text));
        position(&self.source.name, &self.source.text, lines, at)
    }

    /// The position of the node, or of its nearest ancestor that stands in the text.
    #[must_use]
    pub fn locate(&self, pointer: &str) -> Option<Position> {
        let at = self.locations().find(pointer)?;
        let mut position = self.position(at);
        position.pointer = Some(pointer.to_owned());
        Some(position)
    }
}
