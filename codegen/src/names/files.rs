//! Which file each model stands in: a component's own, with the inline types that only it has, or that of a tag.

use std::collections::BTreeMap;

use super::TagNames;
use super::ident;
use crate::analyze::{Facts, Gate};
use crate::ir::{Api, Origin, Root, Shape, TypeId};

/// A file of models.
#[derive(Debug)]
pub struct ModelFile {
    /// Where it stands.
    pub placement: Placement,
    /// The module's name.
    pub module: String,
    /// The features that need it.
    pub gate: Gate,
    /// The types in it, in the order in which they are written.
    pub types: Vec<TypeId>,
}

/// Where a file of models stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Placement {
    /// Directly under `models`.
    Models,
    /// Under `models/operations`: types that stand inline in calls.
    Operations,
    /// Under `webhooks`.
    Webhooks,
}

pub(super) fn files(api: &Api, facts: &Facts, types: &[String], tags: &[TagNames]) -> Vec<ModelFile> {
    let mut files: BTreeMap<(Placement, String), ModelFile> = BTreeMap::new();
    let owners: BTreeMap<&str, &str> = api
        .types
        .iter()
        .zip(types)
        .filter_map(|(def, name)| match &def.origin {
            Origin::Component(component) => Some((component.as_str(), name.as_str())),
            Origin::Inline => None,
        })
        .collect();
    for index in 0..api.types.len() {
        let id = TypeId(index);
        if !facts.written(id) || matches!(api.get(id).shape, Shape::Pending) {
            continue;
        }
        let name = types.get(index).map_or("", String::as_str);
        let (placement, module) = place(api, id, name, &owners, tags);
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

/// Modules that are there already, or that a file names by these words.
const TAKEN: [&str; 5] = ["operations", "models", "fields", "ids", "rt"];

/// The module of a type. Types and modules share their names.
fn module(name: &str) -> String {
    let module = ident::module(name);
    if module == name || TAKEN.contains(&module.as_str()) { format!("{module}_") } else { module }
}

/// A type that stands in one component goes with it; one that stands in several has a file of its own.
fn place(
    api: &Api,
    id: TypeId,
    name: &str,
    owners: &BTreeMap<&str, &str>,
    tags: &[TagNames],
) -> (Placement, String) {
    let own = (Placement::Models, module(name));
    let def = api.get(id);
    let operation_tag = |root: &Root| match root {
        Root::Operation(index) => api.operations.get(*index).map(|operation| operation.tag),
        _ => None,
    };
    match def.roots.as_slice() {
        [Root::Component(component)] => {
            owners.get(component.as_str()).map_or(own, |owner| (Placement::Models, module(owner)))
        }
        [Root::Webhook(_)] => (Placement::Webhooks, "payloads".to_owned()),
        roots => {
            let first = roots.first().and_then(operation_tag);
            let same = first.is_some() && roots.iter().all(|root| operation_tag(root) == first);
            match first.and_then(|tag| tags.get(tag)).filter(|_| same) {
                Some(tag) => (Placement::Operations, tag.module.clone()),
                None => own,
            }
        }
    }
}
