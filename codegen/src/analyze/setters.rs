//! Decides how a builder sets each field of a request, and how a struct holds it.

use std::collections::BTreeSet;

use super::presence::Presence;
use super::request_members::{RequestMember, request_members};
use super::usage::Usage;
use crate::ir::{Api, Body, BodyVariant, Field, Operation, Parameter, ParameterLocation, Shape, TypeId};

/// The most required fields that the type of a builder tracks. The type nests one pair per tracked field, which stays well
/// below rustc's default recursion limit of 128.
pub const MAX_TRACKED_FIELDS: usize = 64;

/// How the caller of a builder sets a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setter {
    /// By an argument of the method that starts the request: a path parameter.
    Argument,
    /// By a setter that has to be called; the type of the builder tracks it.
    Required,
    /// By a setter that has to be called, but there are more than [`MAX_TRACKED_FIELDS`], so only the server can report that
    /// it was not.
    Untracked,
    /// By a setter that may be left out.
    Optional,
    /// By a setter without an argument that sends the only allowed value, and that may be left out.
    OnlyValue,
    /// Not at all: the builder sets the only allowed value.
    Fixed,
    /// Not at all: only the server sets the field, or no request uses its type.
    None,
}

impl Setter {
    /// Whether the caller has to call the setter.
    #[must_use]
    pub fn is_required(self) -> bool {
        matches!(self, Self::Required | Self::Untracked)
    }
}

/// The facts about a field of a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldFacts {
    /// Whether it may be absent, and whether it may be `null`.
    pub presence: Presence,
    /// How the builder of the struct sets it.
    pub setter: Setter,
}

/// The facts about the request of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestFacts {
    /// How each parameter is set.
    pub parameters: Vec<Setter>,
    /// How each field of each variant of the body is set.
    pub variants: Vec<Vec<Setter>>,
    /// How a body that is set as a whole is set, if the operation has one.
    pub whole_body: Option<Setter>,
    /// The request as one struct, which a mock server receives.
    pub members: Vec<RequestMember>,
}

/// The facts about all fields of a type, by index; empty if it is not an object.
pub(super) fn field_facts(
    api: &Api,
    usage: &[Usage],
    recursive_fields: &BTreeSet<(TypeId, usize)>,
) -> Vec<Vec<FieldFacts>> {
    let facts = api.types.iter().enumerate().map(|(index, def)| {
        let Shape::Object(object) = &def.shape else { return Vec::new() };
        let usage = usage.get(index).copied().unwrap_or_default();
        let mut tracked = Tracker::default();
        let fields = object.fields.iter().enumerate().map(|(position, field)| {
            let setter = if usage.request { tracked.track(model_setter(field)) } else { Setter::None };
            // Requests do not send read-only fields, and responses do not return write-only ones.
            let one_way = (field.read_only && usage.request) || (field.write_only && usage.response);
            let recursive = recursive_fields.contains(&(TypeId(index), position));
            let required = field.required && !one_way && !recursive && setter != Setter::Untracked;
            let presence = Presence::new(required, field.ty.split_null().1);
            // A type that requests use keeps the difference between absence and `null`, also where responses use it too: a
            // value that was received can be sent back as it was.
            FieldFacts { presence: if usage.request { presence } else { presence.in_responses() }, setter }
        });
        fields.collect()
    });
    facts.collect()
}

/// The facts about the request of each operation.
pub(super) fn request_facts(api: &Api) -> Vec<RequestFacts> {
    api.operations.iter().map(facts_of_operation).collect()
}

fn facts_of_operation(operation: &Operation) -> RequestFacts {
    let mut tracked = Tracker::default();
    let parameters = operation.parameters.iter().map(|parameter| tracked.track(parameter_setter(parameter)));
    let mut facts = RequestFacts {
        parameters: parameters.collect(),
        members: request_members(operation),
        ..RequestFacts::default()
    };
    if let Some(body) = &operation.body {
        let whole = if body.required { Setter::Required } else { Setter::Optional };
        facts.whole_body = body.whole.is_some().then(|| tracked.clone().track(whole));
        let variants = body.variants.iter().map(|variant| variant_setters(body, variant, tracked.clone()));
        facts.variants = variants.collect();
    }
    facts
}

fn variant_setters(body: &Body, variant: &BodyVariant, mut tracked: Tracker) -> Vec<Setter> {
    // A body that may be left out must not hold anything until the caller sets a field; choosing a variant sets it.
    let optional = !body.required && body.variants.len() == 1;
    let setter = |field: &Field| match model_setter(field) {
        Setter::Fixed if optional => Setter::OnlyValue,
        Setter::Required if !body.required => Setter::Optional,
        setter => setter,
    };
    variant.fields.iter().map(|field| tracked.track(setter(field))).collect()
}

fn model_setter(field: &Field) -> Setter {
    match (field.read_only, field.required, &field.constant) {
        (true, ..) => Setter::None,
        (false, true, Some(_)) => Setter::Fixed,
        (false, true, None) => Setter::Required,
        (false, false, _) => optional_setter(field),
    }
}

fn parameter_setter(parameter: &Parameter) -> Setter {
    match (parameter.location, parameter.field.required, &parameter.field.constant) {
        (ParameterLocation::Path, ..) => Setter::Argument,
        (_, true, Some(_)) => Setter::Fixed,
        (_, true, None) => Setter::Required,
        (_, false, _) => optional_setter(&parameter.field),
    }
}

/// How a field is set that may be absent. One that may be `null` as well has two values.
fn optional_setter(field: &Field) -> Setter {
    if field.constant.is_some() && !field.ty.split_null().1 { Setter::OnlyValue } else { Setter::Optional }
}

/// Counts the required setters of a builder.
#[derive(Clone, Default)]
struct Tracker(usize);

impl Tracker {
    fn track(&mut self, setter: Setter) -> Setter {
        self.0 += usize::from(setter == Setter::Required);
        if setter == Setter::Required && self.0 > MAX_TRACKED_FIELDS { Setter::Untracked } else { setter }
    }
}
