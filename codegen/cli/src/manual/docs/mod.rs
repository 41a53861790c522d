//! `docs`: the description as pages.

mod fields;
mod find;
mod json;
mod operation;
mod subjects;
#[cfg(test)]
mod tests;

use clap::{Arg, ArgAction, ArgMatches, Command};

pub(super) use self::find::{find_operation, find_similar, join_names};
use self::{find::find_subject, json::describe_json, subjects::build_page};
use super::page::{Page, TerminalStyle, render_markdown, render_terminal};
use crate::{
    error::CliError,
    output::{Format, Painter, Printer},
    program::App,
    session::Session,
    text::print_text,
};

/// The width of text that is not for a terminal.
const PLAIN_WIDTH: usize = 100;

/// The command.
pub(crate) fn build_command(app: &'static App) -> Command {
    let name = app.settings.name;
    Command::new("docs")
        .about("Shows the description of an operation, a type or an event as a page")
        .arg(Arg::new("name").value_name("NAME").num_args(0..=2).help(
            "GROUP.COMMAND, GROUP COMMAND, a group, an operationId, a type, or an event; without a name, the groups",
        ))
        .arg(Arg::new("markdown").long("markdown").action(ArgAction::SetTrue).help("Prints the page as Markdown"))
        .after_help(format!(
            "`{name} docs NAME -o json` prints the description itself, with the types that it uses."
        ))
}

/// Runs the command.
pub(crate) async fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let names = matches.get_many::<String>("name").into_iter().flatten();
    let name = join_names(names.map(String::as_str));
    let subject = find_subject(session.app, &session.catalog, &name)?;
    let options = &session.globals.output;
    let wants_data = options.format.is_some_and(|format| format != Format::Table) || options.jq.is_some();
    if wants_data {
        let mut printer = Printer::new(options, session.app.settings, session.io)?;
        let value = describe_json(session.app, &session.catalog, &subject)?;
        return printer.print_value(session.io, &value);
    }
    let page = build_page(session.app, &session.catalog, &subject)?;
    if matches.get_flag("markdown") {
        return print_text(session.io, &render_markdown(&page));
    }
    let text = render_text(session, &page);
    session.io.write_stdout(&text)?;
    session.io.flush_stdout()
}

fn render_text(session: &Session<'_>, page: &Page) -> String {
    let io = &*session.io;
    let painter = Painter::new(session.globals.output.color, io, io.stdout_is_terminal);
    let width = io.width.unwrap_or(PLAIN_WIDTH).clamp(20, PLAIN_WIDTH);
    render_terminal(page, TerminalStyle { width, is_colored: painter.is_colored() })
}
