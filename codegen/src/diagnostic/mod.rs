//! Messages about the input: each has a code, a place and a help text.
//!
//! Every stage adds messages to one collection and goes on, so that a person sees all mistakes at once. This module does not
//! know the format of a document or OpenAPI: an implementation of [`Locate`] finds positions.

mod code;
mod messages;
mod render;

pub use code::Code;
pub use messages::Messages;
pub use render::{RenderStyle, render_diagnostics};

use std::fmt;

/// Whether a message stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The run stops without output.
    Error,
    /// The run goes on. The output does not represent a part of the document.
    Warning,
}

/// The tree that a pointer refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceId {
    /// The lowered tree, which all stages after `lower` use.
    Lowered,
    /// The document after the overlay was applied, which `lower` uses.
    Document,
    /// The configuration.
    Configuration,
    /// The list of the overlays: the first segment of a pointer is the number of the file.
    Overlay,
}

/// A position in a text, with the text of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The file's name as shown in messages.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// The line, or the part of it around the column if it is long.
    pub text: String,
    /// The number of characters in `text` before the column.
    pub caret: usize,
    /// The JSON Pointer within this file.
    pub pointer: Option<String>,
}

impl Position {
    /// Whether `text` starts where the line starts.
    fn starts_line(&self) -> bool {
        self.caret + 1 == self.column
    }
}

/// The place that a message is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The run as a whole.
    None,
    /// A file as a whole.
    File {
        /// The file's name as shown in messages.
        file: String,
    },
    /// A line and column.
    Position(Position),
    /// A node of a tree. Its position is looked up when the message is rendered.
    Pointer {
        /// The tree.
        source: SourceId,
        /// A JSON Pointer (RFC 6901).
        pointer: String,
    },
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A short name that stays the same when the wording changes.
    pub code: Code,
    /// Whether the run stops.
    pub severity: Severity,
    /// What is wrong, without a full stop.
    pub message: String,
    /// The place in the input.
    pub place: Place,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A message that stops the run.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A message about a part of the document that the output does not represent.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: Code, message: String) -> Self {
        Self { code, severity, message, place: Place::None, help: None }
    }

    /// Sets the place to a node of the lowered tree.
    #[must_use]
    pub fn at(self, pointer: impl Into<String>) -> Self {
        self.at_source(SourceId::Lowered, pointer)
    }

    /// Sets the place to a node of a tree.
    #[must_use]
    pub fn at_source(self, source: SourceId, pointer: impl Into<String>) -> Self {
        self.at_place(Place::Pointer { source, pointer: pointer.into() })
    }

    /// Sets the place.
    #[must_use]
    pub fn at_place(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// Sets the help text.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}

/// The number of errors, and of warnings, that are kept. Nobody corrects more than that one by one.
const MAX_KEPT: usize = 1000;

/// The number of entries and actions that do not fit the document which are kept.
const MAX_MISFITS: usize = 900;

/// All messages of a run, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    /// Messages about entries and actions that do not fit the document. Whether they are errors is decided at the end, so that
    /// they do not keep later stages from finding more.
    misfits: Vec<Diagnostic>,
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

    /// Adds a message unless there is one that says the same of the same place: a property of a body is one of a type too.
    pub(crate) fn push_once(&mut self, diagnostic: Diagnostic) {
        let is_known =
            |other: &Diagnostic| (&other.message, &other.place) == (&diagnostic.message, &diagnostic.place);
        if !self.list.iter().any(is_known) {
            self.push(diagnostic);
        }
    }

    /// Adds a message about an entry of the configuration or an action of an overlay that does not fit the document. It does not
    /// stop the run; [`settle_misfits`](Self::settle_misfits) decides what it is.
    pub fn push_misfit(&mut self, diagnostic: Diagnostic) {
        if self.misfits.len() < MAX_MISFITS && !self.misfits.contains(&diagnostic) {
            self.misfits.push(diagnostic);
        }
    }

    /// The messages of [`push_misfit`](Self::push_misfit) that are not settled yet.
    #[must_use]
    pub fn misfits(&self) -> &[Diagnostic] {
        &self.misfits
    }

    /// Makes errors or warnings of the messages of [`push_misfit`](Self::push_misfit).
    pub fn settle_misfits(&mut self, severity: Severity) {
        for diagnostic in std::mem::take(&mut self.misfits) {
            self.push(Diagnostic { severity, ..diagnostic });
        }
    }

    /// Whether the run must stop.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The number of messages that were not kept.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.errors + self.warnings - self.list.len()
    }

    /// The messages in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Whether there are no messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The number of errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// The number of warnings.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.warnings
    }
}

/// Finds the positions of nodes.
pub trait Locate: fmt::Debug + Send + Sync {
    /// The position of the node, or of its nearest ancestor that is in a text.
    fn locate(&self, source: SourceId, pointer: &str) -> Option<Position>;
}
