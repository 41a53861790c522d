//! Facts about the model, computed once before anything is named or written.

mod gates;
mod recursion;
mod usage;

use std::collections::BTreeSet;

use crate::ir::{Api, TypeId};

pub use gates::{Gate, Tags};
pub use usage::Usage;

/// What the emitter may ask about types.
#[derive(Debug)]
pub struct Facts {
    /// Members (of a type, by place) that need a box, since the type would contain itself.
    pub boxed: BTreeSet<(TypeId, usize)>,
    /// Required members by which a type needs a value of itself, which no value can hold.
    pub circles: BTreeSet<(TypeId, usize)>,
    /// In which directions each type is used; none, and it is not written.
    pub usage: Vec<Usage>,
    /// Which features need each type.
    pub gates: Vec<Gate>,
}

impl Facts {
    /// Whether the type is written at all.
    #[must_use]
    pub fn written(&self, id: TypeId) -> bool {
        self.usage.get(id.0).is_some_and(|usage| usage.any())
    }
}

/// Computes all facts.
#[must_use]
pub fn analyze(api: &Api) -> Facts {
    // Found once: they are asked for six times, and lie far apart in the model.
    let edges = edges(api);
    Facts {
        boxed: recursion::boxed(&edges),
        circles: recursion::circles(api, &edges),
        usage: usage::usage(api, &edges),
        gates: gates::gates(api, &edges),
    }
}

/// A type inside another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    /// The place of the member.
    place: usize,
    target: TypeId,
    /// Whether no list or map lies between.
    direct: bool,
}

/// The types directly inside each type.
pub(crate) fn edges(api: &Api) -> Vec<Vec<Edge>> {
    (0..api.types.len()).map(|index| edges_of(api, TypeId(index))).collect()
}

fn edges_of(api: &Api, id: TypeId) -> Vec<Edge> {
    use crate::ir::Shape;
    let mut edges = Vec::new();
    let mut add = |place: usize, ty: &crate::ir::TypeRef| {
        ty.for_each_named(true, &mut |target, direct| edges.push(Edge { place, target, direct }));
    };
    match &api.get(id).shape {
        Shape::Object(object) => {
            object.fields.iter().enumerate().for_each(|(place, field)| add(place, &field.ty));
        }
        Shape::Union(union) => {
            union.variants.iter().enumerate().for_each(|(place, variant)| add(place, &variant.ty));
        }
        Shape::Alias(ty) => add(0, ty),
        Shape::StringEnum(_) | Shape::Pending => {}
    }
    edges
}

/// Marks everything that can be reached from the roots. `mark` says whether a type was new.
pub(crate) fn reach(
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
