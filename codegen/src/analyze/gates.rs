//! Finds the Cargo features that need each type: those of the tags, and of the events, that use it.

use std::cmp::Reverse;

use super::graph::{Edge, component_numbers, visit_reachable};
use super::usage::{named_types, request_types, response_types};
use crate::ir::{Api, TypeId, TypeOrigin};

/// The features that need a type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// The tags.
    pub tags: TagSet,
    /// Whether events need it.
    pub webhooks: bool,
    /// Whether it is needed without any feature.
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

pub(super) fn compute_gates(api: &Api, edges: &[Vec<Edge>]) -> Vec<Gate> {
    let mut gates = vec![Gate::default(); api.types.len()];
    for operation in &api.operations {
        for id in request_types(operation).into_iter().chain(response_types(operation)) {
            gates[id.0].tags.insert(operation.tag);
        }
    }
    propagate_tags(edges, &mut gates);
    let events = api.webhooks.iter().filter_map(|webhook| webhook.payload.as_ref()).flat_map(named_types);
    visit_reachable(edges, events, |id| !std::mem::replace(&mut gates[id.0].webhooks, true));
    let envelope = api.error.as_ref().map(|error| error.ty);
    visit_reachable(edges, envelope, |id| !std::mem::replace(&mut gates[id.0].always, true));
    let unused: Vec<TypeId> = (0..api.types.len())
        .map(TypeId)
        .filter(|id| {
            matches!(api.get(*id).origin, TypeOrigin::Component(_)) && gates[id.0] == Gate::default()
        })
        .collect();
    visit_reachable(edges, unused, |id| !std::mem::replace(&mut gates[id.0].unused, true));
    gates
}

/// Gives every type the tags of the types that contain it. One pass over the components of the graph: a search from each
/// tag would visit most types once per tag.
fn propagate_tags(edges: &[Vec<Edge>], gates: &mut [Gate]) {
    let graph: Vec<Vec<usize>> =
        edges.iter().map(|edges| edges.iter().map(|edge| edge.target.0).collect()).collect();
    // Types that contain each other have the same tags; a component comes before all that it leads to.
    let components = component_numbers(&graph);
    let mut order: Vec<usize> = (0..gates.len()).collect();
    order.sort_by_key(|index| Reverse(components[*index]));
    for component in order.chunk_by(|a, b| components[*a] == components[*b]) {
        let mut tags = TagSet::default();
        component.iter().for_each(|index| tags.extend(&gates[*index].tags));
        for index in component {
            graph[*index].iter().for_each(|target| gates[*target].tags.extend(&tags));
            gates[*index].tags.clone_from(&tags);
        }
    }
}

/// A set of tags, by their indices in [`Api::tags`]. A bit set, since every type has one and sets are merged often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagSet(Vec<u64>);

impl TagSet {
    /// Adds the tag with this index.
    pub fn insert(&mut self, tag: usize) {
        let (word, bit) = (tag / 64, tag % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << bit;
    }

    /// Adds all tags of another set.
    pub fn extend(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    /// The indices in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        let bits = |word: &u64| {
            let word = *word;
            (0..64).filter(move |bit| word & (1 << bit) != 0)
        };
        self.0.iter().enumerate().flat_map(move |(at, word)| bits(word).map(move |bit| at * 64 + bit))
    }

    /// The number of tags.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

impl<const N: usize> From<[usize; N]> for TagSet {
    fn from(tags: [usize; N]) -> Self {
        let mut set = Self::default();
        tags.into_iter().for_each(|tag| set.insert(tag));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::TagSet;

    #[test]
    fn sets_of_tags_are_merged_and_sorted() {
        let mut tags = TagSet::from([200, 3]);
        assert!(!tags.is_empty() && TagSet::default().is_empty());
        tags.extend(&[3, 64].into());
        assert_eq!(tags.iter().collect::<Vec<_>>(), [3, 64, 200]);
        assert_eq!(tags.len(), 3);
        let mut few = TagSet::from([1]);
        few.extend(&tags);
        assert_eq!(few.iter().collect::<Vec<_>>(), [1, 3, 64, 200]);
    }
}
