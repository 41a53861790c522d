//! The part of the configuration that lowering uses.

use std::collections::BTreeMap;

/// Options of the lowering.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LowerOptions {
    /// Non-standard names of formats, each with the standard name.
    pub formats: BTreeMap<String, String>,
    /// Decisions about schema keywords that the generator does not know.
    pub keywords: BTreeMap<String, KeywordRule>,
    /// How to treat a key that neither the generator nor `keywords` knows.
    pub unknown: UnknownKeys,
}

/// How to treat a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeywordRule {
    /// The keyword has no effect on the generated types.
    Ignore,
    /// The keyword defines the values in a way that the generator cannot know, so the schema becomes any JSON value.
    AnyValue,
}

/// How to treat a key that nothing is known about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnknownKeys {
    /// Report an error: somebody has to decide.
    #[default]
    Reject,
    /// Report a warning, and ignore the key: for documents that nobody prepared for the generator.
    Warn,
}
