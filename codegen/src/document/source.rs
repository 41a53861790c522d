//! A file's text and name, with an index of positions that is built on first use.

use super::limits::MAX_BYTES;
use super::lines::Lines;
use super::location::LineColumn;
use super::marks::Marks;
use super::{Locations, json, toml, yaml};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Position};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// With more searches than this, an index of all positions takes less time.
const MAX_SEARCHES: usize = 16;

/// A file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name as shown in messages.
    pub name: String,
    /// The contents of the file.
    pub text: String,
}

impl Source {
    /// Decodes the bytes of a file. Returns `None`, and reports why, if they are not UTF-8 or too long.
    pub fn from_bytes(
        name: impl Into<String>,
        bytes: Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let name = name.into();
        if let Some(diagnostic) = check_length(&name, bytes.len()) {
            diagnostics.push(diagnostic);
            return None;
        }
        match String::from_utf8(bytes) {
            Ok(text) => Some(Self { name, text }),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let decoded = error.as_bytes().get(..valid).unwrap_or_default();
                let decoded = String::from_utf8_lossy(decoded);
                let lines = Lines::new(&decoded);
                let position = position_in(&name, &decoded, &lines, lines.end_position());
                diagnostics.push(
                    Diagnostic::error(Code::NOT_UTF8, format!("byte {valid} of the file is not UTF-8"))
                        .at_place(Place::Position(position))
                        .help("save the file as UTF-8"),
                );
                None
            }
        }
    }

    /// Whether the file has the extension of JSON.
    pub(super) fn has_json_extension(&self) -> bool {
        self.name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"))
    }
}

/// Reports a document that exceeds the limit.
pub(super) fn check_length(name: &str, bytes: usize) -> Option<Diagnostic> {
    (bytes > MAX_BYTES).then(|| {
        let limit = MAX_BYTES >> 20;
        let message = format!("the document has {bytes} bytes; the limit is {limit} MiB");
        let diagnostic = Diagnostic::error(Code::DOCUMENT_TOO_LONG, message);
        diagnostic.at_place(Place::File { file: name.to_owned() }).help("split the document")
    })
}

fn position_in(name: &str, text: &str, lines: &Lines, at: LineColumn) -> Position {
    let (text, caret) = lines.window(text, at);
    Position { file: name.to_owned(), line: at.0, column: at.1, text, caret, pointer: None }
}

/// The format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Toml,
    Yaml,
}

/// A source with an index of its positions. The index is built on first use, since most runs report nothing.
#[derive(Debug)]
pub struct Indexed {
    source: Source,
    format: Format,
    /// What the parser met, if the text is valid YAML.
    marks: Option<Marks>,
    /// How many nodes were searched in the marks.
    searches: AtomicUsize,
    locations: OnceLock<Locations>,
    lines: OnceLock<Lines>,
}

impl Indexed {
    pub(super) fn new(source: Source, format: Format) -> Self {
        Self {
            source,
            format,
            marks: None,
            searches: AtomicUsize::new(0),
            locations: OnceLock::new(),
            lines: OnceLock::new(),
        }
    }

    /// A text whose parser marked its nodes.
    pub(super) fn with_marks(source: Source, format: Format, marks: Option<Marks>) -> Self {
        Self { marks, ..Self::new(source, format) }
    }

    /// The text and its name.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The positions of the nodes.
    pub(super) fn locations(&self) -> &Locations {
        self.locations.get_or_init(|| match self.format {
            Format::Json => json::index_locations(&self.source.text),
            Format::Toml => toml::index_locations(&self.source.text),
            Format::Yaml => yaml::index_locations(&self.source.text),
        })
    }

    /// The position with the text of its line.
    pub(super) fn position(&self, at: LineColumn) -> Position {
        let lines = self.lines.get_or_init(|| Lines::new(&self.source.text));
        position_in(&self.source.name, &self.source.text, lines, at)
    }

    /// The position of the node, or of its nearest ancestor that is in the text.
    #[must_use]
    pub fn locate(&self, pointer: &str) -> Option<Position> {
        let marks = self.marks.as_ref();
        let marks = marks.filter(|_| self.searches.fetch_add(1, Ordering::Relaxed) < MAX_SEARCHES);
        let at = match marks {
            Some(marks) => marks.find(pointer),
            None => self.locations().find(pointer),
        }?;
        let mut position = self.position(at);
        position.pointer = Some(pointer.to_owned());
        Some(position)
    }
}
