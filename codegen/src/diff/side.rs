//! One of the two models with its indexes. It only reads the model.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::analyze::{collect_edges, visit_reachable};
use crate::ir::{Api, Field, Operation, Shape, Success, TypeId, TypeOrigin, TypeRef, Webhook};
use crate::model::Model;

/// A model with its indexes.
pub(super) struct Side<'a> {
    pub(super) model: &'a Model,
    components: BTreeMap<&'a str, TypeId>,
    /// The object that contains a field, by the field's pointer.
    owners: HashMap<&'a str, TypeId>,
    /// Per operation, then per webhook, then for the error envelope: every type in it.
    pub(super) reached: Vec<BTreeSet<TypeId>>,
}

impl<'a> Side<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
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
        let mut side = Self { model, components, owners, reached: Vec::new() };
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

    /// The first pointer of a type.
    pub(super) fn first_pointer(&self, id: TypeId) -> &'a str {
        self.api().get(id).pointers.first().map_or("", String::as_str)
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
        let whole = operation.body.iter().filter_map(|body| body.whole.as_ref());
        let success = match &operation.success {
            Success::Json(ty) | Success::Optional(ty) => Some(ty),
            _ => None,
        };
        let errors = operation.errors.iter().map(|(_, ty)| ty);
        let types = parameters.chain(fields).chain(whole).chain(success).chain(errors).flat_map(named_types);
        types.chain(variants.filter_map(|variant| self.find_owner(&variant.fields))).collect()
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
