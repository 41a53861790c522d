//! Finds the fields by which a type contains itself.

use std::collections::BTreeSet;

use super::graph::{Edge, component_numbers};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ir::{Api, Shape, TypeId};

/// The fields and variants whose type leads back to their owner without a list or map in between.
pub(super) fn find_boxed(edges: &[Vec<Edge>]) -> BTreeSet<(TypeId, usize)> {
    closing_edges(edges, |_, edge| edge.direct)
}

/// The required fields by which a value of a type needs another value of the same type, without end.
pub(super) fn find_recursive_fields(api: &Api, edges: &[Vec<Edge>]) -> BTreeSet<(TypeId, usize)> {
    let is_required = |id: TypeId, index: usize| match &api.get(id).shape {
        Shape::Object(object) => {
            object.fields.get(index).is_some_and(|field| field.required && !field.ty.split_null().1)
        }
        Shape::Alias(ty) => !ty.split_null().1,
        _ => false,
    };
    closing_edges(edges, |id, edge| edge.direct && is_required(id, edge.index))
}

/// Warns of the fields by which a type needs a value of itself.
pub(super) fn report_recursion(api: &Api, fields: &BTreeSet<(TypeId, usize)>, diagnostics: &mut Diagnostics) {
    for (id, index) in fields {
        let def = api.get(*id);
        let field = if let Shape::Object(object) = &def.shape { object.fields.get(*index) } else { None };
        let pointer = field.map(|field| &field.pointer).or_else(|| def.pointers.first());
        let message =
            "a value of this type needs another value of the same type, without end; the field is optional";
        diagnostics.push(
            Diagnostic::warning(Code::ENDLESS, message)
                .at(pointer.map_or("", String::as_str))
                .help("remove the property from `required` with an action in the overlay"),
        );
    }
}

/// The edges, among those that `counts` accepts, that lead back to their owner.
fn closing_edges(edges: &[Vec<Edge>], counts: impl Fn(TypeId, &Edge) -> bool) -> BTreeSet<(TypeId, usize)> {
    let counts = &counts;
    let counted = |index: usize| edges[index].iter().filter(move |edge| counts(TypeId(index), edge));
    let graph: Vec<Vec<usize>> =
        (0..edges.len()).map(|index| counted(index).map(|edge| edge.target.0).collect()).collect();
    let components = component_numbers(&graph);
    let mut closing = BTreeSet::new();
    for index in 0..edges.len() {
        for edge in counted(index).filter(|edge| components[index] == components[edge.target.0]) {
            closing.insert((TypeId(index), edge.index));
        }
    }
    closing
}
