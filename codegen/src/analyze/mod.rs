//! Computes facts about the model that names and emitters need.

mod gates;
mod presence;
mod recursion;
mod request_members;
mod usage;

use std::collections::BTreeSet;

use crate::ir::{Api, TypeId};

pub use gates::{Gate, Tags};
pub use presence::{FieldFacts, MAX_TRACKED_FIELDS, Presence, RequestFacts, Setter};
pub use request_members::{MemberSource, RequestMember};
pub use usage::Usage;

/// The facts about a model.
#[derive(Debug)]
pub struct Facts {
    /// Fields and variants (type and index) that are boxed, since their type contains itself.
    pub boxed: BTreeSet<(TypeId, usize)>,
    /// Required fields (type and index) by which a type needs a value of itself. No value satisfies them, so they are optional
    /// in Rust.
    pub recursive_fields: BTreeSet<(TypeId, usize)>,
    /// Where each type is used; a type without any use is not emitted.
    pub usage: Vec<Usage>,
    /// The features that need each type.
    pub gates: Vec<Gate>,
    /// The fields of each type, by [`TypeId`] and index.
    pub fields: Vec<Vec<FieldFacts>>,
    /// The request of each operation, by its index in [`Api::operations`].
    pub requests: Vec<RequestFacts>,
}

impl Facts {
    /// Whether the type is emitted.
    #[must_use]
    pub fn is_emitted(&self, id: TypeId) -> bool {
        self.usage.get(id.0).is_some_and(|usage| usage.any())
    }

    /// Whether requests use the type.
    #[must_use]
    pub fn is_in_requests(&self, id: TypeId) -> bool {
        self.usage.get(id.0).is_some_and(|usage| usage.request)
    }

    /// The facts about the fields of a type; empty if it is not an object.
    #[must_use]
    pub fn fields_of(&self, id: TypeId) -> &[FieldFacts] {
        self.fields.get(id.0).map_or(&[], Vec::as_slice)
    }
}

/// Computes all facts.
#[must_use]
pub fn analyze(api: &Api) -> Facts {
    let edges = edges(api);
    let recursive_fields = recursion::recursive_fields(api, &edges);
    let usage = usage::usage(api, &edges);
    Facts {
        boxed: recursion::boxed(&edges),
        fields: presence::field_facts(api, &usage, &recursive_fields),
        requests: presence::request_facts(api),
        gates: gates::gates(api, &edges),
        recursive_fields,
        usage,
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
