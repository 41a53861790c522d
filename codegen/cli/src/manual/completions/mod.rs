//! Completions of bash, zsh, fish and PowerShell.
//!
//! The shell's script is short and runs the program itself with the hidden command [`COMPLETE`] whenever a word is completed: a
//! script with the flags of all operations would take seconds to read. Scripts and the hidden command are ours, because people
//! keep the scripts in files, and clap promises no stability between its scripts and later programs.

mod candidates;
mod find;
mod quoting;
mod scripts;
mod values;

#[cfg(all(test, unix))]
mod shell_tests;
#[cfg(test)]
mod tests;

use clap::{Arg, ArgMatches, Command};

use self::{quoting::print_candidate, scripts::Shell};
use crate::{command::built_in::Registry, error::CliError, io::Io, program::App, session::Session};

/// The hidden command: `__complete SHELL INDEX PROGRAM WORDS…`. `INDEX` is the place of the word to be completed, with the
/// program at 0. A word that is not there is empty: PowerShell passes no empty words.
pub(crate) const COMPLETE: &str = "__complete";

/// The command `completions`.
pub(crate) fn build_command(app: &'static App) -> Command {
    let name = app.settings.name;
    Command::new("completions")
        .about("Prints the script with which a shell completes commands")
        .arg(
            Arg::new("shell")
                .required(true)
                .value_name("SHELL")
                .value_parser(Shell::ALL.map(Shell::name))
                .help("The shell"),
        )
        .after_help(scripts::explain_installation(name))
}

/// Prints the script.
pub(crate) async fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let name = matches.get_one::<String>("shell").map_or("", String::as_str);
    let shell = Shell::find(name).ok_or_else(|| CliError::usage(format!("there is no shell `{name}`")))?;
    let script = shell.script(session.app.settings.name);
    session.io.write_stdout(&script)?;
    session.io.flush_stdout()
}

/// Prints the candidates for a word, one in a line. What cannot be completed has none: a shell has no place for messages.
pub(crate) fn complete(
    app: &'static App,
    io: &mut Io,
    words: Vec<String>,
    registry: Registry,
) -> Result<(), CliError> {
    let mut words = words.into_iter().skip(1);
    let shell = words.next().as_deref().and_then(Shell::find);
    let index = words.next().and_then(|index| index.parse::<usize>().ok());
    let Some((shell, index)) = shell.zip(index) else {
        return Err(CliError::usage(format!("`{COMPLETE}` needs a shell and the place of the word")));
    };
    let mut typed: Vec<String> = words.skip(1).take(index).collect();
    let current = if typed.len() >= index { typed.pop().unwrap_or_default() } else { String::new() };
    // The shell passes words as they were typed, and this one may begin with a quote that has no end yet.
    let quote = current.chars().next().filter(|first| matches!(first, '"' | '\''));
    let current = quote.map_or(current.as_str(), |quote| current.trim_start_matches(quote)).to_owned();
    let candidates = find::find_candidates(app, io, typed, &current, registry(app)).unwrap_or_default();
    let mut text = String::new();
    for candidate in &candidates {
        if let Some(line) = print_candidate(shell, quote, candidate) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    io.write_stdout(&text)?;
    io.flush_stdout()
}
