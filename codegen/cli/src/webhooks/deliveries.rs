//! `deliveries`: what the API delivered, and sending it again.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use openapi_client_description::{JsonValue, matches_pattern};
use openapi_client_runtime::__private::Core;

use super::{
    forwarder::Forwarder,
    history::{Delivery, History},
    local_secret::{load_secret, secret_flag},
    pace::{Pace, parse_duration},
    require_webhooks,
    target::ForwardTarget,
};
use crate::{
    call::CallSettings,
    error::{CliError, Exit},
    output::Printer,
    program::App,
    session::Session,
    text::clean_line,
};

/// How many deliveries are searched for those to be sent again.
const SEARCHED: usize = 10_000;

pub(crate) fn build_command(_: &'static App) -> Command {
    let endpoint =
        || Arg::new("endpoint").long("endpoint").value_name("ID").help("Only deliveries to this endpoint");
    let list = Command::new("list")
        .about("List what the API delivered to its endpoints, the newest first")
        .arg(endpoint())
        .arg(
            Arg::new("failed")
                .long("failed")
                .action(ArgAction::SetTrue)
                .help("Only those that the endpoint did not accept"),
        )
        .arg(Arg::new("events").long("events").value_name("PATTERN").help("Only events such as 'payment.*'"))
        .arg(
            Arg::new("since")
                .long("since")
                .value_name("DURATION")
                .value_parser(parse_duration)
                .help("Only those since so long ago, such as 2h"),
        )
        .arg(
            Arg::new("limit")
                .long("limit")
                .value_name("NUMBER")
                .value_parser(value_parser!(usize))
                .default_value("50")
                .help("The most deliveries of each endpoint"),
        );
    let replay = Command::new("replay")
        .about("Send deliveries again: to a consumer on this machine, or by the API to their endpoint")
        .long_about(
            "With --forward-to, the same body is sent to a consumer on this machine, signed with the local secret. Without it, the API \
             is asked to send it again to the endpoint of the delivery.",
        )
        .arg(Arg::new("id").value_name("ID").required(true).action(ArgAction::Append).help(
            "The id of a delivery, or that of a message, of which the newest delivery is taken",
        ))
        .arg(endpoint())
        .args(ForwardTarget::flags(false))
        .arg(secret_flag());
    Command::new("deliveries")
        .about("Show what the API delivered, and send it again")
        .subcommand_required(true)
        .subcommand(list)
        .subcommand(replay)
}

pub(crate) async fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    match matches.subcommand() {
        Some(("list", matches)) => list_deliveries(session, matches).await,
        Some(("replay", matches)) => replay_deliveries(session, matches).await,
        _ => Err(CliError::usage("`deliveries` needs `list` or `replay`")),
    }
}

async fn list_deliveries(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let history = History::find(session)?;
    let mut printer = Printer::new(&session.globals.output, session.app.settings, session.io)?;
    let core = session.core()?;
    let since = matches.get_one::<Duration>("since").map(|since| {
        Pace::real().now_millis().saturating_sub(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    });
    let limit = matches.get_one::<usize>("limit").copied().unwrap_or(usize::MAX);
    let pattern = matches.get_one::<String>("events").map(String::as_str);
    let is_wanted = |delivery: &Delivery| {
        (!matches.get_flag("failed") || delivery.accepted == Some(false))
            && pattern
                .is_none_or(|pattern| matches_pattern(pattern, delivery.event.as_deref().unwrap_or_default()))
    };
    let chosen = matches.get_one::<String>("endpoint").map(String::as_str);
    for endpoint in history.list_endpoints(&core, chosen).await? {
        let mut list = history.list_deliveries(&core, endpoint.as_deref());
        let mut count = 0;
        'pages: while count < limit
            && let Some(page) = list.next().await
        {
            let page = match page {
                Ok(page) => page,
                Err(error) => {
                    printer.close_after_error(session.io)?;
                    return Err(error);
                }
            };
            for delivery in page {
                if since.is_some_and(|since| delivery.sent_at < since) {
                    break 'pages;
                }
                if count < limit && is_wanted(&delivery) {
                    count += 1;
                    printer.print_item(session.io, &describe_delivery(&delivery))?;
                }
            }
        }
    }
    printer.finish(session.io, None)
}

fn describe_delivery(delivery: &Delivery) -> JsonValue {
    let text = |text: &Option<String>| text.as_ref().map_or(JsonValue::Null, JsonValue::string);
    let properties = [
        ("sent_at", JsonValue::string(&delivery.sent_at_text)),
        ("event", text(&delivery.event)),
        ("accepted", delivery.accepted.map_or(JsonValue::Null, JsonValue::Bool)),
        ("status", text(&delivery.status)),
        ("id", text(&delivery.id)),
        ("message_id", JsonValue::string(&delivery.message_id)),
        ("endpoint", text(&delivery.endpoint)),
    ];
    JsonValue::Object(properties.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

async fn replay_deliveries(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let history = History::find(session)?;
    let target = ForwardTarget::read(matches)?;
    if target.is_none() && !history.can_replay() {
        return Err(CliError::usage("the API cannot send a delivery again, as far as its description says")
            .hint(
                "add --forward-to http://localhost:3000/webhooks to send it to a consumer on this machine",
            ));
    }
    let core = session.core()?;
    let ids: Vec<&String> = matches.get_many("id").into_iter().flatten().collect();
    let chosen = matches.get_one::<String>("endpoint").map(String::as_str);
    let found = find_deliveries(&history, &core, &ids, chosen).await?;
    let Some(target) = target else { return replay_by_api(session, &history, &core, &found).await };
    let webhooks = require_webhooks(session.app)?;
    let secret = load_secret(session.io, matches, webhooks.scheme.secret_variable)?;
    let forwarder = Forwarder::new(target, webhooks.sign, secret)?;
    let mut last_failure = None;
    for delivery in &found {
        let outcome = forwarder.forward(&delivery.message_id, &delivery.body).await;
        session.io.note_line(&format!("{}  {}", name_delivery(delivery), outcome.describe()));
        last_failure = Some(outcome).filter(|outcome| !outcome.is_accepted()).or(last_failure);
    }
    match last_failure.map(|outcome| outcome.status) {
        None => Ok(()),
        Some(Ok(_)) => Err(CliError::new(Exit::Api, "the consumer did not accept everything")
            .hint("the log of the consumer should say why")),
        Some(Err(_)) => Err(CliError::new(Exit::Network, "the consumer did not respond")
            .hint("is it running, and is the port of --forward-to the right one?")),
    }
}

async fn replay_by_api(
    session: &mut Session<'_>,
    history: &History,
    core: &Core,
    found: &[Delivery],
) -> Result<(), CliError> {
    for delivery in found {
        if session.globals.dry_run {
            session.io.note_line(&format!("{}  would be sent again by the API", name_delivery(delivery)));
            continue;
        }
        let reply = history.replay(core, delivery, &CallSettings::default()).await?;
        session.io.note_line(&format!(
            "{}  sent again by the API: {}",
            name_delivery(delivery),
            reply.status
        ));
    }
    Ok(())
}

fn name_delivery(delivery: &Delivery) -> String {
    let event = clean_line(delivery.event.as_deref().unwrap_or("an event without a name"), 60);
    format!("{event}  {}", clean_line(&delivery.message_id, 60))
}

/// The deliveries with these ids, in their order. An error names those that are missing, before anything is sent.
async fn find_deliveries(
    history: &History,
    core: &Core,
    ids: &[&String],
    chosen: Option<&str>,
) -> Result<Vec<Delivery>, CliError> {
    let mut found: Vec<Option<Delivery>> = vec![None; ids.len()];
    for endpoint in history.list_endpoints(core, chosen).await? {
        let mut list = history.list_deliveries(core, endpoint.as_deref());
        let mut searched = 0;
        while searched < SEARCHED
            && found.iter().any(Option::is_none)
            && let Some(page) = list.next().await
        {
            for delivery in page? {
                searched += 1;
                for (id, place) in ids.iter().zip(&mut found) {
                    let is_it = delivery.id.as_ref() == Some(*id) || delivery.message_id == **id;
                    if is_it && place.as_ref().is_none_or(|other| other.sent_at < delivery.sent_at) {
                        *place = Some(delivery.clone());
                    }
                }
            }
        }
    }
    let missing: Vec<String> = ids
        .iter()
        .zip(&found)
        .filter(|(_, found)| found.is_none())
        .map(|(id, _)| format!("`{}`", clean_line(id, 80)))
        .collect();
    if missing.is_empty() {
        return Ok(found.into_iter().flatten().collect());
    }
    let text = format!("the API lists no delivery with the id {}; nothing was sent", missing.join(", "));
    Err(CliError::new(Exit::NotFound, text)
        .hint("`deliveries list` shows the ids; APIs forget old deliveries"))
}
