//! A finding of the walk, before it is located and merged with others.

use super::change::{Direction, Impacts, Kind};
use crate::ir::TypeId;

/// The subject of a change.
#[derive(Clone, Debug)]
pub(super) enum At {
    /// The API as a whole.
    Api,
    /// An operation or event: the index of its label, and its description.
    Call(usize, String),
    /// Several operations or events with the same change.
    Several,
    /// A type.
    Type(TypeId, TypeId),
}

/// Kinds that are merged over all operations with the same change: mostly they have one cause, such as another default of the
/// document.
pub(super) const SEVERAL: [Kind; 5] =
    [Kind::SecurityChanged, Kind::ServerChanged, Kind::ErrorAdded, Kind::ErrorRemoved, Kind::ErrorRetyped];

/// A finding.
pub(super) struct Found<'p> {
    pub(super) kind: Kind,
    pub(super) message: String,
    pub(super) direction: Direction,
    pub(super) impact: Impacts,
    /// The pointers in the models.
    pub(super) old: Option<&'p str>,
    pub(super) new: Option<&'p str>,
    pub(super) name: Option<String>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl<'p> Found<'p> {
    pub(super) fn new(kind: Kind, message: impl Into<String>, direction: Direction, impact: Impacts) -> Self {
        let (old, new, name, before, after) = (None, None, None, None, None);
        Self { kind, message: message.into(), direction, impact, old, new, name, before, after }
    }

    /// The pointer in the old model.
    pub(super) fn from(self, old: &'p str) -> Self {
        Self { old: Some(old), ..self }
    }

    /// The pointer in the new model.
    pub(super) fn to(self, new: &'p str) -> Self {
        Self { new: Some(new), ..self }
    }

    /// The pointers in both models.
    pub(super) fn at(self, old: &'p str, new: &'p str) -> Self {
        self.from(old).to(new)
    }

    /// The pointers in the models that have the place.
    pub(super) fn places(self, old: Option<&'p str>, new: Option<&'p str>) -> Self {
        Self { old, new, ..self }
    }

    pub(super) fn named(self, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..self }
    }

    /// What was and what is now.
    pub(super) fn values(self, before: impl Into<String>, after: impl Into<String>) -> Self {
        self.before(before).after(after)
    }

    pub(super) fn before(self, before: impl Into<String>) -> Self {
        Self { before: Some(before.into()), ..self }
    }

    pub(super) fn after(self, after: impl Into<String>) -> Self {
        Self { after: Some(after.into()), ..self }
    }
}
