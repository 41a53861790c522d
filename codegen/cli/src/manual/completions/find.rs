//! Which command the words before the cursor are, and what can follow.

use std::{ffi::OsString, path::Path};

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, complete};

use super::{
    candidates::{Candidate, Context, complete_with, list_built_in_values, list_files, list_global_values},
    values::{complete_flag, complete_path},
};
use crate::{
    catalog::{Catalog, OperationSummary},
    command::{
        built_in::{BuiltIn, OWN_GROUP},
        globals::{add_globals, find_global},
        help::first_sentence,
        operation::Parsed,
    },
    error::CliError,
    io::Io,
    profiles::profile::list_profile_names,
    program::App,
};

/// The command that the words are.
enum Place {
    /// No name yet.
    Program,
    /// A group of the API, without one of its commands.
    Group(String),
    /// The group of the built-in commands.
    OwnGroup,
    Operation(&'static OperationSummary),
    BuiltIn(BuiltIn),
}

/// The words with which the one at the cursor can be completed. `typed` are the words between it and the program.
pub(super) fn find_candidates(
    app: &'static App,
    io: &Io,
    typed: Vec<String>,
    current: &str,
    own: Vec<BuiltIn>,
) -> Result<Vec<Candidate>, CliError> {
    let catalog = Catalog::new(app)?;
    let context = Context {
        app,
        catalog: catalog.clone(),
        profiles: list_profile_names(app, io).into(),
        previous: typed.last().cloned(),
        built_ins: own.clone().into(),
    };
    let Some((place, words)) = find_place(app, &catalog, typed, &own) else { return Ok(Vec::new()) };
    let (command, owner) = match place {
        Place::Program => (add_globals(list_names(app, &catalog, &own), app, false), ""),
        Place::Group(group) => {
            let operations = catalog.commands(&group);
            let commands =
                operations.map(|operation| (operation.command.as_str(), operation.summary.as_deref()));
            (add_globals(build_names(commands), app, false), "")
        }
        Place::OwnGroup => {
            let names = own.iter().map(|built_in| (built_in.name, None));
            (add_globals(build_names(names), app, false), "")
        }
        Place::Operation(summary) => {
            let parsed = Parsed::new(app, &catalog, summary)?;
            (complete_operation(parsed), "")
        }
        Place::BuiltIn(built_in) => (built_in.build_command(app), built_in.name),
    };
    let mut command = complete_arguments(command, &context, owner);
    let index = words.len();
    let words = words.into_iter().chain([current.to_owned()]).map(OsString::from).collect();
    let found = complete(&mut command, words, index, Some(Path::new("."))).unwrap_or_default();
    let found = found.into_iter().filter_map(|found| {
        let value = found.get_value().to_str()?.to_owned();
        Some(Candidate { value, help: found.get_help().map(ToString::to_string) })
    });
    Ok(select(found.collect(), current))
}

/// The command with the words that belong to it; none for a name that nothing has.
fn find_place(
    app: &App,
    catalog: &Catalog,
    typed: Vec<String>,
    own: &[BuiltIn],
) -> Option<(Place, Vec<String>)> {
    let find_built_in = |name: &str| own.iter().find(|built_in| built_in.name == name).copied();
    let mut place = Place::Program;
    let mut words = typed.into_iter();
    // An option of every command whose value is at the cursor.
    let mut pending = None;
    while let Some(word) = words.next() {
        if word.starts_with('-') && word != "-" {
            if find_global(app, &word) == Some(true) && words.next().is_none() {
                pending = Some(word);
            }
            continue;
        }
        place = match place {
            Place::Program if word == "help" && catalog.find_group("help").is_none() => Place::Program,
            Place::Program => match catalog.find_group(&word) {
                Some(group) => Place::Group(group.name.clone()),
                None if word == OWN_GROUP => Place::OwnGroup,
                None => match find_built_in(&word) {
                    Some(built_in) => Place::BuiltIn(built_in),
                    None => Place::Operation(catalog.find_operation(&word)?),
                },
            },
            Place::Group(group) => Place::Operation(catalog.find_command(&group, &word)?),
            Place::OwnGroup => Place::BuiltIn(find_built_in(&word)?),
            place => place,
        };
        if matches!(place, Place::Operation(_) | Place::BuiltIn(_)) {
            return Some((place, words.collect()));
        }
    }
    Some((place, pending.into_iter().collect()))
}

/// The names that can follow that of the program.
fn list_names(app: &'static App, catalog: &Catalog, own: &[BuiltIn]) -> Command {
    let groups = catalog.groups().map(|group| (group.name.clone(), group.description.clone()));
    let own = own.iter().map(|built_in| {
        let about = (built_in.build)(app).get_about().map(ToString::to_string);
        (built_in.name.to_owned(), about)
    });
    let own = own.chain([("help".to_owned(), Some("Prints the help of a command".to_owned()))]);
    let names: Vec<(String, Option<String>)> = groups.chain(own).collect();
    build_names(names.iter().map(|(name, about)| (name.as_str(), about.as_deref())))
}

/// A command that has only names within.
fn build_names<'a>(names: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> Command {
    let command = Command::new("names").no_binary_name(true).disable_help_subcommand(true);
    names.enumerate().fold(command, |command, (index, (name, about))| {
        if command.find_subcommand(name).is_some() {
            return command;
        }
        let about = first_sentence(about.unwrap_or_default());
        command.subcommand(Command::new(name.to_owned()).about(about).display_order(index))
    })
}

/// The command of an operation, which completes the values of its flags.
fn complete_operation(parsed: Parsed) -> Command {
    let Parsed { loaded, flags, command } = parsed;
    let (set, null) = (complete_path(&flags, "="), complete_path(&flags, ""));
    command.mut_args(|arg| {
        let id = arg.get_id().as_str();
        if let Some(flag) = flags.iter().find(|flag| flag.name == id && !flag.is_positional()) {
            return arg.add(complete_flag(loaded, flag.clone()));
        }
        match id {
            "set" => arg.add(set.clone()),
            "null" => arg.add(null.clone()),
            "body" => arg.add(complete_files("@")),
            _ => arg,
        }
    })
}

/// Completes the values of the options of every command, and of the arguments of the built-in commands.
fn complete_arguments(command: Command, context: &Context, owner: &'static str) -> Command {
    let inner: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let command = command.mut_args(|arg| {
        // Hidden for the help: the options of every command are listed once there.
        let arg = if arg.get_id().as_str().starts_with('~') { arg.hide(false) } else { arg };
        complete_argument(arg, context, owner)
    });
    if owner.is_empty() {
        return command;
    }
    inner.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, |inner| complete_arguments(inner, context, owner))
    })
}

fn complete_argument(arg: Arg, context: &Context, owner: &'static str) -> Arg {
    if arg.get::<ArgValueCompleter>().is_some() {
        return arg;
    }
    let (id, context) = (arg.get_id().as_str().to_owned(), context.clone());
    match id.strip_prefix('~') {
        Some("output" | "color" | "profile" | "environment" | "api-version") => {
            arg.add(complete_with(move || list_global_values(&context, id.trim_start_matches('~'))))
        }
        Some(_) => arg,
        None if owner.is_empty() => arg,
        None if matches!(id.as_str(), "input" | "secret-file") => arg.add(complete_files("")),
        None if arg.get_value_parser().possible_values().is_some() => arg,
        None if arg.get_value_hint() != clap::ValueHint::Unknown => arg,
        None => arg.add(complete_with(move || list_built_in_values(&context, owner, &id))),
    }
}

fn complete_files(prefix: &'static str) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &std::ffi::OsStr| list_files(prefix, &current.to_string_lossy()))
}

/// Keeps what begins with the word. Options are only shown where one begins, or where there is nothing else.
fn select(mut candidates: Vec<Candidate>, current: &str) -> Vec<Candidate> {
    let is_option = |candidate: &Candidate| candidate.value.starts_with('-');
    candidates.retain(|candidate| candidate.value.starts_with(current));
    if !current.starts_with('-') {
        if candidates.iter().any(|candidate| !is_option(candidate)) {
            candidates.retain(|candidate| !is_option(candidate));
        }
        // Short options have long names too.
        candidates.retain(|candidate| !is_option(candidate) || candidate.value.starts_with("--"));
    }
    let mut seen = std::collections::BTreeSet::new();
    candidates.retain(|candidate| seen.insert(candidate.value.clone()));
    candidates
}
