//! One of the two models with its indexes. It only reads the model.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::impact::MemberPresence;
use super::unread::UnreadPlaces;
use crate::analyze::{Presence, RequestFacts, Setter, collect_edges, visit_reachable};
use crate::ir::{Api, Body, Field, Operation, Shape, Success, TypeId, TypeOrigin, TypeRef, Webhook};
use crate::model::Model;
use crate::names::OperationNames;

/// A model with its indexes.
pub(super) struct Side<'a> {
    pub(super) model: &'a Model,
    components: BTreeMap<&'a str, TypeId>,
    /// The object that contains a field, by the field's pointer.
    owners: HashMap<&'a str, TypeId>,
    /// Per operation, then per webhook, then for the error envelope: every type in it.
    pub(super) reached: Vec<BTreeSet<TypeId>>,
    /// Types that cannot be read, here or at the same place of the other document.
    pub(super) unread: BTreeSet<TypeId>,
    /// The pointers of operations whose id cannot be read, here or in the other document.
    unread_ids: BTreeSet<String>,
}

impl<'a> Side<'a> {
    pub(super) fn new(model: &'a Model, places: &UnreadPlaces) -> Self {
        let api = &model.api;
        let (mut components, mut owners) = (BTreeMap::new(), HashMap::new());
        for (index, def) in api.types.iter().enumerate() {
            if let TypeOrigin::Component(name) = &def.origin {
                components.insert(name.as_str(), TypeId(index));
            }
            if let Shape::Object(object) = &def.shape {
                for field in &object.fields {
                    owners.entry(field.pointer.as_str()).or_insert(TypeId(index));
                }
            }
        }
        let unread = places.find_types(model);
        let ids = places.pointers.iter().filter_map(|pointer| pointer.strip_suffix("/operationId"));
        let unread_ids = ids.map(str::to_owned).collect();
        let mut side = Self { model, components, owners, reached: Vec::new(), unread, unread_ids };
        let operations = api.operations.iter().map(|operation| side.root_types(operation));
        let webhooks =
            api.webhooks.iter().map(|webhook| webhook.payload.iter().flat_map(named_types).collect());
        let envelope = api.error.iter().map(|error| vec![error.ty]);
        let roots: Vec<Vec<TypeId>> = operations.chain(webhooks).chain(envelope).collect();
        let edges = collect_edges(api);
        side.reached = roots
            .into_iter()
            .map(|roots| {
                let mut seen = BTreeSet::new();
                visit_reachable(&edges, roots, |id| seen.insert(id));
                seen
            })
            .collect();
        side
    }

    pub(super) fn api(&self) -> &'a Api {
        &self.model.api
    }

    pub(super) fn find_component(&self, name: &str) -> Option<TypeId> {
        self.components.get(name).copied()
    }

    pub(super) fn components(&self) -> impl Iterator<Item = (&'a str, TypeId)> {
        self.components.iter().map(|(name, id)| (*name, *id))
    }

    /// The name of a component, if the type is one.
    pub(super) fn component_name(&self, id: TypeId) -> Option<&'a str> {
        match &self.api().get(id).origin {
            TypeOrigin::Component(name) => Some(name),
            TypeOrigin::Inline => None,
        }
    }

    /// Whether any operation or event uses a type.
    pub(super) fn is_used(&self, id: TypeId) -> bool {
        self.reached.iter().any(|types| types.contains(&id))
    }

    /// Whether the id of an operation can be read in both documents.
    pub(super) fn has_readable_id(&self, operation: &Operation) -> bool {
        !self.unread_ids.contains(&operation.pointer)
    }

    /// The first pointer of a type.
    pub(super) fn first_pointer(&self, id: TypeId) -> &'a str {
        self.api().get(id).pointers.first().map_or("", String::as_str)
    }

    /// The name of a type in Rust; empty if there is none.
    pub(super) fn rust_name(&self, id: TypeId) -> &'a str {
        self.model.names.ty(id)
    }

    /// The fields of an object with their names in Rust; none for other types.
    pub(super) fn members(&self, id: TypeId) -> Vec<Member<'a>> {
        let Shape::Object(object) = &self.api().get(id).shape else { return Vec::new() };
        let facts = self.model.facts.fields_of(id);
        let setters = facts.iter().map(|facts| facts.setter);
        let mut members = Member::from_fields(&object.fields, self.model.names.members_of(id), setters);
        for (member, facts) in members.iter_mut().zip(facts) {
            member.presence = Some(facts.presence);
        }
        members
    }

    /// The index of an operation of this model.
    fn index_of(&self, operation: &Operation) -> usize {
        let same = |other: &Operation| std::ptr::eq(other, operation);
        self.api().operations.iter().position(same).unwrap_or(usize::MAX)
    }

    /// The names of an operation in Rust.
    pub(super) fn operation_names(&self, operation: &Operation) -> Option<&'a OperationNames> {
        self.model.names.operations.get(self.index_of(operation))
    }

    /// How the request of an operation is set.
    pub(super) fn request_facts(&self, operation: &Operation) -> Option<&'a RequestFacts> {
        self.model.facts.requests.get(self.index_of(operation))
    }

    /// The variant of an event in Rust.
    pub(super) fn event_name(&self, webhook: &Webhook) -> &'a str {
        let index = self.api().webhooks.iter().position(|other| std::ptr::eq(other, webhook));
        index.and_then(|index| self.model.names.webhooks.get(index)).map_or("", String::as_str)
    }

    /// The module of an operation's tag in Rust.
    pub(super) fn module_name(&self, operation: &Operation) -> &'a str {
        self.model.names.tags.get(operation.tag).map_or("", |tag| tag.module.as_str())
    }

    /// The fields of a variant of a body with their names in Rust.
    pub(super) fn body_members(&self, operation: &Operation, variant: usize) -> Vec<Member<'a>> {
        let index = self.index_of(operation);
        let fields = self
            .api()
            .operations
            .get(index)
            .and_then(|operation| operation.body.as_ref()?.variants.get(variant))
            .map_or(&[][..], |variant| &variant.fields);
        let names = self.operation_names(operation).and_then(|names| names.variants.get(variant));
        let setters = self.request_facts(operation).and_then(|facts| facts.variants.get(variant));
        let mut members = Member::from_fields(
            fields,
            names.map_or(&[], |names| names.fields.as_slice()),
            setters.into_iter().flatten().copied(),
        );
        let owner = self.find_owner(fields).map(|owner| &self.api().get(owner).shape);
        if let Some(Shape::Object(object)) = owner {
            let has_any_value =
                |name: &str| object.fields.iter().any(|field| field.name == name && field.constant.is_none());
            for member in &mut members {
                member.by_discriminator =
                    member.field.constant.is_some() && has_any_value(&member.field.name);
            }
        }
        members
    }

    /// The object that these fields belong to.
    pub(super) fn find_owner(&self, fields: &[Field]) -> Option<TypeId> {
        fields.iter().find_map(|field| self.owners.get(field.pointer.as_str())).copied()
    }

    /// Resolves aliases of a type that is not part of the model.
    pub(super) fn resolve_any_alias<'t>(&'t self, ty: &'t TypeRef) -> &'t TypeRef {
        match ty {
            TypeRef::Named(id) => match &self.api().get(*id).shape {
                Shape::Alias(target) => self.resolve_alias(target),
                _ => ty,
            },
            _ => ty,
        }
    }

    /// Resolves aliases.
    pub(super) fn resolve_alias(&self, ty: &'a TypeRef) -> &'a TypeRef {
        let mut ty = ty;
        // Alias cycles were broken by the stage `resolve`; this only bounds the loop.
        for _ in 0..64 {
            let TypeRef::Named(id) = ty else { break };
            let Shape::Alias(target) = &self.api().get(*id).shape else { break };
            ty = target;
        }
        ty
    }

    /// The types that an operation names directly, including the objects of its request body.
    fn root_types(&self, operation: &Operation) -> Vec<TypeId> {
        let parameters = operation.parameters.iter().map(|parameter| &parameter.field.ty);
        let variants = operation.body.iter().flat_map(|body| &body.variants);
        let fields = variants.clone().flat_map(|variant| &variant.fields).map(|field| &field.ty);
        let whole = operation.body.iter().flat_map(Body::whole_types);
        let alternatives = operation.alternatives.iter().map(|alternative| &alternative.success);
        let success = std::iter::once(&operation.success).chain(alternatives).filter_map(Success::ty);
        let errors = operation.errors.iter().map(|(_, ty)| ty);
        let types = parameters.chain(fields).chain(whole).chain(success).chain(errors).flat_map(named_types);
        types.chain(variants.filter_map(|variant| self.find_owner(&variant.fields))).collect()
    }
}

/// A field of an object, or a parameter.
#[derive(Clone, Debug)]
pub(super) struct Member<'a> {
    /// The key by which it is matched.
    pub(super) key: String,
    /// Its description in messages, with its name.
    pub(super) shown: String,
    /// Whether it is a parameter.
    pub(super) parameter: bool,
    pub(super) field: &'a Field,
    /// Its name in Rust.
    pub(super) rust: &'a str,
    /// How a request sets it.
    pub(super) setter: Setter,
    /// How a struct holds it, if it is a field of one.
    pub(super) presence: Option<Presence>,
    /// Whether only a discriminator says that it has one value.
    pub(super) by_discriminator: bool,
}

impl<'a> Member<'a> {
    /// The fields with their names and setters in Rust.
    pub(super) fn from_fields(
        fields: &'a [Field],
        names: &'a [String],
        setters: impl Iterator<Item = Setter>,
    ) -> Vec<Self> {
        let names = names.iter().map(String::as_str).chain(std::iter::repeat(""));
        let setters = setters.chain(std::iter::repeat(Setter::Optional));
        let members = fields.iter().zip(names).zip(setters).map(|((field, rust), setter)| Self {
            key: field.name.clone(),
            shown: format!("field `{}`", field.name),
            parameter: false,
            field,
            rust,
            setter,
            presence: None,
            by_discriminator: false,
        });
        members.collect()
    }

    pub(super) fn presence(&self) -> MemberPresence {
        let (required, nullable) = (self.field.required, self.field.ty.split_null().1);
        let options = match self.presence.unwrap_or_else(|| Presence::new(required, nullable)) {
            Presence::Required => 0,
            Presence::RequiredNullable | Presence::Optional => 1,
            Presence::OptionalNullable => 2,
        };
        MemberPresence { required, nullable, options }
    }

    /// Whether it is an argument of the method, not a setter.
    pub(super) fn is_argument(&self) -> bool {
        self.setter == Setter::Argument
    }

    /// The place of a parameter in the request.
    pub(super) fn place(&self) -> &str {
        if self.parameter { self.key.split(' ').next().unwrap_or_default() } else { "" }
    }

    /// Its description, with whether it is required.
    pub(super) fn describe_with_presence(&self) -> String {
        format!("{} {}", if self.field.required { "required" } else { "optional" }, self.shown)
    }
}

fn named_types(ty: &TypeRef) -> Vec<TypeId> {
    let mut ids = Vec::new();
    ty.for_each_named(true, &mut |id, _| ids.push(id));
    ids
}

/// The description of an operation in messages.
pub(super) fn describe_call(operation: &Operation) -> String {
    format!("{} {}", operation.verb.as_str(), operation.path)
}

/// The description of a webhook in messages.
pub(super) fn describe_event(webhook: &Webhook) -> String {
    format!("event {}", webhook.name)
}
