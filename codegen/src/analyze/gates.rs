//! Which cargo features need a type: those of the tags, and of the events, that reach it.

use std::collections::BTreeSet;

use super::reach;
use super::usage::{named, request_types, response_types};
use crate::ir::{Api, Origin, TypeId};

/// The features that need a type.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gate {
    /// Places of tags in [`Api::tags`].
    pub tags: BTreeSet<usize>,
    /// Whether events need it.
    pub webhooks: bool,
    /// Whether it is needed whatever the features are.
    pub always: bool,
    /// Whether it is a component that nothing uses.
    pub unused: bool,
}

impl Gate {
    /// Adds the features of another gate.
    pub fn extend(&mut self, other: &Self) {
        self.tags.extend(&other.tags);
        self.webhooks |= other.webhooks;
        self.always |= other.always;
        self.unused |= other.unused;
    }
}

pub(super) fn gates(api: &Api) -> Vec<Gate> {
    let mut gates = vec![Gate::default(); api.types.len()];
    for tag in 0..api.tags.len() {
        let operations = api.operations.iter().filter(|operation| operation.tag == tag);
        let roots = operations
            .flat_map(|operation| request_types(operation).into_iter().chain(response_types(operation)));
        reach(api, roots, |id| gates[id.0].tags.insert(tag));
    }
    let events = api.webhooks.iter().filter_map(|webhook| webhook.payload.as_ref()).flat_map(named);
    reach(api, events, |id| !std::mem::replace(&mut gates[id.0].webhooks, true));
    let envelope = api.error.as_ref().map(|error| error.ty);
    reach(api, envelope, |id| !std::mem::replace(&mut gates[id.0].always, true));
    let lonely: Vec<TypeId> = (0..api.types.len())
        .map(TypeId)
        .filter(|id| matches!(api.get(*id).origin, Origin::Component(_)) && gates[id.0] == Gate::default())
        .collect();
    reach(api, lonely, |id| !std::mem::replace(&mut gates[id.0].unused, true));
    gates
}
