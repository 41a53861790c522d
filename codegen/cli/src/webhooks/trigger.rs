//! `trigger`: sends an event that was made from the description, without any other network.

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use openapi_client_description::{Event, JsonValue, Type};
use openapi_client_mock::__private::EventSamples;
use openapi_client_runtime::webhooks::WebhookScheme;
use uuid::Uuid;

use super::{
    changes::set_value,
    events::EventList,
    forwarder::{Forwarder, Outcome},
    local_secret::{load_secret, secret_flag},
    require_webhooks,
    target::ForwardTarget,
};
use crate::{
    error::{CliError, Exit},
    program::App,
    session::Session,
    text::clean_line,
};

/// The problems of a changed event that an error lists.
const LISTED_PROBLEMS: usize = 5;

pub(crate) fn build_command(_: &'static App) -> Command {
    Command::new("trigger")
        .about("Send an event to a consumer on this machine, made from the description of the API")
        .long_about(
            "Makes a valid event from the description of the API, signs it with the local secret, and sends it to a consumer. \
             Nothing else is sent, and no credential is needed.",
        )
        .arg(Arg::new("event").value_name("EVENT").required_unless_present("list").help(
            "The name of the event; a pattern such as 'payment.*' sends one of each",
        ))
        .arg(Arg::new("list").long("list").action(ArgAction::SetTrue).help("Print all events"))
        .args(ForwardTarget::flags(false))
        .arg(
            Arg::new("set")
                .long("set")
                .value_name("PATH=VALUE")
                .action(ArgAction::Append)
                .help("Change a value of the event, such as data.metadata.order=17; may be repeated"),
        )
        .arg(
            Arg::new("seed")
                .long("seed")
                .value_name("NUMBER")
                .value_parser(value_parser!(u64))
                .help("Make the same event each time; without it, every event is another one"),
        )
        .arg(Arg::new("about").long("about").value_name("ID").help("The id of the object that the event is about"))
        .arg(
            Arg::new("count")
                .long("count")
                .value_name("NUMBER")
                .default_value("1")
                .value_parser(value_parser!(u64).range(1..=10_000))
                .help("How many events to send of each name"),
        )
        .arg(
            Arg::new("print")
                .long("print")
                .action(ArgAction::SetTrue)
                .help("Print the payload of each event; without --forward-to, nothing is sent"),
        )
        .arg(secret_flag())
}

pub(crate) async fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let (app, io) = (session.app, &mut *session.io);
    let webhooks = require_webhooks(app)?;
    let events = EventList::read(app)?;
    if matches.get_flag("list") {
        return events.describe().iter().try_for_each(|line| io.print_line(line));
    }
    let pattern = matches.get_one::<String>("event").map_or("", String::as_str);
    let names = events.select(pattern)?;
    let target = ForwardTarget::read(matches)?;
    if target.is_none() && !matches.get_flag("print") {
        return Err(CliError::usage("`trigger` needs to know where to send the event")
            .hint("add --forward-to http://localhost:3000/webhooks, or --print to see the event"));
    }
    let made = make_events(app, webhooks.scheme, &names, matches)?;
    let forwarder = match target {
        Some(target) => {
            let secret = load_secret(io, matches, webhooks.scheme.secret_variable)?;
            Some(Forwarder::new(target, webhooks.sign, secret)?)
        }
        None => None,
    };
    let mut failed = Vec::new();
    for made in &made {
        if matches.get_flag("print") {
            io.print_line(&made.payload.to_string())?;
        }
        if let Some(forwarder) = &forwarder {
            let outcome = forwarder.forward(&made.id, &made.payload.to_string()).await;
            io.note_line(&format!("{}  {}  {}", made.name, clean_line(&made.id, 80), outcome.describe()));
            failed.extend(Some(outcome).filter(|outcome| !outcome.is_accepted()));
        }
    }
    report_failures(&failed, made.len())
}

/// An event that can be sent.
struct MadeEvent<'a> {
    name: &'a str,
    id: String,
    payload: JsonValue,
}

/// Makes all events before the first is sent, so that a wrong `--set` sends none.
fn make_events<'a>(
    app: &App,
    scheme: &WebhookScheme,
    names: &[&'a str],
    matches: &ArgMatches,
) -> Result<Vec<MadeEvent<'a>>, CliError> {
    let samples = EventSamples::new(app.service, app.description)
        .map_err(|error| CliError::new(Exit::Api, error.to_string()))?;
    let count = matches.get_one::<u64>("count").copied().unwrap_or(1);
    let seed = matches.get_one::<u64>("seed").copied();
    let first = seed.unwrap_or_else(|| Uuid::new_v4().as_u64_pair().0);
    let about = matches.get_one::<String>("about").map(String::as_str);
    let changes: Vec<&String> = matches.get_many("set").into_iter().flatten().collect();
    let mut made = Vec::new();
    for name in names {
        for index in 0..count {
            let seed = first.wrapping_add(index);
            let unknown = || CliError::usage(format!("the description has no event `{name}`"));
            let mut payload = samples.sample(name, about, scheme, seed).ok_or_else(unknown)?;
            if let Some(ty) = find_payload_type(&samples, name) {
                for change in &changes {
                    set_value(samples.description(), ty, &mut payload, change)?;
                }
            }
            check_event(&samples, name, &payload)?;
            made.push(MadeEvent { name, id: find_message_id(&samples, &payload, (scheme, seed)), payload });
        }
    }
    Ok(made)
}

fn find_payload_type<'a>(samples: &'a EventSamples, name: &str) -> Option<&'a Type> {
    let mut events = samples.description().events.iter();
    let has_name = |event: &&Event| event.event.as_deref().unwrap_or(&event.name) == name;
    events.find(has_name)?.payload.as_ref()
}

fn check_event(samples: &EventSamples, name: &str, payload: &JsonValue) -> Result<(), CliError> {
    let problems = samples.check(name, payload);
    let shown: Vec<String> =
        problems.iter().take(LISTED_PROBLEMS).map(|(path, reason)| format!("{path}: {reason}")).collect();
    match problems.len() {
        0 => Ok(()),
        count => {
            let more = count.saturating_sub(LISTED_PROBLEMS);
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            Err(CliError::usage(format!("`{name}` would not be valid: {}{more}", shown.join("; ")))
                .hint("correct --set; nothing was sent"))
        }
    }
}

/// The id of a message: where the description says that bodies have it, else the property `id`, else one of the seed.
fn find_message_id(
    samples: &EventSamples,
    payload: &JsonValue,
    (scheme, seed): (&WebhookScheme, u64),
) -> String {
    let history = samples.description().delivery_history.as_ref();
    let pointer = history.and_then(|history| history.message_id.as_deref()).unwrap_or("/id");
    let stated = super::find_pointer(payload, pointer).and_then(JsonValue::as_str);
    let stated = stated.filter(|id| !id.is_empty()).map(str::to_owned);
    stated.unwrap_or_else(|| format!("{}triggered_{seed:016x}", scheme.id_prefix))
}

/// The end of the command: an error if the consumer did not accept everything.
fn report_failures(failed: &[Outcome], count: usize) -> Result<(), CliError> {
    let Some(last) = failed.last() else { return Ok(()) };
    let exit = if last.status.is_ok() { Exit::Api } else { Exit::Network };
    let what = match (failed.len(), count) {
        (_, 1) => "the consumer did not accept the event".to_owned(),
        (failed, count) => format!("the consumer did not accept {failed} of {count} events"),
    };
    let hint = match &last.status {
        Ok(400 | 401 | 403) => "does it have the local secret? `--secret-file` names another",
        Ok(404 | 405) => "is the path of --forward-to that of the endpoint?",
        Ok(300..400) => "redirects are not followed; write the URL to which it leads",
        Ok(_) => "the log of the consumer should say why",
        Err(_) => "is the consumer running, and is the port of --forward-to the right one?",
    };
    Err(CliError::new(exit, what).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        test_consumer::Consumer,
        test_io::{TestFolder, TestIo},
        test_shop::{app, session},
    };

    /// Runs the command. Returns its result, what it printed, and its notes.
    async fn trigger(folder: &TestFolder, arguments: &[&str]) -> (Result<(), CliError>, String, String) {
        let (mut io, captured) = TestIo::new().config_folder(folder.0.clone()).build();
        let matches =
            build_command(app()).try_get_matches_from(std::iter::once(&"trigger").chain(arguments)).unwrap();
        let result = run(&mut session(&mut io), &matches).await;
        (result, captured.stdout(), captured.stderr())
    }

    #[tokio::test]
    async fn a_consumer_gets_a_signed_event_with_the_changes() {
        let (folder, consumer) = (TestFolder::new(), Consumer::start(&[204]).await);
        let arguments = [
            "order.paid",
            "--forward-to",
            &consumer.url,
            "--set",
            "data.metadata.order=17",
            "--set",
            "data.amount=10.50",
        ];
        let (result, _, notes) = trigger(&folder, &arguments).await;
        result.unwrap();
        let received = consumer.received();
        assert_eq!(received.len(), 1);
        let [event] = received.as_slice() else { panic!("one event") };
        assert!(
            event.is_signed_by(&std::fs::read_to_string(folder.0.join("webhook-secret")).unwrap()),
            "{event:?}"
        );
        assert!(
            event.body.contains(r#""metadata":{"order":17}"#) && event.body.contains(r#""amount":10.50"#)
        );
        assert!(
            event.body.contains(r#""type":"order.paid""#)
                && event.body.contains(&format!(r#""id":"{}""#, event.id))
        );
        assert!(
            notes.contains("export SHOP_WEBHOOK_SECRET=local_") && notes.contains("order.paid  msg_"),
            "{notes}"
        );
        assert!(notes.contains("  204  "), "{notes}");
    }

    #[tokio::test]
    async fn the_same_seed_makes_the_same_message_and_no_seed_another() {
        let folder = TestFolder::new();
        let id = |text: &str| JsonValue::parse(text.trim()).unwrap().get("id").cloned().unwrap();
        let (_, first, _) = trigger(&folder, &["order.paid", "--print", "--seed", "7"]).await;
        let (_, again, _) = trigger(&folder, &["order.paid", "--print", "--seed", "7"]).await;
        let (_, other, _) = trigger(&folder, &["order.paid", "--print"]).await;
        assert_eq!(id(&first), id(&again));
        assert_ne!(id(&first), id(&other));
        let (_, about, _) = trigger(&folder, &["order.paid", "--print", "--count", "3"]).await;
        let ids: std::collections::BTreeSet<String> = about.lines().map(|line| id(line).to_text()).collect();
        assert_eq!(ids.len(), 3);
        // Nothing was sent, so that no secret was made.
        assert!(!folder.0.join("webhook-secret").exists());
    }

    #[tokio::test]
    async fn a_pattern_sends_one_of_each() {
        let (folder, consumer) = (TestFolder::new(), Consumer::start(&[200]).await);
        let (result, _, notes) = trigger(&folder, &["order.*", "--forward-to", &consumer.url]).await;
        result.unwrap();
        assert_eq!(consumer.received().len(), 2, "{notes}");
        let (result, printed, _) = trigger(&folder, &["--list"]).await;
        result.unwrap();
        assert_eq!(printed, "order.paid    An order was paid\norder.opened  An order was opened\n");
    }

    #[tokio::test]
    async fn a_wrong_name_or_change_sends_nothing() {
        let (folder, consumer) = (TestFolder::new(), Consumer::start(&[200]).await);
        for (arguments, message, hint) in [
            (vec!["order.payed"], "no event `order.payed`", "did you mean `order.paid`?"),
            (vec!["orders.*"], "no event `orders.*`", "did you mean `order.*`?"),
            (vec!["\u{1b}[2J"], "no event `\\u{1b}[2J`", "--list"),
            (
                vec!["order.paid", "--set", "data.amont=1"],
                "`data` has no property `amont`",
                "did you mean `amount`?",
            ),
            (
                vec!["order.paid", "--set", "data.amount=much"],
                "data.amount: expected a number",
                "nothing was sent",
            ),
            (
                vec!["order.paid", "--set", "data.status=lost"],
                "data.status: expected one of `open`, `paid`",
                "",
            ),
            (vec!["order.paid", "--set", "type=order.lost"], "type: expected \"order.paid\"", ""),
        ] {
            let arguments: Vec<&str> = arguments.into_iter().chain(["--forward-to", &consumer.url]).collect();
            let error = trigger(&folder, &arguments).await.0.unwrap_err();
            assert_eq!(error.exit, Exit::Usage);
            assert!(error.message.contains(message), "{}", error.message);
            assert!(error.hint.as_deref().unwrap_or_default().contains(hint), "{error:?}");
        }
        let error = trigger(&folder, &["order.paid"]).await.0.unwrap_err();
        assert!(error.hint.unwrap().contains("--forward-to"));
        assert_eq!(consumer.received().len(), 0);
    }

    #[tokio::test]
    async fn a_consumer_that_refuses_or_is_away_is_an_error() {
        let (folder, consumer) = (TestFolder::new(), Consumer::start(&[500]).await);
        let (result, _, notes) = trigger(&folder, &["order.paid", "--forward-to", &consumer.url]).await;
        assert_eq!(result.unwrap_err().exit, Exit::Api);
        assert!(notes.contains("500: the consumer says \\u{1b}[31mno  "), "{notes}");
        let url = consumer.url.clone();
        consumer.stop().await;
        let (result, _, notes) = trigger(&folder, &["order.paid", "--forward-to", &url]).await;
        assert_eq!(result.unwrap_err().exit, Exit::Network);
        assert!(notes.to_lowercase().contains("refused"), "{notes}");
    }
}
