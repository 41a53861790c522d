//! The description itself, for programs.

use std::collections::BTreeMap;

use openapi_client_description::{
    Event, EventDocs, JsonValue, Operation, OperationDocs, Risk, Type, TypeDefinition, TypeDocs,
};
use serde::Serialize;

use super::find::Subject;
use crate::{
    catalog::{Catalog, OperationSummary},
    error::{CliError, Exit},
    program::App,
};

#[derive(Serialize)]
struct ProgramData<'a> {
    program: &'a str,
    title: &'a str,
    description: Option<&'a str>,
    groups: Vec<GroupHead<'a>>,
}

#[derive(Serialize)]
struct GroupHead<'a> {
    name: &'a str,
    description: Option<&'a str>,
}

#[derive(Serialize)]
struct GroupData<'a> {
    name: &'a str,
    description: Option<&'a str>,
    operations: Vec<OperationHead<'a>>,
}

#[derive(Serialize)]
struct OperationHead<'a> {
    command: &'a str,
    id: &'a str,
    method: &'a str,
    path: &'a str,
    summary: Option<&'a str>,
    risk: Option<Risk>,
    deprecated: bool,
}

#[derive(Serialize)]
struct OperationData<'a> {
    group: &'a str,
    command: &'a str,
    operation: &'a Operation,
    docs: &'a OperationDocs,
    types: &'a BTreeMap<String, TypeDefinition>,
    type_docs: &'a BTreeMap<String, TypeDocs>,
}

#[derive(Serialize)]
struct TypeData<'a> {
    name: &'a str,
    definition: &'a TypeDefinition,
    docs: Option<&'a TypeDocs>,
    types: BTreeMap<&'a str, &'a TypeDefinition>,
}

#[derive(Serialize)]
struct EventData<'a> {
    event: &'a Event,
    docs: Option<&'a EventDocs>,
    types: BTreeMap<&'a str, &'a TypeDefinition>,
}

/// What the description says about something, with the types that it uses.
pub(super) fn describe_json(app: &App, catalog: &Catalog, subject: &Subject) -> Result<JsonValue, CliError> {
    match subject {
        Subject::Program => to_value(&ProgramData {
            program: app.settings.name,
            title: catalog.title(),
            description: catalog.description(),
            groups: catalog
                .groups()
                .map(|group| GroupHead { name: &group.name, description: group.description.as_deref() })
                .collect(),
        }),
        Subject::Group(name) => to_value(&GroupData {
            name,
            description: catalog.find_group(name).and_then(|group| group.description.as_deref()),
            operations: catalog.commands(name).map(summarize).collect(),
        }),
        Subject::Operation(summary) => {
            let loaded = catalog.load(summary)?;
            to_value(&OperationData {
                group: &summary.group,
                command: &summary.command,
                operation: &loaded.operation,
                docs: &loaded.docs,
                types: &loaded.description.types,
                type_docs: &loaded.types,
            })
        }
        Subject::Type { name, definition } => {
            let (_, docs) = catalog.load_all()?;
            let types = collect_types(catalog, definition.types())?;
            to_value(&TypeData { name, definition, docs: docs.types.get(*name), types })
        }
        Subject::Event(event) => {
            let (_, docs) = catalog.load_all()?;
            let types = collect_types(catalog, event.payload.iter().collect())?;
            to_value(&EventData { event, docs: docs.events.get(&event.name), types })
        }
    }
}

fn summarize(operation: &'static OperationSummary) -> OperationHead<'static> {
    OperationHead {
        command: &operation.command,
        id: &operation.id,
        method: &operation.method,
        path: &operation.path,
        summary: operation.summary.as_deref(),
        risk: operation.risk,
        deprecated: operation.deprecated,
    }
}

/// The definitions of these types, and of those that they use.
fn collect_types(
    catalog: &Catalog,
    types: Vec<&'static Type>,
) -> Result<BTreeMap<&'static str, &'static TypeDefinition>, CliError> {
    let (description, _) = catalog.load_all()?;
    let mut pending: Vec<&str> = types.into_iter().filter_map(Type::referenced_name).collect();
    let mut found = BTreeMap::new();
    while let Some(name) = pending.pop() {
        let Some(definition) = description.types.get(name).filter(|_| !found.contains_key(name)) else {
            continue;
        };
        found.insert(name, definition);
        pending.extend(definition.types().into_iter().filter_map(Type::referenced_name));
    }
    Ok(found)
}

/// By way of text, in which numbers keep their digits.
fn to_value(data: &impl Serialize) -> Result<JsonValue, CliError> {
    let text = serde_json::to_string(data).ok();
    let value = text.and_then(|text| JsonValue::parse(&text).ok());
    value.ok_or_else(|| CliError::new(Exit::Api, "the description of the API is damaged: it is not JSON"))
}
