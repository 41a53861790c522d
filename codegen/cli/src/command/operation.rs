//! Runs an operation of the API.

use clap::{Arg, ArgMatches, Command};
use openapi_client_description::JsonValue;
use openapi_client_runtime::__private::Core;

use super::{
    confirmation::confirm_call,
    globals::{add_globals, reserved_names},
    help::describe_operation,
    interruption::{explain_error, run_interruptible},
    parse::parse_words,
    request::{note_key, note_reply, note_secrets, preview_call, print_preview, print_reply},
};
use crate::{
    arguments::{Flag, Inputs, add_flags, collect_flags, name_problem, read_call, rewrite_map_flags},
    call::{Call, CallSettings, Connector, PageReply},
    catalog::{Catalog, Loaded, OperationSummary},
    error::{CliError, Exit},
    output::Printer,
    profiles::profile::Profile,
    program::App,
    secrets::SecretFilter,
    session::Session,
};

/// The command of an operation.
pub(crate) struct Parsed {
    pub(crate) loaded: &'static Loaded,
    pub(crate) flags: Vec<Flag>,
    pub(crate) command: Command,
}

impl Parsed {
    /// Reads the operation and makes the command with its flags.
    pub(crate) fn new(
        app: &'static App,
        catalog: &Catalog,
        summary: &'static OperationSummary,
    ) -> Result<Self, CliError> {
        let loaded = catalog.load(summary)?;
        let reserved = reserved_names(app);
        let flags = collect_flags(loaded, &reserved);
        let mut command = describe_operation(app, loaded, &flags).no_binary_name(true);
        command = add_flags(command, loaded, &flags, &reserved);
        if summary.paginated {
            command = add_page_options(command);
        }
        Ok(Self { loaded, flags, command: add_globals(command, app, true) })
    }

    /// Parses the words after the names of the command.
    pub(crate) fn parse(&mut self, words: Vec<String>) -> Result<ArgMatches, CliError> {
        parse_words(&mut self.command, rewrite_map_flags(&self.flags, words))
    }
}

fn add_page_options(command: Command) -> Command {
    let all = Arg::new("all").long("all").action(clap::ArgAction::SetTrue).conflicts_with("limit");
    let limit = Arg::new("limit").long("limit").value_name("N");
    command
        .arg(all.help("Lists the items of all pages").help_heading("Pages"))
        .arg(limit.help("Lists the first N items, of as many pages as needed").help_heading("Pages"))
}

/// How much of a list is wanted.
enum Extent {
    Page,
    All,
    First(u64),
}

fn read_extent(matches: &ArgMatches) -> Result<Extent, CliError> {
    if matches!(matches.try_get_one::<bool>("all"), Ok(Some(true))) {
        return Ok(Extent::All);
    }
    let Some(limit) = matches.try_get_one::<String>("limit").ok().flatten() else { return Ok(Extent::Page) };
    let number = limit.parse().ok().filter(|number| *number > 0);
    let wrong = || CliError::usage(format!("`--limit`: expected a number above 0, found `{limit}`"));
    number.map(Extent::First).ok_or_else(wrong)
}

/// Runs the operation with the arguments that were typed.
pub(super) async fn run(
    session: &mut Session<'_>,
    parsed: &Parsed,
    matches: &ArgMatches,
) -> Result<(), CliError> {
    let result = run_call(session, parsed, matches).await;
    result.map_err(|error| explain_error(session, error))
}

async fn run_call(session: &mut Session<'_>, parsed: &Parsed, matches: &ArgMatches) -> Result<(), CliError> {
    let mut call = read_call(parsed.loaded, &parsed.flags, matches, &mut Inputs::new(session.io))?;
    fill_account(session.app, || session.profile(), &mut call)?;
    if !session.globals.unchecked {
        check_call(session.app, parsed, &call)?;
    }
    let extent = read_extent(matches)?;
    let mut printer = Printer::new(&session.globals.output, session.app.settings, session.io)?;
    printer.hide_secrets(&parsed.loaded.description);
    let settings = call_settings(session, &call);
    if session.globals.dry_run || session.globals.curl {
        let connection = session.connection_without_credentials()?;
        call.check_server(&connection)?;
        let (preview, removed) = preview_call(session, &call, &settings).await?;
        note_secrets(session, &removed);
        return print_preview(session, &mut printer, &preview);
    }
    confirm_call(session, &call, &settings).await?;
    let core = connect(session, &call)?;
    if let Some(key) =
        settings.idempotency_key.as_deref().filter(|_| session.globals.idempotency_key.is_none())
    {
        note_key(session.io, key);
    }
    let key = settings.idempotency_key.clone();
    match extent {
        _ if !call.is_list() => {
            let reply =
                run_interruptible(&session.io.interrupt, key.as_deref(), call.send(&core, &settings)).await?;
            note_reply(session, &reply);
            print_reply(session, &mut printer, reply)
        }
        Extent::Page => {
            let mut pages = call.pages(&core, &settings);
            let page = run_interruptible(&session.io.interrupt, None, pages.next_page()).await?;
            let Some(page) = page else { return Ok(()) };
            let more = pages.next_cursor().map(|cursor| continue_hint(&call, cursor));
            let PageReply { body, items } = page;
            printer.print_page(session.io, &body, &items, more.as_deref())
        }
        Extent::All => print_pages(session, &mut printer, &call, (&core, &settings), u64::MAX).await,
        Extent::First(limit) => print_pages(session, &mut printer, &call, (&core, &settings), limit).await,
    }
}

/// The client. Where the API needs no credential, there may be none.
fn connect(session: &mut Session<'_>, call: &Call) -> Result<Core, CliError> {
    call.check_server(&session.connection_without_credentials()?)?;
    let without = |session: &Session<'_>| {
        let connection = session.connection_without_credentials()?;
        Connector { app: session.app, connection }.core()
    };
    if call.loaded.operation.unauthenticated {
        return without(session);
    }
    match session.core() {
        Err(error) if error.exit == Exit::NotAuthenticated && !call.needs_credential(session.app.service) => {
            without(session)
        }
        result => result,
    }
}

/// What to add to the command for the next page.
fn continue_hint(call: &Call, cursor: &str) -> String {
    let paging = call.loaded.operation.paging.as_ref();
    let parameter = paging.map_or("after", |paging| paging.parameter.as_str());
    if parameter.is_empty() {
        "--all".to_owned()
    } else {
        format!("--{} {cursor}", crate::catalog::to_kebab_case(parameter))
    }
}

async fn print_pages(
    session: &mut Session<'_>,
    printer: &mut Printer,
    call: &Call,
    (core, settings): (&Core, &CallSettings),
    limit: u64,
) -> Result<(), CliError> {
    let mut pages = call.pages(core, settings);
    let mut count = 0;
    let shows_progress = session.io.stderr_is_terminal;
    let result = loop {
        let page = match run_interruptible(&session.io.interrupt, None, pages.next_page()).await {
            Ok(Some(page)) => page,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        };
        if shows_progress {
            // The line is cleared before anything else is printed, which may be on the same terminal.
            session.io.write_stderr("\r\u{1b}[K");
        }
        for item in page.items {
            if count == limit {
                break;
            }
            printer.print_item(session.io, &item)?;
            count += 1;
        }
        if count == limit {
            break Ok(());
        }
        if shows_progress && pages.has_more() {
            session.io.write_stderr(&format!("{count} items …"));
        }
    };
    if shows_progress {
        session.io.write_stderr("\r\u{1b}[K");
    }
    match result {
        Ok(()) => printer.finish(session.io, None),
        Err(error) => {
            printer.close_after_error(session.io)?;
            Err(error)
        }
    }
}

/// Reports what the description says is wrong, before anything is sent.
fn check_call(app: &App, parsed: &Parsed, call: &Call) -> Result<(), CliError> {
    let Err(problems) = call.check() else { return Ok(()) };
    let problems = SecretFilter::for_display(app.service.log.secrets).clean_problems(call, problems);
    let texts: Vec<String> = problems.iter().map(|problem| name_problem(&parsed.flags, problem)).collect();
    let summary = parsed.loaded.summary;
    let help = format!(
        "`{} {} {} --help` describes the arguments",
        app.settings.name, summary.group, summary.command
    );
    Err(CliError::usage(texts.join("; ")).hint(help))
}

/// Fills the account in where an operation requires one and no argument names it. An account that was given with the command is also
/// filled in where an operation takes one.
pub(crate) fn fill_account(
    app: &App,
    load_profile: impl FnOnce() -> Result<Profile, CliError>,
    call: &mut Call,
) -> Result<(), CliError> {
    let names = app.settings.account_parameters.iter().copied();
    let fields = call.argument_fields();
    let is_known = |name: &&str| fields.iter().any(|(known, _)| known == name);
    let Some(name) = names.clone().find(is_known) else { return Ok(()) };
    if names.clone().any(|name| call.argument(name).is_some()) {
        return Ok(());
    }
    let profile = load_profile()?;
    let is_required = fields.iter().any(|(known, is_required)| *known == name && *is_required);
    if let Some(account) = profile.account.filter(|_| is_required || profile.account_is_explicit) {
        call.arguments.insert(name.to_owned(), JsonValue::string(account));
    }
    Ok(())
}

/// The idempotency key is generated here and not by the client, so that it is known before anything is sent.
fn call_settings(session: &Session<'_>, call: &Call) -> CallSettings {
    let given = session.globals.idempotency_key.clone();
    let generated = || call.takes_key(session.app.service).then(|| uuid::Uuid::new_v4().to_string());
    CallSettings { idempotency_key: given.or_else(generated), max_attempts: None }
}
