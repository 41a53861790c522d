//! `mcp`: the API for agents, by the Model Context Protocol over standard input and output.

mod access;
mod call_log;
mod calling;
mod confirmations;
mod exact_numbers;
mod example;
mod failure;
mod finding;
mod fitting;
mod record;
mod remainders;
mod requests;
mod results;
mod schema;
mod search;
mod server;
mod state;
mod streams;
#[cfg(test)]
mod tests;
mod texts;
mod tool_arguments;
mod tools;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock},
    time::Instant,
};

use clap::{Arg, ArgAction, ArgMatches, Command};

use self::{
    access::{Access, Level},
    call_log::CallLog,
    confirmations::Confirmations,
    exact_numbers::NumberMark,
    remainders::Remainders,
    server::Server,
    state::{Clock, State},
    streams::{LAST_MESSAGES, read_in_thread, serve, write_in_thread},
};
use crate::{
    call::Connector,
    error::{CliError, Exit},
    io::Io,
    program::App,
    secrets::SecretFilter,
    session::Session,
};

/// The smallest and the usual value of `--max-result-bytes`.
const MIN_RESULT: usize = 4000;
const DEFAULT_RESULT: &str = "32000";

/// The name of the log in the folder of the configuration.
const LOG_NAME: &str = "mcp-calls.jsonl";

pub(crate) fn build_command(_: &'static App) -> Command {
    Command::new("mcp")
        .about("Serve the API to agents by the Model Context Protocol, over standard input and output")
        .long_about(
            "Serves the API to agents by the Model Context Protocol, over standard input and output. An agent gets four tools: one \
             searches the operations, one describes an operation, one calls it, and one confirms a call.\n\nOnly operations that \
             change nothing can be called unless `--allow` says more. Operations that move money, delete, make credentials or are \
             not classified take two steps: a preview with a token, and the call with that token. Every call is logged, without \
             secrets.",
        )
        .arg(
            Arg::new("allow")
                .long("allow")
                .value_name("LEVEL")
                .value_parser(Level::NAMES)
                .default_value("read")
                .help("What agents may call: only what reads, also what writes, or also what is dangerous, in two steps"),
        )
        .arg(
            Arg::new("operations")
                .long("operations")
                .value_name("PATTERNS")
                .action(ArgAction::Append)
                .value_delimiter(',')
                .help("The only operations that exist for agents, such as `payments.*,listMembers`")
                .long_help(
                    "The only operations that exist for agents: operationIds or `group.command`, separated by commas, in which `*` is \
                     any text, such as `payments.*,listMembers`.",
                ),
        )
        .arg(
            Arg::new("max-result-bytes")
                .long("max-result-bytes")
                .value_name("BYTES")
                .default_value(DEFAULT_RESULT)
                .value_parser(parse_size)
                .help("The size of a result, at which it is cut; the rest is returned for a cursor"),
        )
        .arg(
            Arg::new("show-secrets")
                .long("show-secrets")
                .action(ArgAction::SetTrue)
                .help("Give agents the secrets in responses, such as new API keys"),
        )
        .arg(
            Arg::new("log")
                .long("log")
                .value_name("FILE")
                .help("The log of the calls, as JSON lines; by default in the folder of the configuration"),
        )
}

fn parse_size(text: &str) -> Result<usize, String> {
    let size = text.parse().ok().filter(|size| *size >= MIN_RESULT);
    size.ok_or_else(|| format!("expected a number of at least {MIN_RESULT}"))
}

pub(crate) async fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let state = build_state(session, matches, Arc::new(Instant::now))?;
    let io = &mut *session.io;
    note_start(io, &state);
    let interrupt = io.interrupt.clone();
    let stdin = std::mem::replace(&mut io.stdin, Box::new(std::io::empty()));
    let stdout = std::mem::replace(&mut io.stdout, Box::new(std::io::sink()));
    let input = read_in_thread(stdin);
    let (output, written) = write_in_thread(stdout);
    let ended = serve(Server(Arc::new(state)), input, output, &interrupt).await;
    // The process must not end before the last message is written, but a client that reads nothing must not keep it.
    match tokio::time::timeout(LAST_MESSAGES, written).await {
        Ok(Ok(Err(error))) => Err(error),
        _ => ended,
    }
}

/// What the tools share, from the options of the command.
fn build_state(session: &mut Session<'_>, matches: &ArgMatches, now: Clock) -> Result<State, CliError> {
    let patterns: Vec<String> = matches.get_many("operations").into_iter().flatten().cloned().collect();
    let patterns: Vec<String> = patterns.iter().map(|pattern| pattern.trim().to_owned()).collect();
    let level = Level::from_name(matches.get_one::<String>("allow").map_or("read", String::as_str));
    let access = Access::new(&session.catalog, level, &patterns)?;
    let profile = session.profile()?;
    // Without a credential an agent can still find and describe operations, and is told how to log in.
    let (connection, missing_credential) = match session.connection() {
        Ok(connection) => (connection, None),
        Err(error) if error.exit == Exit::NotAuthenticated => {
            (session.connection_without_credentials()?, Some(error))
        }
        Err(error) => return Err(error),
    };
    let credentials = connection.credentials.iter().map(|(_, secret)| secret.clone()).collect();
    let connector = Connector { app: session.app, connection };
    let log = find_log(session.io, matches).map(CallLog::open).transpose()?;
    Ok(State {
        app: session.app,
        catalog: session.catalog.clone(),
        access,
        core: connector.core()?,
        connector,
        missing_credential,
        target: describe_target(&profile),
        profile,
        max_result_bytes: matches.get_one("max-result-bytes").copied().unwrap_or(MIN_RESULT),
        shows_secrets: matches.get_flag("show-secrets"),
        filter: SecretFilter::new(session.app.service.log.secrets, credentials),
        confirmations: Mutex::new(Confirmations::new()),
        remainders: Mutex::new(Remainders::default()),
        index: OnceLock::new(),
        log,
        mark: NumberMark::new(),
        now,
    })
}

fn find_log(io: &Io, matches: &ArgMatches) -> Option<PathBuf> {
    let given = matches.get_one::<String>("log").map(PathBuf::from);
    given.or_else(|| io.config_folder.as_ref().map(|folder| folder.join(LOG_NAME)))
}

/// Where requests go.
fn describe_target(profile: &crate::profiles::profile::Profile) -> String {
    let mut target = format!("the environment `{}`", profile.environment_name());
    if let Some(url) = &profile.base_url {
        target.push_str(&format!(" at {url}"));
    }
    if let Some(version) = &profile.api_version {
        target.push_str(&format!(", version {version}"));
    }
    target.push_str(&format!(", profile `{}`", profile.name));
    target
}

/// Tells the person who starts the server what it does; standard output belongs to the protocol.
fn note_start(io: &mut Io, state: &State) {
    let count = state.access.operations().len();
    let level = state.access.level.name();
    io.note_line(&format!(
        "Serving {count} operations of {} by the Model Context Protocol, for {}, with `--allow {level}`.",
        state.app.settings.name, state.target
    ));
    if let Some(error) = &state.missing_credential {
        io.note_line(&format!("note: {}; calls fail until there is a credential", error.message));
    }
    match &state.log {
        Some(log) => io.note_line(&format!("The calls are logged in {}.", log.path().display())),
        None => io.note_line(
            "note: calls are not logged, because there is no folder for it; `--log FILE` sets one",
        ),
    }
    if io.stdin_is_terminal {
        io.note_line("note: an agent starts this command and speaks to it; there is nothing to type here. Ctrl-C ends it.");
    }
}
