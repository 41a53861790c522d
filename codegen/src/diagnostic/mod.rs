//! What the generator has to say about its input: messages with a code, a place and a way out.
//!
//! Every stage pushes into one collector and goes on, so that a person sees all mistakes at once. This module knows no
//! document format and no OpenAPI: it is told where a place is by whoever implements [`Locate`].

mod code;
mod render;

pub use code::Code;
pub use render::render;

/// Whether a message stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The run ends without output.
    Error,
    /// The run goes on; something of the document is not represented.
    Warning,
}

/// The tree that a pointer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceId {
    /// The tree that lowering made: what all stages after `lower` see.
    Lowered,
    /// The document after the overlay was applied: what `lower` sees.
    Document,
    /// The overlay's own tree.
    Overlay,
}

/// A place in a text, with the text of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The file's name as shown in messages.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// What is shown of the line.
    pub text: String,
    /// How many characters of that stand before the column.
    pub caret: usize,
    /// The JSON Pointer as written in that file, where it differs from the pointer that was asked for.
    pub pointer: Option<String>,
}

/// Where a message points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: the message is about the run as a whole.
    None,
    /// A file as a whole.
    File {
        /// The file's name as shown in messages.
        file: String,
    },
    /// A known line and column.
    Position(Position),
    /// A node of a tree; line and column are looked up when the message is rendered.
    Pointer {
        /// The tree.
        source: SourceId,
        /// An RFC 6901 JSON Pointer.
        pointer: String,
    },
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A short name that stays the same when the wording changes.
    pub code: Code,
    /// Whether the run can go on.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What would settle it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A message that stops the run.
    pub fn error(code: impl Into<Code>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code.into(), message.into())
    }

    /// A message about something that the output does not represent.
    pub fn warning(code: impl Into<Code>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code.into(), message.into())
    }

    fn new(severity: Severity, code: Code, message: String) -> Self {
        Self { code, severity, message, place: Place::None, help: None }
    }

    /// Points to a node of the lowered tree.
    #[must_use]
    pub fn at(self, pointer: impl Into<String>) -> Self {
        self.at_source(SourceId::Lowered, pointer)
    }

    /// Points to a node of the tree named.
    #[must_use]
    pub fn at_source(self, source: SourceId, pointer: impl Into<String>) -> Self {
        self.at_place(Place::Pointer { source, pointer: pointer.into() })
    }

    /// Points to a place of any kind.
    #[must_use]
    pub fn at_place(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// Says what would settle it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}

/// How many errors are kept, and how many warnings. A document with more faults than this is not mended message by message.
const MAX_KEPT: usize = 1000;

/// All messages of a run, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
}

impl Diagnostics {
    /// Adds a message.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let count = match diagnostic.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= MAX_KEPT {
            self.list.push(diagnostic);
        }
    }

    /// Whether the run must stop.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many messages were not kept, because there were too many.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.errors + self.warnings - self.list.len()
    }

    /// The messages in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many messages stop the run.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// How many messages do not.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.warnings
    }
}

/// Finds the line and column of a node. Implemented by what holds the texts.
pub trait Locate {
    /// The position of the node, or of its nearest ancestor that is written in a text.
    fn locate(&self, source: SourceId, pointer: &str) -> Option<Position>;
}
