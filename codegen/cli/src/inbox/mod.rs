//! `inbox`: looks into the inbox of a service, and repairs it.

mod database;
mod source;
pub(crate) mod store;
#[cfg(all(test, feature = "inbox-sqlite"))]
mod tests;

use std::time::{Duration, SystemTime};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use openapi_client_description::JsonValue;
use openapi_client_inbox::{Counts, InboxError, InboxErrorKind, State, StoredEvent};
use openapi_client_runtime::__private::DateTime;

use self::{
    database::{database_flags, find_database},
    source::open_source,
    store::InboxHandle,
};
use crate::{
    error::{CliError, Exit},
    output::Printer,
    program::App,
    prompt::confirm,
    session::Session,
    text::clean_line,
    webhooks::{history::History, pace::parse_duration, require_webhooks},
};

/// The youngest events that `purge` deletes unless a person says so: APIs deliver again for hours.
const DEFAULT_AGE: &str = "30d";

pub(crate) fn build_command(app: &'static App) -> Command {
    let ids = |help: &'static str| Arg::new("id").value_name("ID").action(ArgAction::Append).help(help);
    let list = Command::new("list")
        .about("List stored events, the oldest first")
        .arg(
            Arg::new("state")
                .long("state")
                .value_name("STATE")
                .value_parser(State::ALL.map(State::as_str))
                .help("Only events in this state"),
        )
        .arg(
            Arg::new("limit")
                .long("limit")
                .value_name("NUMBER")
                .value_parser(value_parser!(usize))
                .default_value("50")
                .help("The most events"),
        )
        .arg(
            Arg::new("after")
                .long("after")
                .value_name("CURSOR")
                .value_parser(value_parser!(i64))
                .default_value("0")
                .help("Only events after the one with this `cursor`"),
        )
        .arg(
            Arg::new("payload")
                .long("payload")
                .action(ArgAction::SetTrue)
                .help("With the payloads, which hold the data of customers"),
        );
    let retry = Command::new("retry")
        .about("Make events ready again")
        .arg(ids("The message ids of the events").required_unless_present_any(["dead", "undecoded"]))
        .arg(Arg::new("dead").long("dead").action(ArgAction::SetTrue).help("All dead events"))
        .arg(
            Arg::new("undecoded")
                .long("undecoded")
                .action(ArgAction::SetTrue)
                .help("All events that were not decoded, and can be decoded by this program"),
        );
    let discard = Command::new("discard")
        .about("Decide that events need not be handled; `retry` takes it back")
        .arg(ids("The message ids of the events").required(true));
    let purge = Command::new("purge").about("Delete events that were done or discarded long ago").arg(
        Arg::new("older-than")
            .long("older-than")
            .value_name("DURATION")
            .value_parser(parse_duration)
            .default_value(DEFAULT_AGE)
            .help("Only what was done so long ago; what the API delivers again after that is handled again"),
    );
    let catch_up = Command::new("catch-up")
        .about("Store what the API delivered while nobody received it")
        .arg(Arg::new("endpoint").long("endpoint").value_name("ID").help("The endpoint of this inbox"))
        .arg(
            Arg::new("since")
                .long("since")
                .value_name("DURATION")
                .value_parser(parse_duration)
                .help("Begin so long ago instead of where the last run ended"),
        );
    Command::new("inbox")
        .about("Look into the inbox of a service, and repair it")
        .long_about(
            "Works on the database of an inbox, beside the service that uses it. Connecting creates the tables that are missing, and \
             migrates those of an older version.",
        )
        .subcommand_required(true)
        .args(database_flags(app))
        .subcommand(Command::new("counts").about("Count the events in each state"))
        .subcommands([list, retry, discard, purge, catch_up])
}

pub(crate) async fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let (name, own) =
        matches.subcommand().ok_or_else(|| CliError::usage("`inbox` needs a command, such as `counts`"))?;
    let webhooks = require_webhooks(session.app)?;
    if name == "purge" && !confirm_purge(session, own)? {
        session.io.note_line("Nothing was deleted.");
        return Ok(());
    }
    let url = find_database(session, matches)?;
    let prefix = matches.get_one::<String>("prefix").cloned();
    let inbox = (webhooks.connect_inbox)(url, prefix).await.map_err(describe_error)?;
    let result = run_on(session, inbox.as_ref(), (name, own)).await;
    inbox.close().await;
    result
}

async fn run_on(
    session: &mut Session<'_>,
    inbox: &dyn InboxHandle,
    (name, matches): (&str, &ArgMatches),
) -> Result<(), CliError> {
    match name {
        "counts" => {
            let counts = inbox.count().await.map_err(describe_error)?;
            let mut printer = Printer::new(&session.globals.output, session.app.settings, session.io)?;
            printer.print_value(session.io, &describe_counts(&counts))
        }
        "list" => list_events(session, inbox, matches).await,
        "retry" => retry_events(session, inbox, matches).await,
        "discard" => {
            let ids: Vec<&String> = matches.get_many("id").into_iter().flatten().collect();
            let mut unchanged = Vec::new();
            for id in &ids {
                if !inbox.discard(id).await.map_err(describe_error)? {
                    unchanged.push(*id);
                }
            }
            session.io.note_line(&format!("{} events were discarded.", ids.len() - unchanged.len()));
            report_unchanged(&unchanged, "discarded", "events that are done, run or do not exist cannot be")
        }
        "purge" => {
            let age = matches.get_one::<Duration>("older-than").copied().unwrap_or_default();
            let count = inbox.purge(age).await.map_err(describe_error)?;
            session.io.note_line(&format!("{count} events were deleted."));
            Ok(())
        }
        "catch-up" => catch_up(session, inbox, matches).await,
        other => Err(CliError::usage(format!("`inbox` has no command `{other}`"))),
    }
}

fn confirm_purge(session: &mut Session<'_>, matches: &ArgMatches) -> Result<bool, CliError> {
    if session.globals.yes {
        return Ok(true);
    }
    let age = matches.get_one::<Duration>("older-than").copied().unwrap_or_default();
    let hours = age.as_secs() / 3600;
    confirm(session.io, &format!("Delete events that were done or discarded more than {hours} hours ago?"))
}

async fn list_events(
    session: &mut Session<'_>,
    inbox: &dyn InboxHandle,
    matches: &ArgMatches,
) -> Result<(), CliError> {
    let mut printer = Printer::new(&session.globals.output, session.app.settings, session.io)?;
    let state = matches.get_one::<String>("state").and_then(|state| state.parse().ok());
    let limit = matches.get_one::<usize>("limit").copied().unwrap_or(50);
    let after = matches.get_one::<i64>("after").copied().unwrap_or_default();
    let events = inbox.list(state, after, limit).await.map_err(describe_error)?;
    let last = events.last().map(StoredEvent::cursor).filter(|_| events.len() == limit);
    for event in &events {
        printer.print_item(session.io, &describe_event(event, matches.get_flag("payload")))?;
    }
    printer.finish(session.io, last.map(|cursor| format!("--after {cursor}")).as_deref())
}

async fn retry_events(
    session: &mut Session<'_>,
    inbox: &dyn InboxHandle,
    matches: &ArgMatches,
) -> Result<(), CliError> {
    let mut count = 0;
    if matches.get_flag("dead") {
        count += inbox.retry_dead().await.map_err(describe_error)?;
    }
    if matches.get_flag("undecoded") {
        count += inbox.retry_undecoded().await.map_err(describe_error)?;
    }
    let mut unchanged = Vec::new();
    for id in matches.get_many::<String>("id").into_iter().flatten() {
        match inbox.retry(id).await.map_err(describe_error)? {
            true => count += 1,
            false => unchanged.push(id),
        }
    }
    session.io.note_line(&format!("{count} events are ready again."));
    report_unchanged(
        &unchanged,
        "made ready",
        "events that are done, run, cannot be decoded or do not exist cannot be",
    )
}

async fn catch_up(
    session: &mut Session<'_>,
    inbox: &dyn InboxHandle,
    matches: &ArgMatches,
) -> Result<(), CliError> {
    let history = History::find(session)?;
    let core = session.core()?;
    let endpoint = matches.get_one::<String>("endpoint").map(String::as_str);
    let source = open_source(history, core, endpoint).await?;
    let since = matches.get_one::<Duration>("since").and_then(|since| SystemTime::now().checked_sub(*since));
    let done = inbox.catch_up(&source, endpoint, since).await.map_err(describe_error)?;
    let unreadable = match done.unreadable {
        0 => String::new(),
        count => format!("; {count} have no id or time, and cannot be stored"),
    };
    session.io.note_line(&format!(
        "{} deliveries, of which {} were missing and are stored{unreadable}.",
        done.seen, done.stored
    ));
    Ok(())
}

fn report_unchanged(ids: &[&String], done: &str, why: &str) -> Result<(), CliError> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = ids.iter().map(|id| format!("`{}`", clean_line(id, 80))).collect();
    Err(CliError::new(Exit::NotFound, format!("not {done}: {}; {why}", ids.join(", ")))
        .hint("`inbox list` shows the events and their states"))
}

fn describe_counts(counts: &Counts) -> JsonValue {
    let numbers = [
        ("ready", counts.ready),
        ("delayed", counts.delayed),
        ("running", counts.running),
        ("done", counts.done),
        ("dead", counts.dead),
        ("undecoded", counts.undecoded),
        ("discarded", counts.discarded),
    ];
    let mut value = JsonValue::Object(
        numbers.iter().map(|(name, count)| ((*name).to_owned(), JsonValue::number(count))).collect(),
    );
    let oldest = counts.oldest_ready.map_or(JsonValue::Null, |age| JsonValue::number(age.as_secs()));
    value.set("oldest_ready_s", oldest);
    value
}

fn describe_event(event: &StoredEvent, has_payload: bool) -> JsonValue {
    let text = |text: &Option<String>| text.as_ref().map_or(JsonValue::Null, JsonValue::string);
    let properties = [
        ("id", JsonValue::string(&event.id)),
        ("event", text(&event.name)),
        ("state", JsonValue::string(event.state.as_str())),
        ("attempts", JsonValue::number(event.attempts)),
        ("received_at", describe_time(event.received_at)),
        ("available_at", describe_time(event.available_at)),
        ("last_error", text(&event.last_error)),
        ("key", text(&event.key)),
        ("cursor", JsonValue::number(event.cursor())),
    ];
    let mut value = JsonValue::Object(properties.map(|(name, value)| (name.to_owned(), value)).to_vec());
    if has_payload {
        let payload =
            event.payload().map(|text| JsonValue::parse(text).unwrap_or_else(|_| JsonValue::string(text)));
        value.set("payload", payload.unwrap_or(JsonValue::Null));
    }
    value
}

/// A time as RFC 3339 writes it.
fn describe_time(time: SystemTime) -> JsonValue {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    // The default is 1970. RFC 3339 has years of four digits.
    let time = DateTime::default() + since.min(Duration::from_secs(253_402_300_799));
    JsonValue::string(time.to_rfc3339())
}

fn describe_error(error: InboxError) -> CliError {
    use InboxErrorKind::{Config, Connect, Endpoint, History, NewerSchema, Unavailable, Url};

    let exit = match error.kind() {
        Config | Url | Endpoint | NewerSchema => Exit::Usage,
        Connect | Unavailable | History => Exit::Network,
        _ => Exit::Io,
    };
    CliError::new(exit, error.to_string())
}
