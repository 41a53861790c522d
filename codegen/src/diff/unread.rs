//! Keeps the comparison away from what cannot be read in one of the documents: it is no change.

use std::collections::BTreeSet;

use super::change::{Change, Kind, Location, Unread};
use crate::ir::TypeId;
use crate::model::Model;

/// The places that cannot be read in one of two documents, as pointers in the files.
#[derive(Debug, Default)]
pub(super) struct UnreadPlaces {
    pub(super) pointers: BTreeSet<String>,
}

impl UnreadPlaces {
    pub(super) fn new(old: &Model, new: &Model) -> Self {
        let faults = old.faults.iter().chain(&new.faults);
        Self { pointers: faults.filter_map(|fault| fault.position.pointer.clone()).collect() }
    }

    /// The types of a model that cannot be read in it, or in the other one at the same place.
    pub(super) fn find_types(&self, model: &Model) -> BTreeSet<TypeId> {
        if self.pointers.is_empty() {
            return BTreeSet::new();
        }
        let is_unread = |pointer: &String| {
            let place = model.locate(pointer).and_then(|position| position.pointer);
            place.is_some_and(|place| self.pointers.contains(&place))
        };
        let types = model.api.types.iter().enumerate();
        types.filter(|(_, def)| def.pointers.iter().any(is_unread)).map(|(index, _)| TypeId(index)).collect()
    }

    /// Whether a change only says that something cannot be read.
    pub(super) fn explains(&self, change: &Change) -> bool {
        // The type of a field or response holds the schemas in it.
        let is_type = matches!(change.kind, Kind::Retyped | Kind::SuccessChanged | Kind::ErrorRetyped);
        let concerns = |location: &Option<Location>| {
            location.as_ref().is_some_and(|location| {
                let within = |one: &str, other: &str| {
                    one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                let at = location.pointer.as_str();
                self.pointers.iter().any(|unread| within(at, unread) || is_type && within(unread, at))
            })
        };
        concerns(&change.old) || concerns(&change.new)
    }
}

/// What was left out of a document.
pub(super) fn list_unread(model: &Model) -> impl Iterator<Item = Unread> {
    model.faults.iter().map(|fault| Unread {
        location: Location {
            pointer: fault.position.pointer.clone().unwrap_or_default(),
            file: fault.position.file.clone(),
            line: fault.position.line,
        },
        message: fault.message.clone(),
    })
}
