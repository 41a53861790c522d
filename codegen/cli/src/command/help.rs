//! The help of the program, of a group and of an operation.

use clap::Command;
use openapi_client_description::Risk;

use super::{
    built_in::{BuiltIn, OWN_GROUP},
    example::example_command,
};
use crate::{
    arguments::Flag,
    catalog::{Catalog, Loaded, OperationSummary},
    program::App,
};

/// The help of all commands in one template: what it does, how it is called, and what it takes.
const TEMPLATE: &str = "{about}\n\nUsage: {usage}\n\n{before-help}{all-args}{after-help}";

/// The help of the program.
pub(crate) fn build_program(app: &'static App, catalog: &Catalog, own: &[BuiltIn]) -> Command {
    let name = app.settings.name;
    let mut about = format!("{} on the command line.", catalog.title());
    if let Some(description) = catalog.description() {
        about = format!("{about} {}", first_sentence(description));
    }
    let mut text = String::from("Commands of the API:\n");
    let groups: Vec<(String, String)> = catalog
        .groups()
        .map(|group| (group.name.clone(), first_sentence(group.description.as_deref().unwrap_or_default())))
        .collect();
    text.push_str(&format_rows(&groups));
    text.push_str("\n\nOther commands:\n");
    let own = own.iter().map(|built_in| {
        let is_taken = catalog.find_group(built_in.name).is_some();
        let shown =
            if is_taken { format!("{OWN_GROUP} {}", built_in.name) } else { built_in.name.to_owned() };
        (shown, (built_in.build)(app).get_about().map(ToString::to_string).unwrap_or_default())
    });
    let own: Vec<(String, String)> =
        own.chain([("help".to_owned(), "Prints the help of a command".to_owned())]).collect();
    text.push_str(&format_rows(&own));
    Command::new(name)
        .bin_name(name)
        .no_binary_name(true)
        .about(about)
        .override_usage(format!("{name} GROUP COMMAND [ARGUMENTS] [OPTIONS]"))
        .help_template(TEMPLATE)
        .before_help(text)
        .after_help(describe_program(app))
}

/// The environment variables and the exit codes.
pub(crate) fn describe_program(app: &App) -> String {
    let service = app.service;
    let mut variables: Vec<(String, String)> = Vec::new();
    if app.credential_variables.is_empty() {
        variables.push((service.api_key_variable.to_owned(), "The API key".to_owned()));
    }
    for (variable, scheme) in app.credential_variables.iter().zip(service.credentials) {
        variables.push(((*variable).to_owned(), format!("The credential `{}`", scheme.name)));
    }
    let named = [
        (service.environment_variable, "The environment"),
        (service.base_url_variable, "The URL to which requests go"),
        (service.version_variable, "The version of the API"),
        (Some("NO_COLOR"), "No colours"),
    ];
    variables.extend(named.iter().filter_map(|(name, help)| Some(((*name)?.to_owned(), (*help).to_owned()))));
    let codes = [
        ("0", "success"),
        ("1", "the API responded with an error, or a file cannot be read or written"),
        ("2", "the command is wrong; nothing was sent"),
        ("3", "there is no credential, or the API refused it"),
        ("4", "there is no such resource"),
        ("5", "no connection, or a timeout"),
        ("130", "interrupted"),
    ];
    let codes: Vec<(String, String)> =
        codes.iter().map(|(code, help)| ((*code).to_owned(), (*help).to_owned())).collect();
    format!("Environment variables:\n{}\n\nExit codes:\n{}", format_rows(&variables), format_rows(&codes))
}

/// The help of a group.
pub(crate) fn build_group(app: &'static App, catalog: &Catalog, name: &str) -> Command {
    let program = app.settings.name;
    let group = catalog.find_group(name);
    let about = group.and_then(|group| group.description.clone()).unwrap_or_default();
    let rows: Vec<(String, String)> =
        catalog.commands(name).map(|operation| (operation.command.clone(), summarize(operation))).collect();
    let first = rows.first().map_or("", |(name, _)| name.as_str()).to_owned();
    Command::new(name.to_owned())
        .bin_name(format!("{program} {name}"))
        .no_binary_name(true)
        .about(about)
        .override_usage(format!("{program} {name} COMMAND [ARGUMENTS] [OPTIONS]"))
        .help_template(TEMPLATE)
        .before_help(format!("Commands:\n{}", format_rows(&rows)))
        .after_help(format!("`{program} {name} {first} --help` describes a command with its arguments."))
}

fn summarize(operation: &OperationSummary) -> String {
    let text = operation
        .summary
        .as_deref()
        .map_or_else(|| format!("{} {}", operation.method, operation.path), first_sentence);
    if operation.deprecated { format!("{text} (deprecated)") } else { text }
}

/// The command of an operation, without its flags.
pub(super) fn describe_operation(app: &'static App, loaded: &'static Loaded, flags: &[Flag]) -> Command {
    let program = app.settings.name;
    let summary = loaded.summary;
    let name = format!("{program} {} {}", summary.group, summary.command);
    let mut about = summary.summary.clone().unwrap_or_else(|| format!("{} {}", summary.method, summary.path));
    if let Some(description) = loaded.docs.description.as_ref().filter(|text| **text != about) {
        about = format!("{about}\n\n{description}");
    }
    let mut notes = Vec::new();
    if summary.deprecated {
        notes.push("This operation is deprecated.".to_owned());
    }
    notes.extend(describe_danger(summary.risk));
    let positional: Vec<String> =
        flags.iter().filter(|flag| flag.is_positional()).map(Flag::format_name).collect();
    let usage = std::iter::once(name.clone()).chain(positional).chain(["[OPTIONS]".to_owned()]);
    let usage = usage.collect::<Vec<_>>().join(" ");
    notes.push(format!("Request: {} {} ({})", summary.method, summary.path, summary.id));
    let example = example_command(program, loaded, flags);
    let notes = notes.join("\n\n");
    let after = format!("Example:\n  {example}\n\n`{program} --help` lists the options of every command.");
    Command::new(summary.command.clone())
        .bin_name(name)
        .about(about)
        .override_usage(usage)
        .help_template(TEMPLATE)
        .before_help(notes)
        .after_help(after)
}

fn describe_danger(risk: Option<Risk>) -> Option<String> {
    let danger = super::confirmation::describe_risk(risk)?;
    Some(format!("{danger} It asks before anything is sent; `--yes` confirms it."))
}

/// The columns that lists of names take, so that a terminal does not wrap them another time.
const WIDTH: usize = 78;

/// Names with what they are, in two columns.
fn format_rows(rows: &[(String, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let mut lines = Vec::new();
    for (name, help) in rows {
        let mut line = format!("  {name:width$} ");
        let indent = line.chars().count();
        for word in help.split_whitespace() {
            if line.chars().count() > indent && line.chars().count() + 1 + word.chars().count() > WIDTH {
                lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
            }
            line.push(' ');
            line.push_str(word);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

/// The first sentence of a text, in one line.
pub(crate) fn first_sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.find(". ").map_or(line.len(), |end| end + 1);
    line.get(..end).unwrap_or(&line).to_owned()
}
