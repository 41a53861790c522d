//! Finds the fields at which a chain of types is cut, so that the compiler can prove that its values are `Send`.
//!
//! The proof for a struct needs that of its fields, and so on; rustc gives up at 128 levels, in the program that spawns a call
//! too. No setting of the generated crate changes that for its users, so the types themselves must not be that deep.

use std::collections::BTreeSet;

use super::graph::{Edge, component_numbers};
use crate::ir::TypeId;

/// The levels that a proof may take from any type on. The rest of the 128 is for the futures around a call.
const MAX_LEVELS: usize = 64;

/// The levels of the deepest type without fields of other types, which are those of `extra_fields` and `serde_json::Value`.
const LEAF_LEVELS: usize = 14;

/// The levels of a `Box`.
const BOX_LEVELS: usize = 2;

/// The fields and variants to cut. An alias has none: those of its users are cut.
pub(super) fn find_erased(
    edges: &[Vec<Edge>],
    is_alias: &dyn Fn(TypeId) -> bool,
    boxed: &BTreeSet<(TypeId, usize)>,
) -> BTreeSet<(TypeId, usize)> {
    let graph: Vec<Vec<usize>> =
        edges.iter().map(|edges| edges.iter().map(|edge| edge.target.0).collect()).collect();
    let components = component_numbers(&graph);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); components.iter().max().map_or(0, |last| last + 1)];
    for (index, component) in components.iter().enumerate() {
        members[*component].push(index);
    }
    let levels = vec![LEAF_LEVELS; edges.len()];
    let mut search = Search { is_alias, edges, boxed, components, levels, erased: BTreeSet::new() };
    // A component has a higher number than all that it leads to.
    members.iter().for_each(|members| search.measure(members));
    search.erased
}

struct Search<'a> {
    is_alias: &'a dyn Fn(TypeId) -> bool,
    edges: &'a [Vec<Edge>],
    boxed: &'a BTreeSet<(TypeId, usize)>,
    components: Vec<usize>,
    /// The levels from each type on.
    levels: Vec<usize>,
    erased: BTreeSet<(TypeId, usize)>,
}

impl Search<'_> {
    /// Measures the types of a component, which refer to each other if there are several.
    fn measure(&mut self, members: &[usize]) {
        // No proof visits a type twice, so the sum bounds every order in which the compiler may visit a component.
        let within: usize = members.iter().map(|index| self.levels_within(*index)).sum();
        let outside =
            members.iter().flat_map(|index| self.levels_outside(*index)).max().unwrap_or(LEAF_LEVELS);
        if within + outside <= MAX_LEVELS {
            members.iter().for_each(|index| self.levels[*index] = within + outside);
        } else {
            self.cut(members);
        }
    }

    /// The levels of a type itself, with the longest way to another of its component.
    fn levels_within(&self, index: usize) -> usize {
        let inside = self.edges[index].iter().filter(|edge| self.is_inside(index, edge));
        1 + inside.map(|edge| self.way(index, edge)).max().unwrap_or(0)
    }

    /// The levels of the ways from a type out of its component.
    fn levels_outside(&self, index: usize) -> impl Iterator<Item = usize> {
        let outside = self.edges[index].iter().filter(move |edge| !self.is_inside(index, edge));
        outside.map(move |edge| self.way(index, edge) + self.levels[edge.target.0])
    }

    fn is_inside(&self, index: usize, edge: &Edge) -> bool {
        self.components[index] == self.components[edge.target.0]
    }

    fn way(&self, index: usize, edge: &Edge) -> usize {
        edge.layers + if self.boxed.contains(&(TypeId(index), edge.index)) { BOX_LEVELS } else { 0 }
    }

    /// Cuts every way that leads back to where it came from, and each that is too long.
    fn cut(&mut self, members: &[usize]) {
        let mut state = vec![State::New; self.edges.len()];
        for start in members {
            let mut open = vec![(*start, 0)];
            while let Some((index, next)) = open.pop() {
                if next == 0 {
                    if state[index] != State::New {
                        continue;
                    }
                    state[index] = State::Open;
                }
                match self.edges[index].get(next) {
                    Some(edge) => {
                        open.push((index, next + 1));
                        if self.is_inside(index, edge) && state[edge.target.0] == State::New {
                            open.push((edge.target.0, 0));
                        }
                    }
                    None => {
                        self.close(index, &state);
                        state[index] = State::Done;
                    }
                }
            }
        }
    }

    /// Decides about the edges of a type when those of all targets inside its component are decided, but for the open ones.
    fn close(&mut self, index: usize, state: &[State]) {
        let is_alias = (self.is_alias)(TypeId(index));
        let mut levels = LEAF_LEVELS;
        for edge in &self.edges[index] {
            let leads_back = self.is_inside(index, edge) && state[edge.target.0] == State::Open;
            let total = 1 + self.way(index, edge) + self.levels[edge.target.0];
            if !is_alias && (leads_back || total > MAX_LEVELS) {
                self.erased.insert((TypeId(index), edge.index));
            } else {
                levels = levels.max(total);
            }
        }
        self.levels[index] = levels;
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types that each have one field, of these types in a list.
    fn edges(targets: &[Option<usize>]) -> Vec<Vec<Edge>> {
        let edge = |target: &usize| Edge { index: 0, target: TypeId(*target), direct: false, layers: 5 };
        targets.iter().map(|target| target.iter().map(edge).collect()).collect()
    }

    fn erased(targets: &[Option<usize>]) -> Vec<usize> {
        let erased = find_erased(&edges(targets), &|_| false, &BTreeSet::new());
        erased.into_iter().map(|(id, _)| id.0).collect()
    }

    fn chain(length: usize) -> Vec<Option<usize>> {
        (1..=length).map(|next| (next < length).then_some(next)).collect()
    }

    #[test]
    fn long_chains_are_cut_where_they_are_too_long() {
        assert_eq!(erased(&chain(9)), [0_usize; 0]);
        assert_eq!(erased(&chain(24)), [5, 14]);
        assert_eq!(erased(&chain(600)).len(), 66);
    }

    #[test]
    fn a_short_ring_is_whole_and_a_long_one_is_cut_once_more_than_a_chain() {
        let ring = |length: usize| (1..=length).map(|next| Some(next % length)).collect::<Vec<_>>();
        assert_eq!(erased(&ring(6)), [0_usize; 0]);
        assert_eq!(erased(&ring(24)), [5, 14, 23]);
    }
}
