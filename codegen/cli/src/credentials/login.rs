//! `login`: reads a credential, checks it, and stores it.

use clap::{Arg, ArgAction, ArgMatches, Command};
use openapi_client_description::JsonValue;
use openapi_client_runtime::Secret;

use super::{
    keyring::KeyringError,
    lookup::{Source, check_own_url, credential_file, entry_name, read_variable, variable_name},
};
use crate::{
    call::{Call, CallSettings, ReplyBody},
    error::{CliError, Exit},
    io::Io,
    output::escape_line,
    profiles::profile::{Profile, load_profile},
    program::{App, Connection},
    prompt::read_secret,
    session::Session,
};

/// The command `login`.
pub(crate) fn build_login(app: &'static App) -> Command {
    let program = app.settings.name;
    let mut command = Command::new("login")
        .about("Store an API key in the keyring")
        .long_about(format!(
            "Reads an API key without showing it, or the first line of standard input, checks it, and stores it in the keyring \
             of the operating system. Each environment and profile has its own key. Without a keyring, the key is stored in a \
             file that only you can read.\n\nA key is never an argument: arguments are in the history of the shell.\n\n    \
             {program} login < key.txt"
        ))
        .arg(flag("file", "Store the key in a file that only you can read, instead of the keyring"))
        .arg(flag("no-check", "Store the key without sending a request"))
        .arg(flag("with-token", "Read the key from standard input, as without a terminal").hide(true));
    if app.service.credentials.len() > 1 {
        let names = app.service.credentials.iter().map(|scheme| scheme.name);
        let credential = Arg::new("credential").long("credential").value_name("NAME");
        command = command
            .arg(credential.value_parser(names.collect::<Vec<_>>()).help("The credential, if not the first"));
    }
    command
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// Runs `login`.
pub(crate) async fn run_login(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let app = session.app;
    let profile = load_profile(app, session.io, &session.globals)?;
    let name = matches.try_get_one::<String>("credential").ok().flatten();
    let index = name.and_then(|name| app.service.credentials.iter().position(|scheme| scheme.name == name));
    let index = index.unwrap_or(0);
    if app.service.credentials.is_empty() {
        return Err(CliError::usage("this API has no credentials"));
    }
    check_own_url(app, &profile)?;
    if matches.get_flag("with-token") {
        session.io.stdin_is_terminal = false;
    }
    if let Some(page) = app.settings.key_page.filter(|_| session.io.stdin_is_terminal) {
        session.io.write_stderr(&format!("Keys are made on {page}\n"));
    }
    let question = format!("API key for {}, which is not shown", profile.environment_name());
    let secret = read_secret(session.io, &question).map_err(|error| match error.exit {
        Exit::Usage => {
            let program = app.settings.name;
            error.hint(format!(
                "Type the key on a terminal, or pass it as the only line: `{program} login < FILE`"
            ))
        }
        _ => error,
    })?;
    let identity = if matches.get_flag("no-check") {
        Identity::NotChecked
    } else {
        check_key(session, &profile, index, &secret).await?
    };
    let entry = entry_name(app, profile.environment_name(), &profile.name, index);
    let source = store_secret(app, session.io, &entry, &secret, matches.get_flag("file"))?;
    let whose = match identity {
        Identity::NotChecked => " (the key was not checked)".to_owned(),
        Identity::Unnamed => String::new(),
        Identity::Named(name) => format!(" as {}", escape_line(&name)),
    };
    session.io.write_stderr(&format!(
        "Logged in to {}{whose}, profile `{}`. The key is in {}.\n",
        profile.environment_name(),
        profile.name,
        source.describe()
    ));
    if let Some((variable, _)) = read_variable(app, session.io, index) {
        let note = format!("Note: {variable} is set, and commands use its value as long as it is.\n");
        session.io.write_stderr(&note);
    }
    Ok(())
}

/// What the API says about a key.
enum Identity {
    NotChecked,
    /// The key is valid.
    Unnamed,
    Named(String),
}

/// Calls the operation that tells whose key it is.
async fn check_key(
    session: &mut Session<'_>,
    profile: &Profile,
    index: usize,
    secret: &Secret,
) -> Result<Identity, CliError> {
    let mut connection = session.connection_without_credentials()?;
    connection.credentials = vec![(index, secret.clone())];
    let checked = fetch_identity(session, connection).await;
    let environment = profile.environment_name();
    match checked {
        Ok(None) => Ok(Identity::NotChecked),
        Ok(Some(body)) => Ok(find_name(&body).map_or(Identity::Unnamed, Identity::Named)),
        // The key is valid and lacks the permission for this operation.
        Err(error) if is_status(&error, 403) => Ok(Identity::Unnamed),
        Err(error) if error.exit == Exit::NotAuthenticated => {
            let others = session.app.service.environments.iter().filter(|other| other.name != environment);
            let others: Vec<_> = others.map(|other| format!("`--{}`", other.name)).collect();
            let hint = if others.is_empty() {
                "Copy the whole key".to_owned()
            } else {
                format!("Copy the whole key. Keys of other environments need {}", others.join(" or "))
            };
            let message =
                format!("{environment} does not accept this key; nothing was stored: {}", error.message);
            Err(CliError { message, ..error }.hint(hint))
        }
        Err(error) => {
            let message = format!("cannot check the key; nothing was stored: {}", error.message);
            Err(CliError { message, ..error }.hint("`--no-check` stores it without a request"))
        }
    }
}

fn is_status(error: &CliError, status: u16) -> bool {
    error.details.as_ref().and_then(|details| details.get("status")?.as_number::<u16>()) == Some(status)
}

/// The response of the operation that tells whose credential it is; `None` if the API has no such operation.
pub(super) async fn fetch_identity(
    session: &Session<'_>,
    connection: Connection,
) -> Result<Option<JsonValue>, CliError> {
    let Some(operation) = session.app.settings.identity else { return Ok(None) };
    let Some(summary) = session.catalog.find_operation(operation) else { return Ok(None) };
    let call = Call::new(session.catalog.load(summary)?);
    let core = (session.app.connect)(connection).map_err(CliError::from)?;
    let settings = CallSettings::default();
    let reply = tokio::select! {
        reply = call.send(&core, &settings) => reply?,
        // Reading a hidden key may have replaced the default of Ctrl-C, which ends the process.
        _ = tokio::signal::ctrl_c() => return Err(CliError::new(Exit::Interrupted, "interrupted")),
    };
    match reply.body {
        ReplyBody::Json(value) => Ok(Some(value)),
        _ => Ok(Some(JsonValue::Null)),
    }
}

/// The name of the person or account, with its id.
fn find_name(body: &JsonValue) -> Option<String> {
    let find = |names: &[&str]| {
        let texts = names.iter().filter_map(|name| body.get(name)?.as_str());
        texts.map(str::to_owned).find(|text| !text.is_empty())
    };
    match (find(&["name", "title", "username", "email"]), find(&["id"])) {
        (Some(name), Some(id)) => Some(format!("{name} ({id})")),
        (name, id) => name.or(id),
    }
}

/// Stores a secret in one place, and deletes it in the other: the first that has one is used.
fn store_secret(
    app: &App,
    io: &mut Io,
    entry: &str,
    secret: &Secret,
    in_file: bool,
) -> Result<Source, CliError> {
    if !in_file {
        match io.keyring.write(app.settings.name, entry, secret) {
            Ok(()) => {
                if let Some(file) = credential_file(io) {
                    file.delete(entry)?;
                }
                return Ok(Source::Keyring);
            }
            Err(error) => io.write_stderr(&format!("Note: the keyring was not used: {}.\n", error.reason())),
        }
    }
    let Some(file) = credential_file(io) else {
        let variable = variable_name(app, 0).unwrap_or_default();
        return Err(CliError::usage("there is no folder for the configuration of this user")
            .hint(format!("Set the variable HOME, or pass the key in {variable}")));
    };
    if let Err(KeyringError::Failed(reason)) = io.keyring.delete(app.settings.name, entry) {
        let note = "Note: if the keyring has an older key, it is used before this one; it was not deleted";
        io.write_stderr(&format!("{note}: {reason}.\n"));
    }
    file.write(entry, secret)?;
    Ok(Source::File(file.path().to_owned()))
}
