//! One page as roff.
//!
//! Texts of the document are only ever texts: the crate `roff` escapes them, and what it puts into requests is not of the document.

use std::io::Write as _;

use clap::Command;
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

use super::{
    index::{Index, ManSubject, PageHead},
    sections::{add_lines, add_markdown, add_notes, add_rows, clean},
};
use crate::{
    catalog::Catalog,
    command::{
        example::example_command,
        globals::add_globals,
        help::{describe_program, first_sentence},
        operation::Parsed,
    },
    error::{CliError, Exit},
    program::App,
};

/// The source of a page. It has no date, so that the same description makes the same page.
pub(super) fn render_page(
    app: &'static App,
    catalog: &Catalog,
    index: &Index,
    page: &PageHead,
) -> Result<String, CliError> {
    let program = app.settings.name;
    let command = std::iter::once(program).chain(page.words.iter().map(String::as_str));
    let command = command.collect::<Vec<_>>().join(" ");
    let mut writer = Writer { text: String::new() };
    let mut head = Roff::new();
    let version = format!("{program} {}", app.service.version);
    // Quotes of its own: an empty argument would be left out.
    head.control("TH", [page.name.to_uppercase().as_str(), "1", "\"\"", version.as_str(), "User Commands"]);
    let mut body = Roff::new();
    let options = match page.subject {
        ManSubject::Program => add_program(&mut body, app, catalog, index),
        ManSubject::Group => add_group(&mut body, catalog, page, &command),
        ManSubject::Operation(summary) => {
            let parsed = Parsed::new(app, catalog, summary)?;
            add_operation(&mut body, app, parsed, &command)
        }
        ManSubject::BuiltIn(built_in) => {
            let found = find_inner(built_in.build_command(app), page.words.get(1..).unwrap_or_default());
            add_built_in(&mut body, found, &command)
        }
    };
    head.control("SH", ["NAME"]);
    let about = options.get_about().map(ToString::to_string).unwrap_or_default();
    let about = first_sentence(&about);
    let name = if about.is_empty() { page.name.clone() } else { format!("{} - {about}", page.name) };
    head.text([roman(clean(&name))]);
    head.control("SH", ["SYNOPSIS"]);
    let usage = show_usage(&options, &command);
    head.text([bold(clean(&command)), roman(clean(usage.strip_prefix(&command).unwrap_or(&usage)))]);
    writer.add(&head)?;
    writer.add(&body)?;
    let mut bytes = Vec::new();
    if options.get_arguments().any(|arg| !arg.is_hide_set()) {
        // Hidden options would only be listed again on each page.
        let options = options.mut_args(|arg| {
            let help = arg.get_help().map(|help| clean(&help.to_string()));
            arg.help(help.unwrap_or_default())
        });
        Man::new(options).render_options_section(&mut bytes).map_err(|error| explain(&error))?;
    }
    writer.add_source(&String::from_utf8_lossy(&bytes));
    let mut tail = Roff::new();
    add_tail(&mut tail, app, page);
    tail.control("SH", ["SEE ALSO"]);
    let related = index.list_related(page);
    let count = related.len();
    for (position, name) in related.into_iter().enumerate() {
        let end = if position + 1 < count { "(1)," } else { "(1)" };
        tail.text([bold(name), roman(end)]);
    }
    writer.add(&tail)?;
    Ok(writer.text)
}

/// Puts sections together, of which each has the preamble of a page.
struct Writer {
    text: String,
}

impl Writer {
    fn add(&mut self, roff: &Roff) -> Result<(), CliError> {
        let mut bytes = Vec::new();
        roff.to_writer(&mut bytes).and_then(|()| bytes.flush()).map_err(|error| explain(&error))?;
        self.add_source(&String::from_utf8_lossy(&bytes));
        Ok(())
    }

    fn add_source(&mut self, source: &str) {
        let preamble = source.lines().take(2).map(|line| line.len() + 1).sum::<usize>();
        let starts = source.starts_with(".ie ");
        let rest =
            if starts && !self.text.is_empty() { source.get(preamble..).unwrap_or_default() } else { source };
        self.text.push_str(rest);
    }
}

fn explain(error: &std::io::Error) -> CliError {
    CliError::new(Exit::Io, format!("cannot make the page: {error}"))
}

fn show_usage(options: &Command, command: &str) -> String {
    if let Some(usage) = options.get_overridden_usage() {
        return usage.to_string();
    }
    let usage = options.clone().bin_name(command).render_usage().to_string();
    usage.trim_start_matches("Usage:").trim().to_owned()
}

fn add_program(body: &mut Roff, app: &'static App, catalog: &Catalog, index: &Index) -> Command {
    let program = app.settings.name;
    body.control("SH", ["DESCRIPTION"]);
    add_markdown(body, catalog.description().unwrap_or_default());
    let about = format!("{} on the command line", catalog.title());
    let command = Command::new(program)
        .about(about)
        .override_usage(format!("{program} GROUP COMMAND [ARGUMENTS] [OPTIONS]"));
    body.control("SH", ["COMMANDS OF THE API"]);
    let groups = catalog
        .groups()
        .map(|group| (group.name.clone(), first_sentence(group.description.as_deref().unwrap_or_default())));
    add_rows(body, groups);
    body.control("SH", ["OTHER COMMANDS"]);
    let own = index.built_ins.iter().map(|built_in| {
        let about = (built_in.build)(app).get_about().map(ToString::to_string).unwrap_or_default();
        (built_in.name.to_owned(), about)
    });
    add_rows(body, own);
    add_globals(command, app, false)
}

fn add_group(body: &mut Roff, catalog: &Catalog, page: &PageHead, command: &str) -> Command {
    let name = page.words.first().map_or("", String::as_str);
    let group = catalog.find_group(name);
    let description = group.and_then(|group| group.description.clone()).unwrap_or_default();
    body.control("SH", ["DESCRIPTION"]);
    add_markdown(body, &description);
    body.control("SH", ["COMMANDS"]);
    let commands = catalog.commands(name).map(|operation| {
        let summary = operation.summary.as_deref().map(first_sentence).unwrap_or_default();
        let end = if operation.deprecated { " (deprecated)" } else { "" };
        (operation.command.clone(), format!("{summary}{end}"))
    });
    add_rows(body, commands);
    let usage = format!("{command} COMMAND [ARGUMENTS] [OPTIONS]");
    Command::new(name.to_owned()).disable_help_flag(true).about(description).override_usage(usage)
}

fn add_operation(body: &mut Roff, app: &'static App, parsed: Parsed, name: &str) -> Command {
    let Parsed { loaded, flags, command } = parsed;
    let summary = loaded.summary;
    body.control("SH", ["DESCRIPTION"]);
    add_markdown(body, loaded.docs.description.as_deref().unwrap_or_default());
    body.control("PP", []);
    let mut facts = format!("Request: {} {} ({}).", summary.method, summary.path, summary.id);
    if summary.deprecated {
        facts.push_str(" The operation is deprecated.");
    }
    body.text([roman(clean(&facts))]);
    if let Some(url) = &loaded.docs.reference {
        body.control("PP", []);
        body.text([roman(clean(&format!("Reference: {url}")))]);
    }
    body.control("SH", ["EXAMPLE"]);
    add_lines(body, &example_command(app.settings.name, loaded, &flags));
    let about = summary.summary.clone().unwrap_or_else(|| format!("{} {}", summary.method, summary.path));
    let positional: Vec<String> = flags
        .iter()
        .filter(|flag| flag.is_positional())
        .map(|flag| format!(" {}", flag.format_name()))
        .collect();
    command.about(about).override_usage(format!("{name}{} [OPTIONS]", positional.concat()))
}

fn add_built_in(body: &mut Roff, command: Command, name: &str) -> Command {
    body.control("SH", ["DESCRIPTION"]);
    let about = command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string);
    add_notes(body, &about.unwrap_or_default());
    if command.get_subcommands().next().is_some() {
        body.control("SH", ["COMMANDS"]);
        let inner = command.get_subcommands().map(|inner| {
            (inner.get_name().to_owned(), inner.get_about().map(ToString::to_string).unwrap_or_default())
        });
        add_rows(body, inner);
    }
    if let Some(notes) = command.get_after_help().map(ToString::to_string) {
        body.control("SH", ["NOTES"]);
        add_notes(body, &notes);
    }
    command.bin_name(name.to_owned())
}

/// The command within a command.
fn find_inner(command: Command, words: &[String]) -> Command {
    words.iter().fold(command, |command, word| command.find_subcommand(word).cloned().unwrap_or(command))
}

fn add_tail(tail: &mut Roff, app: &'static App, page: &PageHead) {
    let program = app.settings.name;
    match page.subject {
        ManSubject::Program => {
            tail.control("SH", ["NOTES"]);
            add_notes(tail, &describe_program(app));
        }
        ManSubject::Operation(_) => {
            tail.control("SH", ["EXIT STATUS"]);
            let text = format!(
                "Exit codes, environment variables, and the options of every command are listed in {program}(1)."
            );
            tail.text([roman(clean(&text))]);
        }
        ManSubject::Group | ManSubject::BuiltIn(_) => {}
    }
}
