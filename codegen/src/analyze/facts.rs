//! The facts about a model.

use std::collections::{BTreeMap, BTreeSet};

use super::gates::Gate;
use super::setters::{FieldFacts, RequestFacts};
use super::usage::Usage;
use crate::ir::TypeId;

/// The facts about a model.
#[derive(Debug)]
pub struct Facts {
    /// Fields and variants (type and index) that are boxed, since their type contains itself.
    pub boxed: BTreeSet<(TypeId, usize)>,
    /// Fields and variants (type and index) in whose boxes the compiler's proof of `Send` ends, since the chain of types behind
    /// them is too long for it.
    pub erased: BTreeSet<(TypeId, usize)>,
    /// Required fields (type and index) by which a type needs a value of itself. No value satisfies them, so they are optional
    /// in Rust.
    pub recursive_fields: BTreeSet<(TypeId, usize)>,
    /// Where each type is used; a type without any use is not emitted.
    pub usage: Vec<Usage>,
    /// The features that need each type.
    pub gates: Vec<Gate>,
    /// The fields of each type, by [`TypeId`] and index.
    pub fields: Vec<Vec<FieldFacts>>,
    /// The request of each operation, by its index in [`Api::operations`](crate::ir::Api::operations).
    pub requests: Vec<RequestFacts>,
    /// The operations of each tag, in document order, by their index in [`Api::operations`](crate::ir::Api::operations).
    pub tag_operations: Vec<Vec<usize>>,
    /// The first operation that uses a type as the cursors of its page.
    pub page_infos: BTreeMap<TypeId, usize>,
}

impl Facts {
    /// Whether the type is emitted.
    #[must_use]
    pub fn is_emitted(&self, id: TypeId) -> bool {
        self.usage.get(id.0).is_some_and(|usage| usage.any())
    }

    /// Whether requests use the type.
    #[must_use]
    pub fn is_in_requests(&self, id: TypeId) -> bool {
        self.usage.get(id.0).is_some_and(|usage| usage.request)
    }

    /// The operations of a tag, by their index in [`Api::operations`](crate::ir::Api::operations).
    #[must_use]
    pub fn operations_of(&self, tag: usize) -> &[usize] {
        self.tag_operations.get(tag).map_or(&[], Vec::as_slice)
    }

    /// The facts about the fields of a type; empty if it is not an object.
    #[must_use]
    pub fn fields_of(&self, id: TypeId) -> &[FieldFacts] {
        self.fields.get(id.0).map_or(&[], Vec::as_slice)
    }
}
