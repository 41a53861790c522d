//! Finds whether requests, responses or neither use a type.

use super::graph::{Edge, visit_reachable};
use crate::ir::{Api, Body, Operation, TypeId, TypeOrigin, TypeRef};

/// Where a type is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// In requests.
    pub request: bool,
    /// In responses and events.
    pub response: bool,
    /// Nowhere, but it is a component, or in one: components are emitted even if nothing uses them.
    pub unused: bool,
}

impl Usage {
    /// Whether the type is used, or is a component.
    #[must_use]
    pub fn any(self) -> bool {
        self.request || self.response || self.unused
    }
}

pub(super) fn compute_usage(api: &Api, edges: &[Vec<Edge>]) -> Vec<Usage> {
    let mut usage = vec![Usage::default(); api.types.len()];
    let requests = api.operations.iter().flat_map(request_types);
    visit_reachable(edges, requests, |id| !std::mem::replace(&mut usage[id.0].request, true));
    let events = api.webhooks.iter().filter_map(|webhook| webhook.payload.as_ref()).flat_map(named_types);
    let envelope = api.error.as_ref().map(|error| error.ty);
    let responses = api.operations.iter().flat_map(response_types).chain(events).chain(envelope);
    visit_reachable(edges, responses, |id| !std::mem::replace(&mut usage[id.0].response, true));
    let components = (0..api.types.len())
        .map(TypeId)
        .filter(|id| matches!(api.get(*id).origin, TypeOrigin::Component(_)) && !usage[id.0].any());
    let unused: Vec<TypeId> = components.collect();
    visit_reachable(edges, unused, |id| !std::mem::replace(&mut usage[id.0].unused, true));
    usage
}

/// The named types in a type.
pub(super) fn named_types(ty: &TypeRef) -> Vec<TypeId> {
    let mut ids = Vec::new();
    ty.for_each_named(true, &mut |id, _| ids.push(id));
    ids
}

/// The types that the request of an operation names.
pub(super) fn request_types(operation: &Operation) -> Vec<TypeId> {
    request_values(operation).flat_map(named_types).collect()
}

/// The types that the responses of an operation name.
pub(super) fn response_types(operation: &Operation) -> Vec<TypeId> {
    response_values(operation).flat_map(named_types).collect()
}

/// The values of the request of an operation. A body that becomes setters needs only its fields.
pub(crate) fn request_values(operation: &Operation) -> impl Iterator<Item = &TypeRef> {
    let parameters = operation.parameters.iter().map(|parameter| &parameter.field.ty);
    let fields = operation.body.iter().flat_map(|body| &body.variants).flat_map(|variant| &variant.fields);
    let whole = operation.body.iter().flat_map(Body::whole_types);
    parameters.chain(fields.map(|field| &field.ty)).chain(whole)
}

/// The values of the responses of an operation. A page needs only its item and its cursors.
pub(crate) fn response_values(operation: &Operation) -> impl Iterator<Item = &TypeRef> {
    let success: Vec<&TypeRef> = match (&operation.page, &operation.success) {
        (Some(page), _) => [&page.item].into_iter().chain(&page.info).collect(),
        (None, success) => success.ty().into_iter().collect(),
    };
    let alternatives = operation.alternatives.iter().filter_map(|alternative| alternative.success.ty());
    let mocked = if operation.page.is_some() { None } else { operation.mocked.body.ty() };
    success.into_iter().chain(alternatives).chain(mocked).chain(operation.errors.iter().map(|(_, ty)| ty))
}
