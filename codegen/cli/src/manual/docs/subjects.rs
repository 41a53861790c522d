//! The pages of the program, a group, a type and an event.

use openapi_client_description::{Event, TypeDefinition};

use super::{
    fields::{Describer, Direction},
    find::Subject,
    operation::build_operation_page,
};
use crate::{
    catalog::{Catalog, OperationSummary},
    command::help::first_sentence,
    error::CliError,
    manual::page::{Entry, Page},
    program::App,
};

/// How deep the fields of a type are described.
const DEPTH: usize = 2;

/// The page about something.
pub(super) fn build_page(app: &'static App, catalog: &Catalog, subject: &Subject) -> Result<Page, CliError> {
    match subject {
        Subject::Program => Ok(build_program_page(app, catalog)),
        Subject::Group(name) => Ok(build_group_page(app, catalog, name)),
        Subject::Operation(summary) => build_operation_page(app, catalog, summary),
        Subject::Type { name, definition } => build_type_page(catalog, name, definition),
        Subject::Event(event) => build_event_page(app, catalog, event),
    }
}

fn build_program_page(app: &App, catalog: &Catalog) -> Page {
    let program = app.settings.name;
    let mut page = Page::new(catalog.title());
    page.add_text(catalog.description());
    let groups = catalog.groups().map(|group| Entry {
        name: group.name.clone(),
        text: first_sentence(group.description.as_deref().unwrap_or_default()),
        ..Entry::default()
    });
    page.add_entries("Groups", groups.collect());
    page.add_text(Some(&format!(
        "`{program} docs GROUP` lists the operations of a group, `{program} docs GROUP.COMMAND` describes one."
    )));
    page
}

fn build_group_page(app: &App, catalog: &Catalog, name: &str) -> Page {
    let program = app.settings.name;
    let mut page = Page::new(name);
    page.add_text(catalog.find_group(name).and_then(|group| group.description.as_deref()));
    let operations = catalog.commands(name).map(|operation| Entry {
        name: operation.command.clone(),
        notes: vec![format!("{} {}", operation.method, operation.path)],
        text: describe_briefly(operation),
        ..Entry::default()
    });
    page.add_entries("Operations", operations.collect());
    page.add_text(Some(&format!("`{program} docs {name}.COMMAND` describes an operation.")));
    page
}

fn describe_briefly(operation: &OperationSummary) -> String {
    let text = operation.summary.as_deref().map(first_sentence).unwrap_or_default();
    if operation.deprecated { format!("{text} (deprecated)").trim_start().to_owned() } else { text }
}

fn build_type_page(
    catalog: &Catalog,
    name: &'static str,
    definition: &'static TypeDefinition,
) -> Result<Page, CliError> {
    let (description, docs) = catalog.load_all()?;
    let describer = Describer { description, types: &docs.types, direction: Direction::Both };
    let texts = docs.types.get(name);
    let mut page = Page::new(name);
    page.add_text(texts.and_then(|texts| texts.description.as_deref()));
    match definition {
        TypeDefinition::Object(object) => {
            page.add_entries("Fields", describer.list_fields(&object.fields, texts, DEPTH));
            if object.open {
                page.add_text(Some("It can have other fields too."));
            }
        }
        TypeDefinition::Enum(values) => {
            let values = values.iter().map(|value| Entry {
                name: value.clone(),
                text: texts.and_then(|texts| texts.members.get(value)).cloned().unwrap_or_default(),
                ..Entry::default()
            });
            page.add_entries("Values", values.collect());
        }
        TypeDefinition::Union(variants) => {
            let variants = variants.iter().map(|variant| Entry {
                name: variant.name.clone(),
                notes: vec![describer.name_type(&variant.ty)],
                text: texts.and_then(|texts| texts.members.get(&variant.name)).cloned().unwrap_or_default(),
                members: describer.list_members(&variant.ty, DEPTH),
                ..Entry::default()
            });
            page.add_entries("Forms", variants.collect());
        }
        TypeDefinition::Alias(field) => {
            page.add_entries("Value", vec![describer.describe(name, field, None, DEPTH)]);
        }
        TypeDefinition::Identifier(prefixes) => {
            let prefixes: Vec<String> = prefixes.iter().map(|prefix| format!("`{prefix}`")).collect();
            let begins = if prefixes.is_empty() {
                String::new()
            } else {
                format!(" that begins with {}", prefixes.join(" or "))
            };
            page.add_text(Some(&format!("An id: a string{begins}.")));
        }
    }
    let users = description
        .operations
        .iter()
        .filter(|operation| operation.types().into_iter().any(|ty| ty.referenced_name() == Some(name)));
    let users = users.filter_map(|operation| catalog.find_operation(&operation.id)).map(|operation| Entry {
        name: format!("{}.{}", operation.group, operation.command),
        text: describe_briefly(operation),
        ..Entry::default()
    });
    page.add_entries("Operations with it", users.collect());
    Ok(page)
}

fn build_event_page(app: &App, catalog: &Catalog, event: &'static Event) -> Result<Page, CliError> {
    let (description, docs) = catalog.load_all()?;
    let name = event.event.as_ref().unwrap_or(&event.name);
    let texts = docs.events.get(&event.name);
    let summary = texts.and_then(|texts| texts.summary.as_deref());
    let mut page = Page::new(summary.map_or_else(|| name.clone(), |summary| format!("{name} - {summary}")));
    page.add_text(texts.and_then(|texts| texts.description.as_deref()));
    if let Some(payload) = &event.payload {
        let describer = Describer { description, types: &docs.types, direction: Direction::Response };
        let entry = Entry {
            name: "payload".to_owned(),
            notes: vec![describer.name_type(payload)],
            members: describer.list_members(payload, DEPTH),
            ..Entry::default()
        };
        page.add_entries("Payload", vec![entry]);
    }
    if app.webhooks.is_some() {
        let program = app.settings.name;
        page.add_code(
            "Try it",
            format!("{program} trigger {name} --forward-to http://localhost:3000/webhooks"),
        );
    }
    Ok(page)
}
