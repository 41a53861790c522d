//! The graph of types: which types each type contains.

use crate::ir::{Api, Shape, TypeId, TypeRef};

/// A type inside another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    /// The index of the field or variant.
    pub(super) index: usize,
    pub(super) target: TypeId,
    /// Whether the value is held directly, not in a list or map.
    pub(super) direct: bool,
    /// How many types of the standard library the compiler looks through on the way to the target, such as `Option` and the
    /// pointer inside a `Vec`.
    pub(super) layers: usize,
}

/// The types directly inside each type, by [`TypeId`].
pub(crate) fn collect_edges(api: &Api) -> Vec<Vec<Edge>> {
    api.types.iter().map(|def| edges_of(&def.shape)).collect()
}

fn edges_of(shape: &Shape) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (index, ty) in shape.values().enumerate() {
        let layers = layers_of(ty);
        ty.for_each_named(true, &mut |target, direct| edges.push(Edge { index, target, direct, layers }));
    }
    edges
}

/// The layers of lists, maps and options around the innermost type, as rustc counts them when it proves `Send`; an absent value
/// is one more `Option`.
fn layers_of(ty: &TypeRef) -> usize {
    match ty {
        TypeRef::List(inner) | TypeRef::Map(inner) => 4 + layers_of(inner),
        TypeRef::Nullable(inner) => 1 + layers_of(inner),
        _ => 1,
    }
}

/// Visits every type that can be reached from the roots. `mark` returns whether the type is new, so that its edges are
/// followed once.
pub(crate) fn visit_reachable(
    edges: &[Vec<Edge>],
    roots: impl IntoIterator<Item = TypeId>,
    mut mark: impl FnMut(TypeId) -> bool,
) {
    let mut open: Vec<TypeId> = roots.into_iter().collect();
    while let Some(id) = open.pop() {
        if mark(id) {
            open.extend(edges[id.0].iter().map(|edge| edge.target));
        }
    }
}

/// The number of each node's strongly connected component. A component has a higher number than all that it leads to.
///
/// Tarjan's algorithm with an explicit stack: types may refer to each other in chains too long for recursion.
pub(super) fn component_numbers(graph: &[Vec<usize>]) -> Vec<usize> {
    let mut search = ComponentSearch {
        index: vec![None; graph.len()],
        low: vec![0; graph.len()],
        stack: Vec::new(),
        on_stack: vec![false; graph.len()],
        component: vec![0; graph.len()],
        next_index: 0,
        next_component: 0,
    };
    for start in 0..graph.len() {
        if search.index[start].is_none() {
            search.run(graph, start);
        }
    }
    search.component
}

struct ComponentSearch {
    index: Vec<Option<usize>>,
    low: Vec<usize>,
    stack: Vec<usize>,
    on_stack: Vec<bool>,
    component: Vec<usize>,
    next_index: usize,
    next_component: usize,
}

impl ComponentSearch {
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
        self.index[node] = Some(self.next_index);
        self.low[node] = self.next_index;
        self.next_index += 1;
        self.stack.push(node);
        self.on_stack[node] = true;
    }

    fn close(&mut self, node: usize) {
        while let Some(member) = self.stack.pop() {
            self.on_stack[member] = false;
            self.component[member] = self.next_component;
            if member == node {
                break;
            }
        }
        self.next_component += 1;
    }
}
