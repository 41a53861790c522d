//! Where a type contains itself: the members that close such a circle are boxed.

use std::collections::BTreeSet;

use super::Edge;
use crate::ir::{Api, Shape, TypeId};

/// The members whose type leads back to their owner without a list or map between.
pub(super) fn boxed(edges: &[Vec<Edge>]) -> BTreeSet<(TypeId, usize)> {
    closing(edges, |_, edge| edge.direct)
}

/// The required members of objects by which a type needs a value of itself: no value is that deep.
pub(super) fn recursive_fields(api: &Api, edges: &[Vec<Edge>]) -> BTreeSet<(TypeId, usize)> {
    closing(edges, |id, edge| {
        edge.direct
            && match &api.get(id).shape {
                Shape::Object(object) => object
                    .fields
                    .get(edge.place)
                    .is_some_and(|field| field.required && !field.ty.split_null().1),
                Shape::Alias(ty) => !ty.split_null().1,
                _ => false,
            }
    })
}

/// The members that lead back to their owner by edges that `counts` accepts.
fn closing(edges: &[Vec<Edge>], counts: impl Fn(TypeId, &Edge) -> bool) -> BTreeSet<(TypeId, usize)> {
    let counts = &counts;
    let counted = |index: usize| edges[index].iter().filter(move |edge| counts(TypeId(index), edge));
    let graph: Vec<Vec<usize>> =
        (0..edges.len()).map(|index| counted(index).map(|edge| edge.target.0).collect()).collect();
    let groups = groups(&graph);
    let mut closing = BTreeSet::new();
    for index in 0..edges.len() {
        for edge in counted(index).filter(|edge| groups[index] == groups[edge.target.0]) {
            closing.insert((TypeId(index), edge.place));
        }
    }
    closing
}

/// The number of each node's strongly connected component; a component's number is above those of all that it leads to. Tarjan's
/// search, without recursion.
pub(super) fn groups(graph: &[Vec<usize>]) -> Vec<usize> {
    let mut search = Search {
        index: vec![None; graph.len()],
        low: vec![0; graph.len()],
        stack: Vec::new(),
        on_stack: vec![false; graph.len()],
        group: vec![0; graph.len()],
        next: 0,
        groups: 0,
    };
    for start in 0..graph.len() {
        if search.index[start].is_none() {
            search.run(graph, start);
        }
    }
    search.group
}

struct Search {
    index: Vec<Option<usize>>,
    low: Vec<usize>,
    stack: Vec<usize>,
    on_stack: Vec<bool>,
    group: Vec<usize>,
    next: usize,
    groups: usize,
}

impl Search {
    fn run(&mut self, graph: &[Vec<usize>], start: usize) {
        let mut calls = vec![(start, 0)];
        self.enter(start);
        while let Some((node, edge)) = calls.last_mut() {
            let node = *node;
            if let Some(target) = graph[node].get(*edge).copied() {
                *edge += 1;
                match self.index[target] {
                    None => {
                        self.enter(target);
                        calls.push((target, 0));
                    }
                    Some(index) if self.on_stack[target] => self.low[node] = self.low[node].min(index),
                    Some(_) => {}
                }
                continue;
            }
            calls.pop();
            if let Some((parent, _)) = calls.last() {
                self.low[*parent] = self.low[*parent].min(self.low[node]);
            }
            if self.index[node] == Some(self.low[node]) {
                self.close(node);
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.index[node] = Some(self.next);
        self.low[node] = self.next;
        self.next += 1;
        self.stack.push(node);
        self.on_stack[node] = true;
    }

    fn close(&mut self, node: usize) {
        while let Some(member) = self.stack.pop() {
            self.on_stack[member] = false;
            self.group[member] = self.groups;
            if member == node {
                break;
            }
        }
        self.groups += 1;
    }
}
