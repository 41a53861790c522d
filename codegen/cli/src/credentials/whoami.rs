//! `whoami` and `logout`.

use clap::{ArgMatches, Command};
use openapi_client_description::JsonValue;

use super::{
    login::fetch_identity,
    lookup::{Source, delete_entry, entry_name, explain_refusal, locate_credentials, read_variable},
};
use crate::{
    error::CliError, output::Printer, profiles::profile::load_profile, program::App, session::Session,
};

/// The command `whoami`.
pub(crate) fn build_whoami(_: &'static App) -> Command {
    Command::new("whoami").about("Show whose credential is used, where it is from, and the profile").long_about(
        "Shows the profile with its environment, where the credential is from, and who the API says is its owner. The \
         credential itself is never shown.",
    )
}

/// The command `logout`.
pub(crate) fn build_logout(_: &'static App) -> Command {
    Command::new("logout").about("Delete the stored credential of the profile and environment")
}

/// Runs `whoami`.
pub(crate) async fn run_whoami(session: &mut Session<'_>, _: &ArgMatches) -> Result<(), CliError> {
    let mut printer = Printer::new(&session.globals.output, session.app.settings, session.io)?;
    let profile = load_profile(session.app, session.io, &session.globals)?;
    let found = locate_credentials(session.app, session.io, &profile)?;
    let schemes = session.app.service.credentials;
    let mut properties = vec![
        ("profile".to_owned(), JsonValue::string(profile.name.as_str())),
        ("environment".to_owned(), JsonValue::string(profile.environment_name())),
    ];
    let optional = [
        ("base_url", &profile.base_url),
        ("api_version", &profile.api_version),
        ("account", &profile.account),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            properties.push((name.to_owned(), JsonValue::string(value.as_str())));
        }
    }
    for found in &found {
        let scheme = schemes.get(found.index).filter(|_| schemes.len() > 1);
        let name = scheme.map_or("credential".to_owned(), |scheme| format!("credential_{}", scheme.name));
        properties.push((name, JsonValue::string(found.source.describe())));
    }
    let mut connection = session.connection_without_credentials()?;
    connection.credentials = found.into_iter().map(|found| (found.index, found.secret)).collect();
    let identity = fetch_identity(session, connection).await;
    let identity = identity.map_err(|error| explain_refusal(session.app, session.io, &profile, error))?;
    if let Some(identity) = identity {
        properties.push(("identity".to_owned(), select_identity(session.app, &identity)));
    }
    printer.print_value(session.io, &JsonValue::Object(properties))
}

/// What identifies the owner: the properties that tables show first. The operation itself shows all of them.
fn select_identity(app: &App, identity: &JsonValue) -> JsonValue {
    let names = app.settings.columns.iter();
    let known = names.filter_map(|name| Some((*name, identity.get(name)?)));
    let scalars = known.filter(|(_, value)| !matches!(value, JsonValue::List(_) | JsonValue::Object(_)));
    let selected: Vec<_> = scalars.map(|(name, value)| (name.to_owned(), value.clone())).collect();
    if selected.is_empty() { identity.clone() } else { JsonValue::Object(selected) }
}

/// Runs `logout`.
pub(crate) async fn run_logout(session: &mut Session<'_>, _: &ArgMatches) -> Result<(), CliError> {
    let app = session.app;
    let profile = load_profile(app, session.io, &session.globals)?;
    let mut deleted = Vec::new();
    for index in 0..app.service.credentials.len() {
        let entry = entry_name(app, profile.environment_name(), &profile.name, index);
        deleted.extend(delete_entry(app, session.io, &entry)?);
    }
    let whose = format!("{} (profile `{}`)", profile.environment_name(), profile.name);
    let places: Vec<_> = deleted.iter().map(Source::describe).collect();
    session.io.write_stderr(&if places.is_empty() {
        format!("No key of {whose} was stored.\n")
    } else {
        format!("The key of {whose} is deleted from {}.\n", places.join(" and "))
    });
    for index in 0..app.service.credentials.len() {
        if let Some((variable, _)) = read_variable(app, session.io, index) {
            session.io.write_stderr(&format!("Note: {variable} is still set, and commands use its value.\n"));
        }
    }
    Ok(())
}
