//! What a name means.

use openapi_client_description::{Event, TypeDefinition};

use crate::{
    catalog::{Catalog, OperationSummary, find_nearest},
    error::CliError,
    manual::names::{read_events, read_type_names},
    program::App,
};

/// What a page is about.
pub(super) enum Subject {
    Program,
    /// By its name.
    Group(String),
    Operation(&'static OperationSummary),
    Type {
        name: &'static str,
        definition: &'static TypeDefinition,
    },
    Event(&'static Event),
}

/// The words of a name as one: `GROUP COMMAND` is `GROUP.COMMAND`.
pub(in crate::manual) fn join_names<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(".")
}

/// The operation with this name.
pub(in crate::manual) fn find_operation(catalog: &Catalog, name: &str) -> Option<&'static OperationSummary> {
    let by_command = name.split_once('.').and_then(|(group, command)| catalog.find_command(group, command));
    by_command.or_else(|| catalog.find_operation(name))
}

/// Finds what has this name. Types and events are only read for names that nothing else has.
pub(super) fn find_subject(app: &App, catalog: &Catalog, name: &str) -> Result<Subject, CliError> {
    if name.is_empty() {
        return Ok(Subject::Program);
    }
    if let Some(operation) = find_operation(catalog, name) {
        return Ok(Subject::Operation(operation));
    }
    if let Some(group) = catalog.find_group(name) {
        return Ok(Subject::Group(group.name.clone()));
    }
    let (description, _) = catalog.load_all()?;
    let is_event = |event: &&Event| event.name == name || event.event.as_deref() == Some(name);
    if let Some(event) = description.events.iter().find(is_event) {
        return Ok(Subject::Event(event));
    }
    let types = || description.types.iter().filter(|(name, _)| !name.starts_with('~'));
    let exact = types().find(|(known, _)| *known == name);
    if let Some((name, definition)) =
        exact.or_else(|| types().find(|(known, _)| known.eq_ignore_ascii_case(name)))
    {
        return Ok(Subject::Type { name, definition });
    }
    Err(find_similar(app, catalog, name))
}

/// The error for a name that nothing has, with the nearest that something has.
pub(in crate::manual) fn find_similar(app: &App, catalog: &Catalog, name: &str) -> CliError {
    let program = app.settings.name;
    let shown = crate::text::clean_line(name, 80);
    let error = CliError::usage(format!("nothing of the API is called `{shown}`"));
    // What is near within the group that was named is nearer than anything else.
    if let Some((group, command)) = name.split_once('.')
        && let Some(group) = catalog.find_group(group)
    {
        let commands = catalog.commands(&group.name).map(|operation| operation.command.as_str());
        if let Some(nearest) = find_nearest(command, commands) {
            return error.hint(format!("did you mean `{}.{nearest}`?", group.name));
        }
    }
    let groups = catalog.groups().map(|group| group.name.clone());
    let operations = catalog.operations().iter();
    let commands = operations
        .flat_map(|operation| [format!("{}.{}", operation.group, operation.command), operation.id.clone()]);
    let events = read_events(app).unwrap_or_default().into_iter().map(|event| event.name);
    let types = read_type_names(app).unwrap_or_default();
    let known: Vec<String> = groups.chain(commands).chain(events).chain(types).collect();
    // Names of types have capitals, which are not where mistakes are.
    let lower: Vec<String> = known.iter().map(|name| name.to_lowercase()).collect();
    let nearest = find_nearest(name, lower.iter().map(String::as_str))
        .and_then(|nearest| lower.iter().position(|name| name == nearest))
        .and_then(|index| known.get(index));
    match nearest {
        Some(nearest) => error.hint(format!("did you mean `{nearest}`?")),
        None => error.hint(format!("`{program} docs` lists the groups")),
    }
}
