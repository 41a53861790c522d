//! The old names of renamed items, which the crate keeps as deprecated aliases.

mod paths;
mod resolve;

use std::collections::BTreeMap;

pub(super) use paths::Paths;
pub(crate) use paths::{USER_TOKEN_TYPES, WEBHOOK_TYPES};
pub(super) use resolve::resolve_renames;

/// An old name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The release that renamed the item.
    pub since: String,
    /// The last part of the old path.
    pub name: String,
}

/// The old name of a method that starts a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodAlias {
    /// The old name.
    pub alias: Alias,
    /// The index of the operation.
    pub operation: usize,
}

/// All old names.
#[derive(Debug, Default)]
pub struct Aliases {
    /// By the path of the item as it is called now.
    items: BTreeMap<String, Vec<Alias>>,
    /// Methods that start requests, by the index of the tag whose handle has the old name.
    methods: BTreeMap<usize, Vec<MethodAlias>>,
}

impl Aliases {
    /// Whether nothing was renamed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.methods.is_empty()
    }

    /// The old names of the item with this path, in the notation of `names.txt`.
    #[must_use]
    pub fn find_item(&self, path: &str) -> &[Alias] {
        self.items.get(path).map_or(&[], Vec::as_slice)
    }

    /// The old names of methods on the handle of a tag.
    #[must_use]
    pub fn find_methods(&self, tag: usize) -> &[MethodAlias] {
        self.methods.get(&tag).map_or(&[], Vec::as_slice)
    }
}
