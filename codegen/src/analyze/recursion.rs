//! Where a type contains itself: the members that close such a circle are boxed.

use std::collections::BTreeSet;

use super::edges;
use crate::ir::{Api, Shape, TypeId};

/// The members whose type leads back to their owner without a list or map between.
pub(super) fn boxed(api: &Api) -> BTreeSet<(TypeId, usize)> {
    let groups = components(api);
    let mut boxed = BTreeSet::new();
    for index in 0..api.types.len() {
        let id = TypeId(index);
        for (place, target, direct) in edges(api, id) {
            if direct && groups.get(id.0) == groups.get(target.0) {
                boxed.insert((id, place));
            }
        }
    }
    boxed
}

/// The required members of objects by which a type needs a value of itself: no value is that deep.
pub(super) fn circles(api: &Api) -> BTreeSet<(TypeId, usize)> {
    let needed = |index: usize| {
        let id = TypeId(index);
        edges(api, id).into_iter().filter(move |(place, _, direct)| {
            *direct
                && match &api.get(id).shape {
                    Shape::Object(object) => object
                        .fields
                        .get(*place)
                        .is_some_and(|field| field.required && !field.ty.split_null().1),
                    Shape::Alias(ty) => !ty.split_null().1,
                    _ => false,
                }
        })
    };
    let graph: Vec<Vec<usize>> =
        (0..api.types.len()).map(|index| needed(index).map(|edge| edge.1.0).collect()).collect();
    let groups = groups(&graph);
    let mut circles = BTreeSet::new();
    for index in 0..api.types.len() {
        for (place, target, _) in needed(index) {
            if groups.get(index) == groups.get(target.0) {
                circles.insert((TypeId(index), place));
            }
        }
    }
    circles
}

/// Tarjan's strongly connected components over direct edges, without recursion; the number of each type's component.
fn components(api: &Api) -> Vec<usize> {
    let graph: Vec<Vec<usize>> = (0..api.types.len())
        .map(|index| {
            edges(api, TypeId(index)).into_iter().filter(|edge| edge.2).map(|edge| edge.1.0).collect()
        })
        .collect();
    groups(&graph)
}

fn groups(graph: &[Vec<usize>]) -> Vec<usize> {
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
