//! Which operations of the document become methods.

use serde::Deserialize;

/// Which operations of the document become methods. Without any entry, all do.
///
/// An operation is selected if an entry matches it and no entry of `except` does. Components that only other operations use
/// are left out. In every entry, `*` stands for any characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Selection {
    /// Tags, without regard to case.
    pub tags: Vec<String>,
    /// Paths, such as `/v1/charges*`.
    pub paths: Vec<String>,
    /// Operations, each by its `operationId` or by method and path, such as `GET /v1/charges`.
    pub operations: Vec<String>,
    /// Operations that are left out, although they are selected otherwise.
    pub except: SelectionEntries,
    /// The names of the webhooks that become events. Without this, all do.
    pub webhooks: Option<Vec<String>>,
}

/// Entries that each match some operations. In every entry, `*` stands for any characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SelectionEntries {
    /// Tags, without regard to case.
    pub tags: Vec<String>,
    /// Paths, such as `/v1/charges*`.
    pub paths: Vec<String>,
    /// Operations, each by its `operationId` or by method and path, such as `GET /v1/charges`.
    pub operations: Vec<String>,
}

impl Selection {
    /// Whether nothing is left out.
    #[must_use]
    pub fn selects_everything(&self) -> bool {
        self == &Self::default()
    }
}
