//! Collects the members of a request into one struct, as a mock server receives it.

use std::collections::BTreeSet;

use super::presence::Presence;
use crate::ir::{Body, BodyEncoding, Operation, ParameterLocation, TypeRef};

/// A member of a request: a parameter, a property of the body, or the whole body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestMember {
    /// What it holds.
    pub source: MemberSource,
    /// Its name in the document; none for a whole body.
    pub wire: Option<String>,
    /// Its type and presence; none for what the struct leaves out: raw bodies and what only the server sets.
    pub field: Option<(TypeRef, Presence)>,
}

/// What a member of a request holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberSource {
    /// The parameter with this index, and its location.
    Parameter(usize, ParameterLocation),
    /// A property of the body, first found in this variant at this index.
    Body {
        /// The index of the variant.
        variant: usize,
        /// The index of the field in it.
        field: usize,
    },
    /// The whole body.
    WholeBody,
}

/// The members of an operation's request: parameters first, then the properties of all variants of the body.
pub(super) fn request_members(operation: &Operation) -> Vec<RequestMember> {
    let parameters = operation.parameters.iter().enumerate().map(|(index, parameter)| {
        let (ty, required) = (&parameter.field.ty, parameter.field.required);
        RequestMember {
            source: MemberSource::Parameter(index, parameter.location),
            wire: Some(parameter.field.name.clone()),
            field: Some((ty.clone(), Presence::new(required, ty.split_null().1))),
        }
    });
    parameters.chain(operation.body.iter().flat_map(body_members)).collect()
}

fn body_members(body: &Body) -> Vec<RequestMember> {
    let mut seen = BTreeSet::new();
    let mut members = Vec::new();
    for (variant, found) in body.variants.iter().enumerate() {
        for (index, field) in found.fields.iter().enumerate() {
            if seen.insert(field.name.as_str()) {
                members.push(RequestMember {
                    source: MemberSource::Body { variant, field: index },
                    wire: Some(field.name.clone()),
                    field: merge_variants(body, &field.name),
                });
            }
        }
    }
    if let Some(ty) = &body.whole {
        // The recorded request has a raw body as it was received.
        let raw = matches!(body.encoding, BodyEncoding::Raw(_));
        let presence = Presence::new(is_always_sent(body), ty.split_null().1);
        let field = (!raw).then(|| (ty.clone(), presence));
        members.push(RequestMember { source: MemberSource::WholeBody, wire: None, field });
    }
    members
}

/// Whether every request has this body, and none of another media type.
fn is_always_sent(body: &Body) -> bool {
    body.required && body.alternatives.is_empty()
}

/// The type of a property over all variants that have it, any JSON where they differ; it is required if every variant
/// requires it. None if only the server sets it.
fn merge_variants(body: &Body, name: &str) -> Option<(TypeRef, Presence)> {
    let mut merged: Option<(TypeRef, bool)> = None;
    let mut in_all = true;
    for variant in &body.variants {
        let field = variant.fields.iter().find(|field| field.name == name && !field.read_only);
        let Some(field) = field else {
            in_all = false;
            continue;
        };
        merged = Some(match merged {
            None => (field.ty.clone(), field.required),
            Some((ty, required)) if ty == field.ty => (ty, required && field.required),
            Some(_) => (TypeRef::Json, false),
        });
    }
    merged.map(|(ty, required)| {
        let presence = Presence::new(required && in_all && is_always_sent(body), ty.split_null().1);
        (ty, presence)
    })
}
