//! The type parameters of builders and setters. Builders may not have these names, since the parameters would shadow them.

use crate::analyze::MAX_TRACKED_FIELDS;

/// The state of a builder.
pub const STATE: &str = "S";

/// The states of the fields after the one that a setter sets.
pub const REST: &str = "Rest";

/// The kind of argument that a setter of a nullable field takes.
pub const KIND: &str = "Kind";

/// The state of the tracked field at `index`.
#[must_use]
pub fn field_state(index: usize) -> String {
    format!("{STATE}{index}")
}

/// All of them.
pub(super) fn reserved_names() -> Vec<String> {
    let fixed = [STATE, REST, KIND].map(str::to_owned);
    (0..MAX_TRACKED_FIELDS).map(field_state).chain(fixed).collect()
}
