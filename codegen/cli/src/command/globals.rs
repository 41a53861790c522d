//! The options of every command.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use openapi_client_runtime::Environment;

use crate::{
    error::CliError,
    output::{ColorChoice, Format, OutputOptions},
    program::App,
    session::GlobalOptions,
};

const HEADING: &str = "Options of every command";

/// An option of every command.
struct Global {
    name: &'static str,
    short: Option<char>,
    /// The name of its value; empty for a switch.
    value: &'static str,
    help: &'static str,
}

const fn option(name: &'static str, short: Option<char>, value: &'static str, help: &'static str) -> Global {
    Global { name, short, value, help }
}

const GLOBALS: [Global; 20] = [
    option(
        "output",
        Some('o'),
        "FORMAT",
        "table (default on a terminal), json (otherwise), jsonl, yaml, csv or raw",
    ),
    option("jq", None, "EXPR", "Transforms the output with an expression of jq"),
    option("raw-output", Some('r'), "", "Prints the strings that --jq returns without quotes"),
    option("columns", None, "A,B,C", "The columns of a table or of CSV; `a.b` is a field within an object"),
    option("color", None, "WHEN", "auto, always or never"),
    option("no-color", None, "", "The same as --color never"),
    option("profile", None, "NAME", "The profile with environment, account and version"),
    option("environment", None, "NAME", "The environment to which requests go"),
    option("account", None, "ID", "The account for which the command acts, where an operation takes one"),
    option("api-version", None, "VERSION", "The version of the API"),
    option("base-url", None, "URL", "Sends requests to this URL instead of the API's"),
    option(
        "server-url",
        None,
        "INDEX=URL",
        "The URL of another server of the API, such as `1=URL` for the second one",
    ),
    option("timeout", None, "SECONDS", "How long each attempt may take"),
    option("idempotency-key", None, "KEY", "The key by which the API recognizes a repeated request"),
    option("dry-run", None, "", "Prints the request and sends nothing"),
    option("curl", None, "", "Prints the request as a curl command and sends nothing"),
    option("yes", Some('y'), "", "Does not ask before money moves, or something is deleted"),
    option("unchecked", None, "", "Sends the arguments without checking them against the description"),
    option(
        "verbose",
        Some('v'),
        "",
        "Shows the status of the response and the id of the request on standard error",
    ),
    option("help", Some('h'), "", "Prints help"),
];

/// The names of all options, with those of the environments.
pub(crate) fn reserved_names(app: &App) -> Vec<&'static str> {
    let own = GLOBALS.iter().map(|global| global.name).chain(["version", "all", "limit"]);
    own.chain(crate::arguments::OWN_FLAGS).chain(environment_names(app)).collect()
}

/// The environments whose names are flags.
fn environment_names(app: &App) -> impl Iterator<Item = &'static str> {
    let names = app.service.environments.iter().map(|environment| environment.name);
    names.filter(|name| GLOBALS.iter().all(|global| global.name != *name))
}

/// Adds the options to a command. Most commands hide them: the help of the program lists them.
pub(crate) fn add_globals(command: Command, app: &App, is_hidden: bool) -> Command {
    let mut command = command.disable_help_flag(true).disable_version_flag(true);
    let taken: Vec<String> =
        command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect();
    let shorts: Vec<char> = command.get_arguments().filter_map(Arg::get_short).collect();
    let is_free = |name: &str| taken.iter().all(|other| other != name);
    for global in GLOBALS.iter().filter(|global| is_free(global.name)) {
        let id = format!("~{}", global.name);
        let mut arg = Arg::new(id.clone()).long(global.name).help(global.help).help_heading(HEADING);
        arg = arg.hide(is_hidden).short(global.short.filter(|short| !shorts.contains(short)));
        arg = match global.value {
            "" => arg.action(ArgAction::SetTrue).overrides_with(id),
            value if global.name == "server-url" => arg.value_name(value).action(ArgAction::Append),
            value => arg.value_name(value).overrides_with(id),
        };
        if global.name.contains('-') {
            arg = arg.alias(global.name.replace('-', "_"));
        }
        command = command.arg(arg);
    }
    for name in environment_names(app).filter(|name| is_free(name)) {
        let id = format!("~~{name}");
        let arg = Arg::new(id.clone()).long(name).help(format!("The same as --environment {name}"));
        let arg = arg.hide(is_hidden).help_heading(HEADING).action(ArgAction::SetTrue).overrides_with(id);
        command = command.arg(arg);
    }
    command
}

/// Whether a word is an option of every command, and if so, whether its value is the next word.
pub(crate) fn find_global(app: &App, word: &str) -> Option<bool> {
    let Some(long) = word.strip_prefix("--") else {
        let mut letters = word.strip_prefix('-')?.chars();
        let short = letters.next()?;
        let global = GLOBALS.iter().find(|global| global.short == Some(short))?;
        return Some(!global.value.is_empty() && letters.next().is_none());
    };
    let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
    let name = name.replace('_', "-");
    if environment_names(app).any(|environment| environment == long) {
        return Some(false);
    }
    let global = GLOBALS.iter().find(|global| global.name == name)?;
    Some(!global.value.is_empty() && value.is_none())
}

/// Whether help was asked for.
pub(crate) fn asks_help(matches: &ArgMatches) -> bool {
    has_switch(matches, "~help")
}

fn has_switch(matches: &ArgMatches, id: &str) -> bool {
    matches!(matches.try_get_one::<bool>(id), Ok(Some(true)))
}

/// The options that were typed.
pub(crate) fn read_globals(app: &App, matches: &ArgMatches) -> Result<GlobalOptions, CliError> {
    let text = |name: &str| matches.try_get_one::<String>(&format!("~{name}")).ok().flatten().cloned();
    let switch = |name: &str| has_switch(matches, &format!("~{name}"));
    let timeout = text("timeout").map(|seconds| parse_timeout(&seconds)).transpose()?;
    let format = text("output").map(|name| parse_format(&name)).transpose()?;
    let color = match text("color").as_deref() {
        _ if switch("no-color") => ColorChoice::Never,
        None | Some("auto") => ColorChoice::Auto,
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        Some(other) => {
            return Err(CliError::usage(format!(
                "`--color`: expected auto, always or never, found `{other}`"
            )));
        }
    };
    let columns = text("columns").unwrap_or_default();
    let columns = columns.split(',').map(str::trim).filter(|column| !column.is_empty()).map(str::to_owned);
    let columns = columns.collect();
    Ok(GlobalOptions {
        profile: text("profile"),
        environment: find_environment(app, matches, text("environment"))?,
        account: text("account"),
        api_version: text("api-version"),
        base_url: text("base-url"),
        server_urls: read_server_urls(app, matches)?,
        output: OutputOptions { format, jq: text("jq"), raw_strings: switch("raw-output"), columns, color },
        yes: switch("yes"),
        dry_run: switch("dry-run"),
        curl: switch("curl"),
        idempotency_key: text("idempotency-key"),
        timeout,
        verbose: switch("verbose"),
        unchecked: switch("unchecked"),
    })
}

/// The URLs of the servers after the first one.
fn read_server_urls(app: &App, matches: &ArgMatches) -> Result<Vec<(usize, String)>, CliError> {
    let count = app
        .service
        .environments
        .iter()
        .map(|environment| environment.servers.len())
        .max()
        .unwrap_or_default();
    let texts = matches.try_get_many::<String>("~server-url").ok().flatten();
    let urls = texts.into_iter().flatten().map(|text| {
        let pair = text.split_once('=').and_then(|(index, url)| Some((index.parse::<usize>().ok()?, url)));
        let known = pair.filter(|(index, _)| *index > 0 && *index < count);
        known.map(|(index, url)| (index, url.to_owned())).ok_or_else(|| {
            let expected = match count {
                0 | 1 => "the API has one server, of which `--base-url` sets the URL".to_owned(),
                count => format!("expected INDEX=URL with an index from 1 to {}", count - 1),
            };
            CliError::usage(format!("`--server-url {text}`: {expected}"))
        })
    });
    urls.collect()
}

fn find_environment(
    app: &App,
    matches: &ArgMatches,
    named: Option<String>,
) -> Result<Option<Environment>, CliError> {
    let environments = app.service.environments;
    let flagged = environment_names(app).filter(|name| has_switch(matches, &format!("~~{name}")));
    let chosen: Vec<String> = named.into_iter().chain(flagged.map(str::to_owned)).collect();
    let Some((name, others)) = chosen.split_first() else { return Ok(None) };
    if others.iter().any(|other| other != name) {
        return Err(CliError::usage(format!("choose one environment; given are {}", chosen.join(" and "))));
    }
    let found = environments.iter().find(|environment| environment.name == name).copied();
    found.map(Some).ok_or_else(|| {
        let known: Vec<&str> = environments.iter().map(|environment| environment.name).collect();
        CliError::usage(format!("there is no environment `{name}`; the API has: {}", known.join(", ")))
    })
}

fn parse_timeout(seconds: &str) -> Result<Duration, CliError> {
    let number = seconds.trim_end_matches('s').parse::<f64>().ok().filter(|seconds| *seconds > 0.0);
    number.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).ok_or_else(|| {
        CliError::usage(format!("`--timeout`: expected a number of seconds above 0, found `{seconds}`"))
    })
}

fn parse_format(name: &str) -> Result<Format, CliError> {
    let found = Format::ALL.into_iter().find(|format| format.name() == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        CliError::usage(format!("`--output`: expected one of {}, found `{name}`", names.join(", ")))
    })
}
