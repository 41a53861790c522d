//! The state of a lowering: the options, the targets of references, the origins of moved nodes, and the messages.

use super::options::{KeywordRule, LowerOptions, UnknownKeys};
use super::references::Hoists;
use super::targets::Targets;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId};
use crate::document::Origins;
use crate::document::pointer;
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};

/// The number of messages that are remembered in order not to repeat them.
const MAX_REPORTED: usize = 10_000;

/// The help of messages about mistakes in the document.
const CORRECT: &str = "correct it with an overlay action";

/// The state of one lowering.
pub(super) struct LowerContext<'a> {
    pub(super) options: &'a LowerOptions,
    pub(super) targets: Targets,
    pub(super) hoists: Hoists,
    pub(super) origins: Origins,
    /// The components that are being copied into their place of use at the moment, outermost first.
    pub(super) inlining: Vec<String>,
    /// The number of nodes that copies of components added so far.
    pub(super) inlined: usize,
    /// The options that applied to a schema: `/formats/NAME` and `/keywords/NAME`.
    pub(super) applied: BTreeSet<String>,
    diagnostics: &'a mut Diagnostics,
    reported: HashSet<(String, String)>,
}

impl<'a> LowerContext<'a> {
    pub(super) fn new(options: &'a LowerOptions, targets: Targets, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            options,
            targets,
            hoists: Hoists::default(),
            origins: Origins::default(),
            inlining: Vec::new(),
            inlined: 0,
            applied: BTreeSet::new(),
            diagnostics,
            reported: HashSet::new(),
        }
    }

    /// Reports a message about the node at this pointer of the lowered tree. A message about a component that is copied into
    /// a hundred operations is reported once.
    pub(super) fn report(&mut self, diagnostic: Diagnostic, at: &str) {
        let original = self.origins.original(at).into_owned();
        if self.reported.len() >= MAX_REPORTED
            || self.reported.insert((diagnostic.message.clone(), original.clone()))
        {
            self.diagnostics.push(diagnostic.at_source(SourceId::Document, original));
        }
    }

    pub(super) fn error(&mut self, code: Code, at: &str, message: impl Into<String>) {
        self.report(Diagnostic::error(code, message).help(CORRECT), at);
    }

    pub(super) fn warn(&mut self, code: Code, at: &str, message: impl Into<String>) {
        self.report(Diagnostic::warning(code, message).help(CORRECT), at);
    }

    /// Warns about a part of a schema that the generated types do not represent.
    pub(super) fn warn_not_represented(&mut self, at: &str, message: impl Into<String>) {
        let help = "describe it in another way with an overlay action, or remove it";
        self.report(Diagnostic::warning(Code::NOT_REPRESENTED, message).help(help), at);
    }

    /// Reports a key of an object other than a schema that is in no table.
    pub(super) fn report_unknown_key(&mut self, key: &str, object: &str, at: &str) {
        let message = format!("unknown key `{key}` of {object}");
        let help = "remove it, or correct its spelling, with an overlay action";
        self.report_unknown(message, help.to_owned(), &pointer::join(at, key));
    }

    /// Reports a keyword of a schema that is in no table.
    pub(super) fn report_unknown_keyword(&mut self, keyword: &str, at: &str) {
        let message = format!("unknown keyword `{keyword}` of a schema");
        let help = format!(
            "remove it, or correct its spelling, with an overlay action; or add \
             `{keyword} = \"ignore\"` to `[keywords]` of the configuration"
        );
        self.report_unknown(message, help, &pointer::join(at, keyword));
    }

    fn report_unknown(&mut self, message: String, help: String, at: &str) {
        let diagnostic = match self.options.unknown {
            UnknownKeys::Reject => Diagnostic::error(Code::UNKNOWN_KEY, message),
            UnknownKeys::Warn => Diagnostic::warning(Code::UNKNOWN_KEY, message),
        };
        self.report(diagnostic.help(help), at);
    }

    pub(super) fn keyword_rule(&mut self, name: &str) -> Option<KeywordRule> {
        let rule = self.options.keywords.get(name).copied()?;
        self.applied.insert(pointer::from_segments(["keywords", name]));
        Some(rule)
    }

    /// Records that the node at `new` was at `old`, a pointer of the tree as it is before the move.
    pub(super) fn record_move(&mut self, new: &str, old: &str) {
        let original = self.origins.original(old).into_owned();
        self.origins.record(new, original);
    }
}

/// Calls `visit` with the pointer extended by one segment.
pub(super) fn with_segment<R>(at: &mut String, segment: &str, visit: impl FnOnce(&mut String) -> R) -> R {
    let length = at.len();
    pointer::push_segment(at, segment);
    let result = visit(at);
    at.truncate(length);
    result
}

/// The type of a value as messages name it.
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
