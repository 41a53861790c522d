//! What the configuration decides about lowering.

use std::collections::BTreeMap;

/// Settings of the lowering; the default takes nothing for granted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LowerOptions {
    /// Formats that the document spells in its own way, with the standard name of each.
    pub formats: BTreeMap<String, String>,
    /// Decisions about schema keywords that the generator does not know.
    pub keywords: BTreeMap<String, KeywordRule>,
    /// What becomes of a key that neither the generator nor `keywords` knows.
    pub unknown: UnknownKeys,
}

/// What a keyword means for the generated types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeywordRule {
    /// Nothing.
    Ignore,
    /// The schema's shape cannot be told: any JSON value.
    Value,
}

/// What becomes of a key that nothing is known about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnknownKeys {
    /// An error: someone has to decide.
    #[default]
    Refuse,
    /// A warning, and the key is ignored: for documents that nobody has looked at.
    Warn,
}
