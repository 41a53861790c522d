//! `listen`: forwards what the API delivers to a consumer on this machine.

use std::{collections::BTreeSet, time::Duration};

use clap::{Arg, ArgAction, ArgMatches, Command};
use openapi_client_description::matches_pattern;
use openapi_client_runtime::{__private::Core, Secret};
use sha2::{Digest as _, Sha256};

use super::{
    dispatch::Dispatcher,
    events::EventList,
    forwarder::Forwarder,
    history::{Delivery, History},
    listen_view::View,
    local_secret::{load_secret, secret_flag},
    pace::{Pace, parse_duration},
    position::{OVERLAP, Position},
    require_webhooks,
    target::ForwardTarget,
};
use crate::{
    error::{CliError, Exit},
    program::App,
    session::Session,
    text::{clean_line, to_hex},
};

/// The polls after which the endpoints are listed again.
const POLLS_PER_LISTING: u32 = 15;

/// The longest wait after a poll that failed.
const MAX_BACKOFF: Duration = Duration::from_secs(60);

/// How long tries that run at the end may take.
const GRACE: Duration = Duration::from_secs(5);

pub(crate) fn build_command(_: &'static App) -> Command {
    Command::new("listen")
        .about("Forward what the API delivers to a consumer on this machine")
        .long_about(
            "Asks the API for the deliveries to its endpoints, and sends each new one to a consumer on this machine, signed with a \
             local secret: the API's own secret stays there. A delivery is forwarded once for each time that the API sent it; if \
             the consumer does not accept it, again after 1, 5 and 15 seconds. What was forwarded is remembered, so that a restart \
             goes on where the last run ended, up to a day back. Ends with Ctrl-C.",
        )
        .args(ForwardTarget::flags(true))
        .arg(
            Arg::new("events")
                .long("events")
                .value_name("PATTERN")
                .action(ArgAction::Append)
                .value_delimiter(',')
                .help("Only events with this name or pattern, such as 'payment.*'; may be repeated"),
        )
        .arg(Arg::new("endpoint").long("endpoint").value_name("ID").help("Only deliveries to this endpoint"))
        .arg(
            Arg::new("since")
                .long("since")
                .value_name("DURATION")
                .value_parser(parse_duration)
                .help("Forward also what was sent since so long ago, such as 10m"),
        )
        .arg(
            Arg::new("interval")
                .long("interval")
                .value_name("DURATION")
                .value_parser(parse_duration)
                .default_value("2s")
                .help("The time between two polls"),
        )
        .arg(secret_flag())
}

pub(crate) async fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    listen_at(session, matches, Pace::real()).await
}

pub(super) async fn listen_at(
    session: &mut Session<'_>,
    matches: &ArgMatches,
    pace: Pace,
) -> Result<(), CliError> {
    let interrupt = session.io.interrupt.clone();
    let interrupted = interrupt.wait();
    tokio::pin!(interrupted);
    let mut listener = Listener::prepare(session, matches, pace.clone())?;
    let webhooks = require_webhooks(session.app)?;
    let target =
        ForwardTarget::read(matches)?.ok_or_else(|| CliError::usage("`listen` needs --forward-to URL"))?;
    let url = target.uri().to_string();
    let secret = load_secret(session.io, matches, webhooks.scheme.secret_variable)?;
    let (mut dispatcher, mut reports) =
        Dispatcher::new(Forwarder::new(target, webhooks.sign, secret)?, pace.clone());
    let mut view = View::new(session, &pace);
    let interval = matches.get_one::<Duration>("interval").copied().unwrap_or_default();
    let mut backoff = interval;
    let mut result: Result<(), CliError> = 'polls: loop {
        let polled = {
            let poll = listener.poll();
            tokio::pin!(poll);
            loop {
                tokio::select! {
                    biased;
                    () = &mut interrupted => break 'polls Ok(()),
                    Some(report) = reports.recv() => {
                        if let Err(error) = view.show(session.io, &report) {
                            break 'polls Err(error);
                        }
                    }
                    polled = &mut poll => break polled,
                }
            }
        };
        let wait = match polled {
            Ok(polled) => {
                backoff = interval;
                let found = listener.take_new(polled, pace.now_millis());
                if listener.starts() {
                    session
                        .io
                        .note_line(&format!("Ready: forwarding to {}. Ctrl-C ends.", clean_line(&url, 200)));
                }
                listener.notes.drain(..).for_each(|note| session.io.note_line(&note));
                found.into_iter().for_each(|delivery| dispatcher.start(delivery));
                interval
            }
            // Without a first response it is not known whether the command can ever work.
            Err(error) if !listener.is_ready && is_permanent(&error) => return Err(error),
            Err(error) => {
                backoff = backoff.saturating_mul(2).clamp(Duration::from_secs(1), MAX_BACKOFF);
                let message = clean_line(&error.message, 300);
                let seconds = backoff.as_secs();
                session
                    .io
                    .note_line(&format!("The API cannot be asked: {message}. Next try in {seconds} s."));
                backoff
            }
        };
        view.remember(session.io, &mut listener.position);
        let mut pause = pace.wait(wait);
        loop {
            tokio::select! {
                biased;
                () = &mut interrupted => break 'polls Ok(()),
                Some(report) = reports.recv() => {
                    if let Err(error) = view.show(session.io, &report) {
                        break 'polls Err(error);
                    }
                    view.remember(session.io, &mut listener.position);
                }
                () = &mut pause => break,
            }
        }
    };
    // Also after an error, such as that of an output that closes: what the consumer accepted is remembered.
    let tasks = dispatcher.stop();
    let rest = async {
        while let Some(report) = reports.recv().await {
            let shown = view.show(session.io, &report);
            if result.is_ok() {
                result = shown;
            }
        }
    };
    tokio::select! {
        () = rest => {}
        () = pace.wait(GRACE) => {}
        // A second Ctrl-C.
        () = interrupt.wait_again() => {}
    }
    drop(tasks);
    view.remember(session.io, &mut listener.position);
    view.show_summary(session.io, listener.position.open_count());
    result
}

/// Whether an error stays the same however often the request is repeated.
fn is_permanent(error: &CliError) -> bool {
    matches!(error.exit, Exit::NotAuthenticated | Exit::NotFound | Exit::Usage)
}

/// Tells the account of one credential from that of another, without the credential itself.
fn hash_credentials(credentials: &[(usize, Secret)]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"listen position");
    for (index, secret) in credentials {
        hash.update(format!("{index}:{}:", secret.expose().len()));
        hash.update(secret.expose());
    }
    to_hex(&hash.finalize())
}

/// Finds new deliveries.
struct Listener {
    core: Core,
    history: History,
    position: Position,
    chosen_endpoint: Option<String>,
    patterns: Vec<String>,
    endpoints: Option<Vec<Option<String>>>,
    polls: u32,
    is_ready: bool,
    notes: Vec<String>,
    known_notes: BTreeSet<String>,
}

/// What a poll found.
struct Polled {
    endpoints: Vec<Option<String>>,
    deliveries: Vec<Delivery>,
    unreadable: usize,
    /// An endpoint that was listed before does not exist any more.
    is_stale: bool,
}

impl Listener {
    fn prepare(session: &mut Session<'_>, matches: &ArgMatches, pace: Pace) -> Result<Self, CliError> {
        let history = History::find(session)?;
        let patterns: Vec<String> = matches.get_many("events").into_iter().flatten().cloned().collect();
        let events = EventList::read(session.app)?;
        for error in patterns.iter().filter_map(|pattern| events.select(pattern).err()) {
            let hint = error.hint.unwrap_or_default();
            session
                .io
                .note_line(&format!("--events: {}, as far as its description says; {hint}", error.message));
        }
        let chosen_endpoint = matches.get_one::<String>("endpoint").cloned();
        let connection = session.connection()?;
        let core = (session.app.connect)(connection.clone())?;
        let folder = session.io.config_folder.clone().ok_or_else(|| {
            CliError::usage("this system has no folder for the configuration, in which the position is kept")
                .hint("set the environment variable HOME")
        })?;
        let profile = session.profile()?;
        let mut position = Position::open(
            &folder,
            &[
                &profile.name,
                profile.account.as_deref().unwrap_or_default(),
                &hash_credentials(&connection.credentials),
                core.environment().name,
                connection.base_url.as_deref().unwrap_or_default(),
                matches.get_one::<String>("forward-to").map_or("", String::as_str),
                chosen_endpoint.as_deref().unwrap_or_default(),
            ],
        )?;
        let now = pace.now_millis();
        position.limit_age(now);
        if let Some(since) = matches.get_one::<Duration>("since") {
            position.extend_to(now.saturating_sub(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)));
        }
        Ok(Self {
            core,
            history,
            position,
            chosen_endpoint,
            patterns,
            endpoints: None,
            polls: 0,
            is_ready: false,
            notes: Vec::new(),
            known_notes: BTreeSet::new(),
        })
    }

    /// Asks the API once.
    async fn poll(&self) -> Result<Polled, CliError> {
        let endpoints = match &self.endpoints {
            Some(endpoints) if !self.polls.is_multiple_of(POLLS_PER_LISTING) => endpoints.clone(),
            _ => self.history.list_endpoints(&self.core, self.chosen_endpoint.as_deref()).await?,
        };
        let mut polled = Polled { deliveries: Vec::new(), unreadable: 0, is_stale: false, endpoints };
        for endpoint in &polled.endpoints {
            let mut list = self.history.list_deliveries(&self.core, endpoint.as_deref());
            let mut since = self.position.since();
            // To the end, and an error if there is none: what this does not read is lost once newer deliveries are done.
            while let Some(page) = list.next().await {
                let page = match page {
                    Ok(page) => page,
                    // It was deleted since the endpoints were listed.
                    Err(error) if error.exit == Exit::NotFound && self.chosen_endpoint.is_none() => {
                        polled.is_stale = true;
                        break;
                    }
                    Err(error) => return Err(error),
                };
                // The newest are first. The first poll only finds out where to begin.
                let newest = page.iter().map(|delivery| delivery.sent_at).max();
                let since = *since
                    .get_or_insert_with(|| newest.map_or(i64::MAX, |newest| newest.saturating_sub(OVERLAP)));
                let is_last = page.iter().any(|delivery| delivery.sent_at < since);
                polled.deliveries.extend(page);
                if is_last {
                    break;
                }
            }
            polled.unreadable += list.unreadable;
        }
        Ok(polled)
    }

    /// The deliveries to forward, the oldest first.
    fn take_new(&mut self, polled: Polled, now: i64) -> Vec<Delivery> {
        let Polled { endpoints, mut deliveries, unreadable, is_stale } = polled;
        self.polls = if is_stale { 0 } else { self.polls.wrapping_add(1) };
        if endpoints.is_empty() {
            self.note("The account has no webhook endpoint: the API delivers nothing, so that there is nothing to forward.");
        }
        if unreadable > 0 {
            self.note("Some deliveries have no time or no body, and are not forwarded.");
        }
        self.endpoints = Some(endpoints);
        if self.position.since().is_none() {
            let listed = deliveries.into_iter().map(|delivery| (delivery.key, delivery.sent_at));
            self.position.begin_after(listed, now);
            self.save_position();
            return Vec::new();
        }
        deliveries.retain(|delivery| self.position.is_new(&delivery.key, delivery.sent_at));
        deliveries.sort_by_key(|delivery| delivery.sent_at);
        let mut keys = BTreeSet::new();
        deliveries.retain(|delivery| keys.insert(delivery.key.clone()));
        let (wanted, others): (Vec<Delivery>, Vec<Delivery>) =
            deliveries.into_iter().partition(|delivery| self.is_wanted(delivery));
        wanted.iter().for_each(|delivery| self.position.mark_open(&delivery.key, delivery.sent_at));
        others.iter().for_each(|delivery| self.position.mark_done(&delivery.key, delivery.sent_at, now));
        wanted
    }

    fn is_wanted(&self, delivery: &Delivery) -> bool {
        let name = delivery.event.as_deref().unwrap_or_default();
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| matches_pattern(pattern, name))
    }

    /// Whether this was the first poll.
    fn starts(&mut self) -> bool {
        !std::mem::replace(&mut self.is_ready, true)
    }

    fn save_position(&mut self) {
        if let Err(error) = self.position.save() {
            self.note(&format!("{}: a restart may repeat deliveries.", error.message));
        }
    }

    /// Says something once.
    fn note(&mut self, text: &str) {
        if self.known_notes.insert(text.to_owned()) {
            self.notes.push(text.to_owned());
        }
    }
}
