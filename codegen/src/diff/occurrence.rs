//! Chooses the place at which a change of an inline type is reported.
//!
//! Inline types of one structure are one type with many occurrences. If one occurrence changes, the old type has occurrences
//! that the new one does not have: the change is reported where both occur.

use std::collections::BTreeSet;

use super::walk::Walker;
use crate::ir::TypeId;

/// The pair of types that is compared at the moment.
#[derive(Debug, Default)]
pub(super) struct Occurrence<'a> {
    /// The first pointers of the two types, to which the pointers of their parts are relative.
    first: (&'a str, &'a str),
    /// The pointers that both have.
    common: BTreeSet<&'a str>,
}

impl<'a> Occurrence<'a> {
    /// The pointers of a part of both types at an occurrence that both have.
    pub(super) fn shift(&self, old: Option<&str>, new: Option<&str>) -> (Option<String>, Option<String>) {
        let shift = |pointer: &str, first: &str| match (self.common.first(), pointer.strip_prefix(first)) {
            (Some(common), Some(rest)) if self.first.0 != self.first.1 && is_below(rest) => {
                format!("{common}{rest}")
            }
            _ => pointer.to_owned(),
        };
        (old.map(|pointer| shift(pointer, self.first.0)), new.map(|pointer| shift(pointer, self.first.1)))
    }

    /// Whether a pointer is a part of an occurrence that both types have.
    pub(super) fn contains(&self, pointer: &str) -> bool {
        self.common.iter().any(|common| pointer.strip_prefix(common).is_some_and(is_below))
    }
}

fn is_below(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

impl<'a> Walker<'a> {
    /// The occurrence of a pair of types.
    pub(super) fn find_occurrence(&self, old: TypeId, new: TypeId) -> Occurrence<'a> {
        let (one, other) = (&self.old.api().get(old).pointers, &self.new.api().get(new).pointers);
        let one: BTreeSet<&'a str> = one.iter().map(String::as_str).collect();
        let common = other.iter().map(String::as_str).filter(|pointer| one.contains(pointer)).collect();
        Occurrence { first: (self.old.first_pointer(old), self.new.first_pointer(new)), common }
    }
}
