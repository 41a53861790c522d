//! Reports entries of the configuration that name nothing in the document: tags, operations, fields and variants.

use std::collections::{BTreeMap, BTreeSet};

use super::Names;
use crate::config::{Config, Reference, dead_entry};
use crate::diagnostic::Diagnostics;
use crate::document::pointer;
use crate::ir::{Api, Operation, Shape, TypeId};

pub(super) fn report_dead_entries(api: &Api, names: &Names, config: &Config, diagnostics: &mut Diagnostics) {
    let tags: BTreeSet<&str> = api.tags.iter().map(|tag| tag.name.as_str()).collect();
    let operations: BTreeSet<&str> = api.operations.iter().map(|operation| operation.id.as_str()).collect();
    let renames = &config.names;
    let mut report = |table: &[&str], key: &str, message: String| {
        let pointer = pointer::from_segments(table.iter().copied().chain([key]));
        diagnostics.push_misfit(dead_entry(pointer, message));
    };
    for key in renames.tags.keys().filter(|key| !tags.contains(key.as_str())) {
        report(&["names", "tags"], key, format!("the document has no tag `{key}`"));
    }
    for key in renames.operations.keys().filter(|key| !operations.contains(key.as_str())) {
        report(&["names", "operations"], key, format!("no operation has the id `{key}`"));
    }
    let (fields, variants) = collect_members(api, names);
    for key in missing_keys(&renames.fields, &fields) {
        report(&["names", "fields"], key, format!("no field is called `{key}` in the document"));
    }
    for key in missing_keys(&renames.variants, &variants) {
        report(&["names", "variants"], key, format!("no type has the value or variant `{key}`"));
    }
    let except = config.idempotency.except.iter().enumerate();
    for (index, id) in except.filter(|(_, id)| !operations.contains(id.as_str())) {
        report(&["idempotency", "except"], &index.to_string(), format!("no operation has the id `{id}`"));
    }
    let reference = config.reference.iter();
    let except = reference.clone().flat_map(|reference| reference.except.iter().enumerate());
    for (index, id) in except.filter(|(_, id)| !operations.contains(id.as_str())) {
        report(&["reference", "except"], &index.to_string(), format!("no operation has the id `{id}`"));
    }
    for (section, index, tag) in reference.flat_map(Reference::section_tags) {
        if !tags.contains(tag) {
            let table = ["reference", "sections", &section.to_string(), "tags"];
            report(&table, &index.to_string(), format!("the document has no tag `{tag}`"));
        }
    }
    let first = api.credentials.first().map(|credential| credential.name.as_str());
    for key in config.variables.credentials.keys() {
        if Some(key.as_str()) == first {
            let message =
                format!("`{key}` is the API key of the client: set `api-key` in `[variables]` instead");
            report(&["variables", "credentials"], key, message);
        } else if api.credentials.iter().all(|credential| credential.name != *key) {
            report(
                &["variables", "credentials"],
                key,
                format!("no operation takes the security scheme `{key}`"),
            );
        }
    }
}

fn missing_keys<'c>(
    entries: &'c BTreeMap<String, String>,
    known: &'c BTreeSet<String>,
) -> impl Iterator<Item = &'c String> {
    entries.keys().filter(|key| !known.contains(*key))
}

/// The keys that entries for fields and for variants may have.
fn collect_members(api: &Api, names: &Names) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut fields, mut variants) = (BTreeSet::new(), BTreeSet::new());
    for (index, def) in api.types.iter().enumerate() {
        let owner = names.ty(TypeId(index));
        if owner.is_empty() {
            continue;
        }
        match &def.shape {
            Shape::Object(object) => {
                for field in &object.fields {
                    add_field(&mut fields, owner, &field.name);
                }
            }
            Shape::OpenEnum(set) => {
                variants.extend(set.values.iter().map(|value| format!("{owner}.{}", value.value)));
            }
            Shape::Union(union) => {
                variants.extend(union.variants.iter().map(|variant| format!("{owner}.{}", variant.name)));
            }
            Shape::Alias(_) | Shape::Pending => {}
        }
    }
    for (operation, own) in api.operations.iter().zip(&names.operations) {
        for name in member_names(operation) {
            add_field(&mut fields, &own.builder, name);
        }
    }
    (fields, variants)
}

fn member_names(operation: &Operation) -> impl Iterator<Item = &str> {
    let body = operation.body.iter().flat_map(|body| &body.variants).flat_map(|variant| &variant.fields);
    operation.parameters.iter().map(|parameter| &parameter.field).chain(body).map(|field| field.name.as_str())
}

fn add_field(fields: &mut BTreeSet<String>, owner: &str, name: &str) {
    fields.insert(format!("{owner}.{name}"));
    fields.insert(name.to_owned());
}
