//! Computes facts about the model that names and emitters need.

mod depth;
mod facts;
mod gates;
mod graph;
mod presence;
mod recursion;
mod request_members;
mod setters;
mod summary;
mod usage;

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Shape, TypeId, TypeRef};

pub use facts::Facts;
pub use gates::{Gate, TagSet};
pub(crate) use graph::{collect_edges, visit_reachable};
pub use presence::Presence;
pub use request_members::{MemberSource, RequestMember};
pub use setters::{FieldFacts, MAX_TRACKED_FIELDS, RequestFacts, Setter};
pub use summary::Summary;
pub use usage::Usage;
pub(crate) use usage::{request_values, response_values};

/// Computes all facts, and warns of fields that would need endless values.
pub fn analyze(api: &Api, diagnostics: &mut Diagnostics) -> Facts {
    let edges = collect_edges(api);
    let recursive_fields = recursion::find_recursive_fields(api, &edges);
    recursion::report_recursion(api, &recursive_fields, diagnostics);
    let usage = usage::compute_usage(api, &edges);
    let boxed = recursion::find_boxed(&edges);
    Facts {
        erased: depth::find_erased(&edges, &|id| matches!(api.get(id).shape, Shape::Alias(_)), &boxed),
        boxed,
        fields: setters::field_facts(api, &usage, &recursive_fields),
        requests: setters::request_facts(api),
        gates: gates::compute_gates(api, &edges),
        recursive_fields,
        usage,
        tag_operations: group_operations(api),
        page_infos: find_page_infos(api),
    }
}

/// The operations of each tag. What is made for each tag reads them, and a search through all operations for each would take
/// the square of the document's size.
fn group_operations(api: &Api) -> Vec<Vec<usize>> {
    let mut groups = vec![Vec::new(); api.tags.len()];
    for (index, operation) in api.operations.iter().enumerate() {
        if let Some(group) = groups.get_mut(operation.tag) {
            group.push(index);
        }
    }
    groups
}

/// The first operation with each type of cursors.
fn find_page_infos(api: &Api) -> BTreeMap<TypeId, usize> {
    let mut found = BTreeMap::new();
    for (index, operation) in api.operations.iter().enumerate() {
        if let Some(TypeRef::Named(id)) = operation.page.as_ref().and_then(|page| page.info.as_ref()) {
            found.entry(*id).or_insert(index);
        }
    }
    found
}
