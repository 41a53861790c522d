//! A text with its name, and the positions of its nodes once someone asks for one.

use super::limits::MAX_BYTES;
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
                let position = end_of(&name, &String::from_utf8_lossy(read));
                diagnostics.push(
                    Diagnostic::error("not-utf8", format!("byte {valid} of the file is no UTF-8"))
                        .at_place(Place::Position(position))
                        .help("save the document as UTF-8"),
                );
                None
            }
        }
    }

    /// Whether the text is JSON: by the name's extension, else by the first character.
    pub(super) fn is_json(&self) -> bool {
        let extension = self.name.rsplit_once('.').map(|(_, e)| e);
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("json") => true,
            Some("yaml" | "yml") => false,
            _ => self.text.trim_start().starts_with(['{', '[']),
        }
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

fn end_of(name: &str, read: &str) -> Position {
    let text = read.rsplit('\n').next().unwrap_or("");
    Position {
        file: name.to_owned(),
        line: read.matches('\n').count() + 1,
        column: text.chars().count() + 1,
        text: text.to_owned(),
        pointer: None,
    }
}

/// A source whose positions are looked up at the first question: most runs have none.
#[derive(Debug)]
pub struct Indexed {
    source: Source,
    locations: OnceLock<Locations>,
    /// The byte at which each line begins.
    lines: OnceLock<Vec<usize>>,
}

impl Indexed {
    pub(super) fn new(source: Source) -> Self {
        Self { source, locations: OnceLock::new(), lines: OnceLock::new() }
    }

    /// The text and its name.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Where each node stands.
    pub(super) fn locations(&self) -> &Locations {
        self.locations.get_or_init(|| {
            if self.source.is_json() {
                json::locations(&self.source.text)
            } else {
                yaml::locations(&self.source.text)
            }
        })
    }

    /// The position with the text of its line.
    pub(super) fn position(&self, (line, column): LineColumn) -> Position {
        let text = &self.source.text;
        let lines = self.lines.get_or_init(|| {
            let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(index, _)| index + 1);
            std::iter::once(0).chain(after).collect()
        });
        let begin = lines.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
        let end = lines.get(line).copied().unwrap_or(text.len());
        let text = text.get(begin..end).unwrap_or("").trim_end_matches(['\n', '\r']);
        Position { file: self.source.name.clone(), line, column, text: text.to_owned(), pointer: None }
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
