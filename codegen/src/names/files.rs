//! Assigns each model to a file: a component's own, with the inline types that only it has, or that of a group of inline
//! types.

use std::collections::BTreeMap;

use crate::analyze::{Facts, Gate};
use crate::ident;
use crate::ir::{Api, Root, Shape, TypeId, TypeOrigin};

/// A file of models.
#[derive(Debug)]
pub struct ModelFile {
    /// The folder it is in.
    pub placement: Placement,
    /// The module's name.
    pub module: String,
    /// The features that need it.
    pub gate: Gate,
    /// The types in it, in their order.
    pub types: Vec<TypeId>,
}

/// The folder of a file of models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Placement {
    /// Under `models`.
    Models,
    /// Under `webhooks`.
    Webhooks,
}

impl Placement {
    /// The module.
    #[must_use]
    pub fn module(self) -> &'static str {
        match self {
            Self::Models => "models",
            Self::Webhooks => "webhooks",
        }
    }
}

pub(super) fn assign_files(api: &Api, facts: &Facts, types: &[String]) -> Vec<ModelFile> {
    let mut files: BTreeMap<(Placement, String), ModelFile> = BTreeMap::new();
    let owners: BTreeMap<&str, &str> = api
        .types
        .iter()
        .zip(types)
        .filter_map(|(def, name)| match &def.origin {
            TypeOrigin::Component(component) => Some((component.as_str(), name.as_str())),
            TypeOrigin::Inline => None,
        })
        .collect();
    let groups = inline_groups(api, facts, types);
    for index in 0..api.types.len() {
        let id = TypeId(index);
        if !facts.is_emitted(id) || matches!(api.get(id).shape, Shape::Pending) {
            continue;
        }
        let name = types.get(index).map_or("", String::as_str);
        let (placement, module) = place_type(api, id, name, &owners, &groups);
        let file = files.entry((placement, module.clone())).or_insert_with(|| ModelFile {
            placement,
            module,
            gate: Gate::default(),
            types: Vec::new(),
        });
        file.types.push(id);
        if let Some(gate) = facts.gates.get(index) {
            file.gate.extend(gate);
        }
    }
    files.into_values().collect()
}

/// Modules that a file of models imports, or that exist already.
const RESERVED_MODULES: [&str; 5] = ["models", "fields", "ids", "rt", "openapi_client_runtime"];

/// The module of a type. Types and modules share a namespace.
fn module_of(name: &str) -> String {
    let module = ident::module_name(name);
    if module == name || RESERVED_MODULES.contains(&module.as_str()) { format!("{module}_") } else { module }
}

/// A type that is used within one component goes with it; one that is used within several has a file of its own. Types
/// that stand inline in the operations of one tag are grouped by name: `CreatePlanImageSize` goes with `CreatePlanImage`.
fn place_type(
    api: &Api,
    id: TypeId,
    name: &str,
    owners: &BTreeMap<&str, &str>,
    groups: &BTreeMap<usize, Vec<&str>>,
) -> (Placement, String) {
    let separate = (Placement::Models, module_of(name));
    match api.get(id).roots.as_slice() {
        [Root::Component(component)] => {
            owners.get(component.as_str()).map_or(separate, |owner| (Placement::Models, module_of(owner)))
        }
        [Root::Webhook(index)] => (Placement::Webhooks, payload_module(api, *index)),
        roots => {
            let names = single_tag(api, roots).and_then(|tag| groups.get(&tag));
            let owners = names.into_iter().flatten().filter(|owner| begins_with_words(name, owner));
            let owner = owners.min_by_key(|owner| owner.len());
            owner.map_or(separate, |owner| (Placement::Models, module_of(owner)))
        }
    }
}

/// The module of an event's payload. Events whose names begin with the same word before a dot share a file.
fn payload_module(api: &Api, webhook: usize) -> String {
    let name = api.webhooks.get(webhook).map_or("", |webhook| webhook.name.as_str());
    let resource = name.split_once('.').map(|(resource, _)| ident::module_name(resource));
    resource.map_or_else(|| "payloads".to_owned(), |resource| format!("{resource}_events"))
}

/// The names of the types that stand inline in operations of one tag only, by the tag.
fn inline_groups<'a>(api: &Api, facts: &Facts, types: &'a [String]) -> BTreeMap<usize, Vec<&'a str>> {
    let mut groups: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (index, (def, name)) in api.types.iter().zip(types).enumerate() {
        if facts.is_emitted(TypeId(index))
            && let Some(tag) = single_tag(api, &def.roots)
        {
            groups.entry(tag).or_default().push(name);
        }
    }
    groups
}

/// The tag of a type's operations, if it is used by operations only and they have one tag.
fn single_tag(api: &Api, roots: &[Root]) -> Option<usize> {
    let mut tags = roots.iter().map(|root| match root {
        Root::Operation(index) => api.operations.get(*index).map(|operation| operation.tag),
        _ => None,
    });
    let first = tags.next()??;
    tags.all(|tag| tag == Some(first)).then_some(first)
}

/// Whether the words of a name begin with those of another: `PlanImageSize` with `PlanImage`, but `Planet` not with `Plan`.
fn begins_with_words(name: &str, other: &str) -> bool {
    name.strip_prefix(other).is_some_and(|rest| rest.chars().next().is_none_or(|next| !next.is_lowercase()))
}
