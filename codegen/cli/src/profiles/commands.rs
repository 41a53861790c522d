//! The commands `profile list`, `use`, `set`, `show`, `delete` and `current`.

use clap::{Arg, ArgMatches, Command};
use openapi_client_description::JsonValue;

use super::{
    config_file::{ConfigFile, StoredProfile, server_index},
    profile::{
        DEFAULT, check_base_url, check_server_index, count_servers, find_environment, find_stored,
        list_names, read_config, select_name,
    },
};
use crate::{
    credentials::lookup::delete_credentials,
    error::CliError,
    io::Io,
    output::{Printer, escape_line},
    program::App,
    session::Session,
};

/// The command `profile`.
pub(crate) fn build_command(app: &'static App) -> Command {
    let name = || Arg::new("name").value_name("NAME");
    let environments: Vec<_> = app.service.environments.iter().map(|environment| environment.name).collect();
    let set_help = format!(
        "Values are `environment` ({}), `base_url`, `api_version` and `account`{}. `KEY=` removes one",
        environments.join(", "),
        if count_servers(app) > 1 { ", and `server_urls.1` for the second server" } else { "" }
    );
    Command::new("profile")
        .about("Switch between environments and accounts")
        .long_about(
            "A profile sets the environment, base URL, API version and account of commands, and has its own credential.\n\
             The profile `default`, and one for each environment, exist without being set. Flags and environment variables \
             take precedence over the profile.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Command::new("list").about("List the profiles"))
        .subcommand(Command::new("current").about("Print the name of the profile in use"))
        .subcommand(Command::new("use").about("Use a profile from now on").arg(name().required(true)))
        .subcommand(
            Command::new("set")
                .about("Make a profile, or change its values")
                .arg(name().required(true))
                .arg(Arg::new("values").value_name("KEY=VALUE").num_args(0..).help(set_help)),
        )
        .subcommand(Command::new("show").about("Show the values of a profile").arg(name()))
        .subcommand(
            Command::new("delete").about("Delete a profile and its credential").arg(name().required(true)),
        )
}

/// Runs one of the commands.
pub(crate) async fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let Some((command, matches)) = matches.subcommand() else {
        return Err(CliError::usage("`profile` needs a command, such as `list`"));
    };
    let name = matches.try_get_one::<String>("name").ok().flatten();
    match (command, name) {
        ("use", Some(name)) => use_profile(session, name),
        ("set", Some(name)) => {
            let values = matches.get_many::<String>("values").into_iter().flatten();
            set_values(session, name, &values.map(String::as_str).collect::<Vec<_>>())
        }
        ("show", name) => show_profile(session, name),
        ("delete", Some(name)) => delete_profile(session, name),
        ("current", _) => {
            let name = current_name(session)?;
            session.io.write_stdout(&format!("{}\n", escape_line(&name)))?;
            session.io.flush_stdout()
        }
        _ => list_profiles(session),
    }
}

fn open_config(io: &Io) -> Result<ConfigFile, CliError> {
    let folder = io.config_folder.as_deref().ok_or_else(|| {
        CliError::usage("there is no folder for the configuration of this user").hint("Set the variable HOME")
    })?;
    Ok(ConfigFile::new(folder))
}

fn current_name(session: &Session<'_>) -> Result<String, CliError> {
    let config = read_config(session.io)?;
    Ok(select_name(session.app, session.io, &session.globals, &config).0)
}

fn list_profiles(session: &mut Session<'_>) -> Result<(), CliError> {
    let config = read_config(session.io)?;
    let current = current_name(session)?;
    let mut rows = Vec::new();
    for name in list_names(session.app, &config) {
        let stored = find_stored(session.app, &config, &name)?;
        let mut row = vec![
            ("name".to_owned(), JsonValue::string(name.as_str())),
            ("current".to_owned(), JsonValue::Bool(name == current)),
        ];
        row.extend(to_properties(&stored));
        rows.push(JsonValue::Object(row));
    }
    let mut printer = Printer::new(&session.globals.output, session.app.settings, session.io)?;
    printer.print_value(session.io, &JsonValue::List(rows))
}

fn to_properties(stored: &StoredProfile) -> Vec<(String, JsonValue)> {
    let values = stored.values().into_iter();
    values.map(|(key, value)| (key.to_owned(), value.map_or(JsonValue::Null, JsonValue::string))).collect()
}

fn show_profile(session: &mut Session<'_>, name: Option<&String>) -> Result<(), CliError> {
    let config = read_config(session.io)?;
    let name = name.map_or_else(|| current_name(session), |name| Ok(name.clone()))?;
    let stored = find_stored(session.app, &config, &name)?;
    let mut object = vec![("name".to_owned(), JsonValue::string(name))];
    object.extend(to_properties(&stored));
    let mut printer = Printer::new(&session.globals.output, session.app.settings, session.io)?;
    printer.print_value(session.io, &JsonValue::Object(object))
}

fn use_profile(session: &mut Session<'_>, name: &str) -> Result<(), CliError> {
    let app = session.app;
    open_config(session.io)?.change(|config| {
        find_stored(app, config, name)?;
        config.profile = (name != DEFAULT).then(|| name.to_owned());
        Ok(())
    })?;
    session.io.write_stderr(&format!("Commands now use the profile `{name}`.\n"));
    let selected = current_name(session)?;
    if selected != name {
        let note = "This command line or an environment variable selects another one";
        session.io.write_stderr(&format!("{note}: `{}`.\n", escape_line(&selected)));
    }
    Ok(())
}

fn set_values(session: &mut Session<'_>, name: &str, values: &[&str]) -> Result<(), CliError> {
    let is_name_char = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(is_name_char) {
        return Err(CliError::usage(
            "the name of a profile has letters, digits, `-`, `_` and `.`, at most 64",
        ));
    }
    let app = session.app;
    let file = open_config(session.io)?;
    file.change(|config| {
        let stored = config.profiles.entry(name.to_owned()).or_default();
        values.iter().try_for_each(|value| set_value(app, stored, value))
    })?;
    session.io.write_stderr(&format!("The profile `{name}` is in {}.\n", file.path().display()));
    Ok(())
}

fn set_value(app: &App, stored: &mut StoredProfile, assignment: &str) -> Result<(), CliError> {
    let known = || format!("The values are: {}", StoredProfile::KEYS.join(", "));
    let Some((key, value)) = assignment.split_once('=') else {
        return Err(CliError::usage(format!("`{}` is not KEY=VALUE", escape_line(assignment))).hint(known()));
    };
    let key = key.replace('-', "_");
    let server = server_index(&key);
    if let Some(index) = server {
        check_server_index(app, index)?;
    }
    let value = match (key.as_str(), value.trim()) {
        (_, "") => None,
        ("environment", name) => Some(find_environment(app, name)?.name.to_owned()),
        (key, url) if key == "base_url" || server.is_some() => Some(check_base_url(key, url)?),
        (key, text) if text.chars().any(|c| c.is_control() || c.is_whitespace()) => {
            let message = format!("`{}` must not contain spaces or control characters", escape_line(key));
            return Err(CliError::usage(message));
        }
        (_, text) => Some(text.to_owned()),
    };
    if stored.set(&key, value) {
        return Ok(());
    }
    Err(CliError::usage(format!("a profile has no value `{}`", escape_line(&key))).hint(known()))
}

fn delete_profile(session: &mut Session<'_>, name: &str) -> Result<(), CliError> {
    let app = session.app;
    let existed = open_config(session.io)?.change(|config| {
        if !config.profiles.contains_key(name) {
            // An error with what was probably meant, or none for a profile that exists without being set.
            find_stored(app, config, name)?;
        }
        if config.profile.as_deref() == Some(name) {
            config.profile = None;
        }
        Ok(config.profiles.remove(name).is_some())
    })?;
    if !existed {
        let message = format!("the profile `{}` was not set: it always exists", escape_line(name));
        return Err(CliError::usage(message).hint("To delete its credential, run `logout` with it"));
    }
    // The credentials of these profiles are those of the environment, see `entry_name`.
    let is_permanent = name == DEFAULT || app.service.environments.iter().any(|found| found.name == name);
    if !is_permanent {
        delete_credentials(app, session.io, name)?;
    }
    session.io.write_stderr(&format!("The profile `{}` is deleted.\n", escape_line(name)));
    Ok(())
}
