//! What every rewrite may use: the options, the targets of references, and the way to report and to record moves.

use super::options::{KeywordRule, LowerOptions, UnknownKeys};
use super::references::Hoists;
use super::targets::Targets;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId};
use crate::document::Origins;
use crate::document::pointer;
use serde_json::Value;
use std::collections::HashSet;

/// How many messages are remembered in order not to repeat them.
const MAX_REPORTED: usize = 10_000;

/// What settles a slip of the document's authors.
const CORRECT: &str = "correct it by an action of the overlay";

/// The state of one lowering.
pub(super) struct Context<'a> {
    pub(super) options: &'a LowerOptions,
    pub(super) targets: Targets,
    pub(super) hoists: Hoists,
    pub(super) origins: Origins,
    /// The components that are being copied in at this moment, outermost first.
    pub(super) inlining: Vec<String>,
    /// How many nodes copies of components have added so far.
    pub(super) inlined: usize,
    diagnostics: &'a mut Diagnostics,
    reported: HashSet<(String, String)>,
}

impl<'a> Context<'a> {
    pub(super) fn new(options: &'a LowerOptions, targets: Targets, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            options,
            targets,
            hoists: Hoists::default(),
            origins: Origins::default(),
            inlining: Vec::new(),
            inlined: 0,
            diagnostics,
            reported: HashSet::new(),
        }
    }

    /// Adds a message about the node at this pointer of the lowered tree. A component that is copied into a hundred
    /// operations is complained about once.
    pub(super) fn report(&mut self, diagnostic: Diagnostic, at: &str) {
        let original = self.origins.original(at).into_owned();
        if self.reported.len() >= MAX_REPORTED
            || self.reported.insert((diagnostic.message.clone(), original.clone()))
        {
            self.diagnostics.push(diagnostic.at_source(SourceId::Document, original));
        }
    }

    pub(super) fn error(&mut self, code: &'static str, at: &str, message: impl Into<String>) {
        self.report(Diagnostic::error(code, message).help(CORRECT), at);
    }

    pub(super) fn warn(&mut self, code: &'static str, at: &str, message: impl Into<String>) {
        self.report(Diagnostic::warning(code, message).help(CORRECT), at);
    }

    /// A warning about a schema that the types say less than, with the way to be rid of it.
    pub(super) fn loses(&mut self, at: &str, message: impl Into<String>) {
        let help = "the overlay can say it in another way, or remove it";
        self.report(Diagnostic::warning("not-represented", message).help(help), at);
    }

    /// A key that no table knows.
    pub(super) fn unknown_key(&mut self, key: &str, what: &str, at: &str, is_schema: bool) {
        let place = pointer::join(at, key);
        let message = format!("`{key}` is no key of {what} that the generator knows");
        let help = if is_schema {
            format!(
                "add an action to the overlay that removes it, or `[keywords] {key} = \"ignore\"` to the configuration"
            )
        } else {
            "add an action to the overlay that removes it, or correct its spelling there".to_owned()
        };
        let diagnostic = match self.options.unknown {
            UnknownKeys::Refuse => Diagnostic::error("unknown-key", message),
            UnknownKeys::Warn => Diagnostic::warning("unknown-key", message),
        };
        self.report(diagnostic.help(help), &place);
    }

    pub(super) fn keyword_rule(&self, name: &str) -> Option<KeywordRule> {
        self.options.keywords.get(name).copied()
    }

    /// Notes that what now stands at `new` stood at `old`, itself a pointer of the tree as it was until now.
    pub(super) fn moved(&mut self, new: &str, old: &str) {
        let original = self.origins.original(old).into_owned();
        self.origins.record(new, original);
    }
}

/// Calls `visit` with the pointer one segment longer.
pub(super) fn below<R>(at: &mut String, segment: &str, visit: impl FnOnce(&mut String) -> R) -> R {
    let length = at.len();
    pointer::push(at, segment);
    let result = visit(at);
    at.truncate(length);
    result
}

/// The kind of a value in the words of a message.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
