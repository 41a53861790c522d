//! The flags of an operation as arguments of clap.

use std::collections::BTreeSet;

use clap::{Arg, ArgAction, Command};
use openapi_client_description::{Encoding, JsonValue};

use super::{
    flags::{Flag, Kind},
    help::{describe_flag, show_type},
};
use crate::{
    call::{Problem, WHOLE_BODY},
    catalog::Loaded,
};

/// The names of the flags that set values in ways of their own.
pub(crate) const OWN_FLAGS: [&str; 4] = ["body", "set", "null", "content-type"];

/// Adds the flags of an operation to its command.
pub(crate) fn add_flags(
    mut command: Command,
    loaded: &'static Loaded,
    flags: &[Flag],
    taken: &[&str],
) -> Command {
    let mut names: BTreeSet<String> = taken.iter().map(|name| (*name).to_owned()).collect();
    // The options of every command can be written with `_` too.
    names.extend(taken.iter().map(|name| name.replace('-', "_")));
    names.extend(flags.iter().map(|flag| flag.name.clone()));
    let mut position = 0;
    for flag in flags {
        let mut arg = Arg::new(flag.name.clone()).help(describe_flag(loaded, flag));
        let value_name = show_type(loaded, flag);
        if flag.is_positional() {
            position += 1;
            let name = flag.name.replace('-', "_").to_uppercase();
            command = command.arg(arg.index(position).value_name(name).allow_negative_numbers(true));
            continue;
        }
        let heading = if flag.required { "Required" } else { "Options" };
        arg = arg.long(flag.name.clone()).value_name(value_name).help_heading(heading);
        // The names of the document, and those of Rust.
        for alias in [flag.name.replace('-', "_"), flag.path.join(".")] {
            if names.insert(alias.clone()) {
                arg = arg.alias(alias);
            }
        }
        arg = match flag.kind {
            Kind::Switch => arg
                .action(ArgAction::Append)
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true"),
            _ => arg.action(ArgAction::Append).allow_negative_numbers(true),
        };
        command = command.arg(arg);
    }
    add_own_flags(command, loaded)
}

fn add_own_flags(mut command: Command, loaded: &'static Loaded) -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).help_heading("Values")
    };
    if let Some(body) = &loaded.operation.body {
        let (value, help) = match body.encoding {
            Encoding::Raw => ("@FILE|-|TEXT", "The body: a file, `-` for standard input, or a text."),
            _ => (
                "JSON|@FILE|-",
                "The whole body as JSON; flags replace its fields. `-` reads standard input.",
            ),
        };
        command = command.arg(option("body", value, help));
        if body.encoding == Encoding::Raw || !body.alternatives.is_empty() {
            let help = "The media type of the body, if the API takes several.";
            command = command.arg(option("content-type", "TYPE", help));
        }
    }
    command
        .arg(
            option(
                "set",
                "PATH=VALUE",
                "Sets any value, such as `items[0].price=10`; objects and lists are JSON.",
            )
            .action(ArgAction::Append)
            .value_parser(clap::builder::NonEmptyStringValueParser::new()),
        )
        .arg(
            option("null", "PATH", "Sets a value to null, which clears it where the API allows that.")
                .action(ArgAction::Append),
        )
}

/// Turns `--metadata.key value` into `--metadata key=value`, for objects with any keys.
pub(crate) fn rewrite_map_flags(flags: &[Flag], words: Vec<String>) -> Vec<String> {
    let maps: Vec<&Flag> = flags.iter().filter(|flag| flag.kind == Kind::Map).collect();
    let mut rewritten = Vec::with_capacity(words.len());
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        if word == "--" {
            rewritten.push(word);
            rewritten.extend(words);
            break;
        }
        let name = word.strip_prefix("--").map(|word| word.split_once('=').unwrap_or((word, "")).0);
        let map = name.and_then(|name| {
            let matching = maps.iter().filter_map(|flag| {
                let key = name
                    .strip_prefix(flag.name.as_str())
                    .or_else(|| name.strip_prefix(flag.path.join(".").as_str()))?;
                Some((*flag, key.strip_prefix('.')?.to_owned()))
            });
            matching.max_by_key(|(flag, _)| flag.name.len())
        });
        match (map, word.split_once('=')) {
            (Some((flag, key)), Some((_, value))) => rewritten.push(join_map_flag(flag, &key, value)),
            // An option is no value: to take it as one would send what was to be previewed.
            (Some((flag, key)), None) => match words.next_if(|word| !is_option(word)) {
                Some(value) => rewritten.push(join_map_flag(flag, &key, &value)),
                None => rewritten.push(format!("--{}={key}", flag.name)),
            },
            (None, _) => rewritten.push(word),
        }
    }
    rewritten
}

/// Whether a word is an option: `-5` and `-` are values.
fn is_option(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c == '-' || c.is_alphabetic()))
}

/// A key and a value as the flag of the map takes them. A key that would be read as something else becomes JSON.
fn join_map_flag(flag: &Flag, key: &str, value: &str) -> String {
    if key.starts_with(['@', '{']) || key.ends_with(':') {
        let object = JsonValue::Object(vec![(key.to_owned(), JsonValue::string(value))]);
        return format!("--{}={object}", flag.name);
    }
    format!("--{}={key}={value}", flag.name)
}

/// A problem in the words of the command: the flag, and what is wrong.
pub(crate) fn name_problem(flags: &[Flag], problem: &Problem) -> String {
    let Problem { path, reason } = problem;
    if path == WHOLE_BODY {
        return format!("`--body`: {reason}");
    }
    let belongs = |flag: &&Flag| {
        let own = flag.path.join(".");
        path.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
    };
    match flags.iter().filter(belongs).max_by_key(|flag| flag.path.len()) {
        Some(flag) => {
            let rest = path.strip_prefix(&flag.path.join(".")).unwrap_or_default();
            let inside = if rest.is_empty() { String::new() } else { format!(" ({path})") };
            format!("`{}`{inside}: {reason}", flag.format_name())
        }
        None => format!("`{path}`: {reason}"),
    }
}
