//! Counts what a model becomes.

use super::facts::Facts;
use crate::ir::{Api, Shape, TypeId, TypeOrigin};

/// The contents of a generated crate, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Operations.
    pub operations: usize,
    /// Structs.
    pub models: usize,
    /// Open enums.
    pub enums: usize,
    /// Unions.
    pub unions: usize,
    /// Events.
    pub webhooks: usize,
    /// Types that are components of the document.
    pub components: usize,
}

impl Summary {
    /// Counts the operations, events and emitted types of a model.
    #[must_use]
    pub fn count(api: &Api, facts: &Facts) -> Self {
        let mut summary =
            Self { operations: api.operations.len(), webhooks: api.webhooks.len(), ..Self::default() };
        let emitted = api.types.iter().enumerate().filter(|(index, _)| facts.is_emitted(TypeId(*index)));
        for (_, def) in emitted {
            summary.components += usize::from(matches!(def.origin, TypeOrigin::Component(_)));
            match &def.shape {
                Shape::Object(_) => summary.models += 1,
                Shape::OpenEnum(_) => summary.enums += 1,
                Shape::Union(_) => summary.unions += 1,
                Shape::Alias(_) | Shape::Pending => {}
            }
        }
        summary
    }
}
