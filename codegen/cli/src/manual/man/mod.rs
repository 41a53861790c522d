//! `man`: the pages of the manual, in roff.

mod index;
mod render;
mod sections;
#[cfg(test)]
mod tests;

use std::path::Path;

use clap::{Arg, ArgMatches, Command, ValueHint};

use self::{index::Index, render::render_page};
use super::docs::{find_similar, join_names};
use crate::{
    command::built_in::Registry,
    error::{CliError, Exit},
    program::App,
    session::Session,
};

/// The command.
pub(crate) fn build_command(app: &'static App) -> Command {
    let name = app.settings.name;
    Command::new("man")
        .about("Prints a page of the manual, or writes all of them")
        .arg(
            Arg::new("name")
                .value_name("NAME")
                .num_args(0..=2)
                .help("GROUP, GROUP COMMAND, GROUP.COMMAND, an operationId, or another command; without a name, the program"),
        )
        .arg(
            Arg::new("dir")
                .long("dir")
                .value_name("DIR")
                .value_hint(ValueHint::DirPath)
                .conflicts_with("name")
                .help("Writes the pages of all commands into this folder"),
        )
        .after_help(format!(
            "Examples:\n  {name} man | man -l -\n  {name} man --dir ~/.local/share/man/man1"
        ))
}

/// Runs the command.
pub(crate) async fn run(
    session: &mut Session<'_>,
    matches: &ArgMatches,
    registry: Registry,
) -> Result<(), CliError> {
    let index = Index::new(session.app, &session.catalog, registry(session.app));
    if let Some(folder) = matches.get_one::<String>("dir") {
        return write_pages(session, &index, Path::new(folder));
    }
    let words: Vec<&str> =
        matches.get_many::<String>("name").into_iter().flatten().map(String::as_str).collect();
    let page = index.find(&session.catalog, &words);
    let page = page.ok_or_else(|| {
        let name = join_names(words.iter().copied());
        find_similar(session.app, &session.catalog, &name)
    })?;
    let text = render_page(session.app, &session.catalog, &index, page)?;
    session.io.write_stdout(&text)?;
    session.io.flush_stdout()?;
    if session.io.stdout_is_terminal {
        let program = session.app.settings.name;
        let words: String =
            words.iter().map(|word| format!(" {}", crate::text::clean_line(word, 80))).collect();
        session.io.note_line(&format!(
            "This is the source of the page: `{program} man{words} | man -l -` shows it."
        ));
    }
    Ok(())
}

fn write_pages(session: &mut Session<'_>, index: &Index, folder: &Path) -> Result<(), CliError> {
    let failed = |path: &Path, error: &std::io::Error| {
        CliError::new(Exit::Io, format!("cannot write {}: {error}", path.display()))
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for page in index.pages() {
        let text = render_page(session.app, &session.catalog, index, page)?;
        let path = folder.join(format!("{}.1", page.name));
        std::fs::write(&path, text).map_err(|error| failed(&path, &error))?;
    }
    let count = index.pages().len();
    session.io.note_line(&format!("Wrote {count} pages to {}.", folder.display()));
    Ok(())
}
