//! Commands: which one a command line is, its options, and how it is run.

pub(crate) mod api;
pub(crate) mod built_in;
mod built_ins;
mod confirmation;
pub(crate) mod example;
pub(crate) mod globals;
pub(crate) mod help;
mod interruption;
pub(crate) mod operation;
mod parse;
mod process;
mod request;
mod route;
#[cfg(test)]
mod tests;

pub(crate) use self::operation::Parsed;
use self::{
    built_ins::built_ins,
    globals::{add_globals, asks_help, find_global, read_globals},
    parse::{parse_words, print_help},
    route::{Route, find_route},
};
use crate::{
    catalog::Catalog,
    error::CliError,
    io::Io,
    manual::completions::{COMPLETE, complete},
    output::{Format, OutputOptions, Painter, print_error},
    program::App,
    session::{GlobalOptions, Session, block_on},
};

/// Runs the command that these words are, and prints its error.
pub(crate) fn run(app: &'static App, io: &mut Io, words: Vec<String>) -> Result<(), CliError> {
    let mut output = guess_output(&words);
    let result = run_words(app, io, words, &mut output);
    if let Err(error) = &result {
        print_error(io, &output, error);
    }
    result
}

fn run_words(
    app: &'static App,
    io: &mut Io,
    words: Vec<String>,
    output: &mut OutputOptions,
) -> Result<(), CliError> {
    if words.first().is_some_and(|word| word == COMPLETE) {
        return complete(app, io, words, built_ins);
    }
    let catalog = Catalog::new(app)?;
    let words = find_route(app, &catalog, words)?;
    match words.route {
        Route::Version => {
            io.write_stdout(&format!("{} {}\n", app.settings.name, app.service.version))?;
            io.flush_stdout()
        }
        Route::ProgramHelp => {
            let mut command = add_globals(help::build_program(app, &catalog, &built_ins(app)), app, false);
            let matches = parse_words(&mut command, words.rest)?;
            *output = read_globals(app, &matches)?.output;
            show_help(io, command, output)
        }
        Route::GroupHelp(group) => {
            let mut command = add_globals(help::build_group(app, &catalog, &group), app, true);
            let matches = parse_words(&mut command, words.rest)?;
            *output = read_globals(app, &matches)?.output;
            show_help(io, command, output)
        }
        Route::Operation(summary) => {
            let mut parsed = Parsed::new(app, &catalog, summary)?;
            let matches = parsed.parse(words.rest)?;
            let globals = read_globals(app, &matches)?;
            output.clone_from(&globals.output);
            if asks_help(&matches) || words.asks_help {
                return show_help(io, parsed.command, output);
            }
            let mut session = Session::new(app, catalog, globals, io);
            block_on(operation::run(&mut session, &parsed, &matches))
        }
        Route::BuiltIn(built_in) => {
            let mut command = built_in.build_command(app);
            let asks = words.rest.iter().any(|word| word == "--help" || word == "-h");
            if asks || words.asks_help {
                return show_help(io, find_inner(command, &words.rest), output);
            }
            let words = move_options_behind_names(app, &command, words.rest);
            let matches = parse_words(&mut command, words)?;
            let globals = read_globals(app, innermost(&matches))?;
            output.clone_from(&globals.output);
            check_preview(built_in.name, &globals, &matches)?;
            let mut session = Session::new(app, catalog, globals, io);
            block_on((built_in.run)(&mut session, &matches))
        }
    }
}

/// The command within a command that the words name.
fn find_inner(mut command: clap::Command, words: &[String]) -> clap::Command {
    for word in words {
        if let Some(inner) = command.find_subcommand(word).cloned() {
            let name = format!("{} {word}", command.get_bin_name().unwrap_or_default());
            command = inner.bin_name(name);
        }
    }
    command
}

/// Moves the options of every command that are before the name of a command within a command behind it, where they are read.
fn move_options_behind_names(app: &App, command: &clap::Command, words: Vec<String>) -> Vec<String> {
    let (mut names, mut options) = (Vec::new(), Vec::new());
    let mut current = command;
    let mut words = words.into_iter().peekable();
    while current.has_subcommands()
        && let Some(word) = words.peek()
    {
        if let Some(takes_value) = find_global(app, word) {
            options.extend(words.next());
            options.extend(words.next_if(|_| takes_value));
        } else if let Some(inner) = current.find_subcommand(word) {
            current = inner;
            names.extend(words.next());
        } else {
            break;
        }
    }
    names.into_iter().chain(options).chain(words).collect()
}

/// Refuses a preview where there is none: the command would act.
fn check_preview(name: &str, globals: &GlobalOptions, matches: &clap::ArgMatches) -> Result<(), CliError> {
    let has_preview = match matches.subcommand() {
        None => name == "api",
        Some(("replay", inner)) => {
            let by_api = inner.try_get_one::<String>("forward-to").is_ok_and(|url| url.is_none());
            name == "deliveries" && by_api && !globals.curl
        }
        Some(_) => false,
    };
    if has_preview || !(globals.dry_run || globals.curl) {
        return Ok(());
    }
    let flag = if globals.curl { "--curl" } else { "--dry-run" };
    let message = format!("`{name}` has no preview: nothing was done");
    Err(CliError::usage(message).hint(format!("leave out `{flag}`, which is for operations of the API")))
}

fn innermost(matches: &clap::ArgMatches) -> &clap::ArgMatches {
    matches.subcommand().map_or(matches, |(_, inner)| innermost(inner))
}

fn show_help(io: &mut Io, command: clap::Command, output: &OutputOptions) -> Result<(), CliError> {
    let is_colored = Painter::new(output.color, io, io.stdout_is_terminal).is_colored();
    print_help(io, command, is_colored)
}

/// The form of the output as far as it is known before the words are parsed, for the errors of parsing them.
fn guess_output(words: &[String]) -> OutputOptions {
    let mut options = OutputOptions::default();
    for (index, word) in words.iter().enumerate() {
        let value = match word.as_str() {
            "-o" | "--output" => words.get(index + 1).map(String::as_str),
            word => word.strip_prefix("--output=").or_else(|| word.strip_prefix("-o")),
        };
        let named = |value: &str| Format::ALL.into_iter().find(|format| format.name() == value);
        options.format = value.and_then(named).or(options.format);
    }
    options
}
