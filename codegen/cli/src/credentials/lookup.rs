//! Finds the credentials of a command.

use std::path::PathBuf;

use openapi_client_runtime::Secret;

use super::{credential_file::CredentialFile, keyring::KeyringError};
use crate::{
    error::{CliError, Exit},
    io::Io,
    profiles::profile::{DEFAULT, Profile},
    program::App,
};

/// Where a credential was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Variable(&'static str),
    Keyring,
    File(PathBuf),
}

impl Source {
    /// Words for the person.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Variable(name) => format!("the environment variable {name}"),
            Self::Keyring => "the keyring".to_owned(),
            Self::File(path) => format!("the file {}", path.display()),
        }
    }
}

/// A credential with its place among those of the API.
pub(super) struct Found {
    pub(super) index: usize,
    pub(super) secret: Secret,
    pub(super) source: Source,
}

/// The credentials that requests can carry, with their indexes among those of the API.
///
/// # Errors
///
/// There is none; the file with them can be read by others, or is damaged.
pub(crate) fn find_credentials(
    app: &App,
    io: &Io,
    profile: &Profile,
) -> Result<Vec<(usize, Secret)>, CliError> {
    let found = locate_credentials(app, io, profile)?;
    Ok(found.into_iter().map(|found| (found.index, found.secret)).collect())
}

pub(super) fn locate_credentials(app: &App, io: &Io, profile: &Profile) -> Result<Vec<Found>, CliError> {
    let mut found = Vec::new();
    // Why the keyring failed. It is asked once then: each request may take long.
    let mut failure = None;
    for index in 0..app.service.credentials.len() {
        if let Some((variable, secret)) = read_variable(app, io, index) {
            found.push(Found { index, secret, source: Source::Variable(variable) });
            continue;
        }
        // Whoever sets the URL, such as a repository with its `.envrc`, must not get the key of another one.
        if profile.replaced_url.is_some() {
            continue;
        }
        let entry = entry_name(app, profile.environment_name(), &profile.name, index);
        if failure.is_none() {
            match io.keyring.read(app.settings.name, &entry) {
                Ok(Some(secret)) => {
                    found.push(Found { index, secret, source: Source::Keyring });
                    continue;
                }
                Ok(None) => {}
                Err(error) => failure = Some(error.reason().to_owned()),
            }
        }
        if let Some(file) = credential_file(io)
            && let Some(secret) = file.read(&entry)?
        {
            found.push(Found { index, secret, source: Source::File(file.path().to_owned()) });
        }
    }
    if found.is_empty() && !app.service.credentials.is_empty() {
        if let Some(place) = profile.replaced_url {
            return Err(unused_credential(app, place));
        }
        return Err(missing_credential(app, profile, failure.as_deref()));
    }
    Ok(found)
}

fn missing_credential(app: &App, profile: &Profile, keyring_failure: Option<&str>) -> CliError {
    let login = login_command(app, profile);
    let variable = variable_name(app, 0).map_or_else(String::new, |name| format!(", or set {name}"));
    let mut hint =
        format!("Store it in the keyring with `{login}`, in a file with `{login} --file`{variable}");
    if let Some(page) = app.settings.key_page {
        hint.push_str(&format!("\nKeys are made on {page}"));
    }
    if let Some(failure) = keyring_failure {
        hint.push_str(&format!("\nThe keyring was not read: {failure}"));
    }
    let message =
        format!("there is no API key for {} (profile `{}`)", profile.environment_name(), profile.name);
    CliError::new(Exit::NotAuthenticated, message).hint(hint)
}

/// There may be a stored credential, which is not for the URL.
fn unused_credential(app: &App, place: &str) -> CliError {
    let variable = variable_name(app, 0).map_or_else(String::new, |name| format!("Set {name}, or "));
    let message = format!("there is no API key for the URL in `{place}`: stored keys are not sent to it");
    CliError::new(Exit::NotAuthenticated, message).hint(format!("{variable}{}", describe_remedy(app, place)))
}

/// How to use a stored credential although a flag or variable replaces the URL.
fn describe_remedy(app: &App, place: &str) -> String {
    let program = app.settings.name;
    let (key, verb) = match place {
        "--server-url" => ("server_urls.N", "leave out"),
        "--base-url" => ("base_url", "leave out"),
        _ => ("base_url", "unset"),
    };
    format!(
        "{verb} `{place}`, or store a key for this URL: `{program} profile set NAME {key}=URL`, then \
         `{program} login --profile NAME` without `{place}`"
    )
}

/// Refuses to store a credential while a flag or variable replaces the URL for which it would be used.
pub(super) fn check_own_url(app: &App, profile: &Profile) -> Result<(), CliError> {
    let Some(place) = profile.replaced_url else { return Ok(()) };
    let message = format!("`{place}` replaces the URL of the profile, for which a key is stored");
    let remedy = describe_remedy(app, place);
    let mut chars = remedy.chars();
    let remedy: String =
        chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect();
    Err(CliError::usage(message).hint(remedy))
}

/// The command that stores a credential for this profile.
fn login_command(app: &App, profile: &Profile) -> String {
    let default = app.service.environments.first().map_or(DEFAULT, |first| first.name);
    let environment = profile.environment_name();
    let mut command = format!("{} login", app.settings.name);
    if profile.name != DEFAULT {
        command.push_str(&format!(" --profile {}", profile.name));
    } else if environment != default {
        command.push_str(&format!(" --{environment}"));
    }
    command
}

/// Adds to an error of the API that refused a credential where that credential was from, and how to replace it. Other errors, and
/// those with a hint, stay as they are.
pub(crate) fn explain_refusal(app: &App, io: &Io, profile: &Profile, error: CliError) -> CliError {
    let was_sent = error.details.as_ref().is_some_and(|details| details.get("status").is_some());
    if error.exit != Exit::NotAuthenticated || !was_sent || error.hint.is_some() {
        return error;
    }
    let Some(found) = locate_credentials(app, io, profile).ok().and_then(|found| found.into_iter().next())
    else {
        return error;
    };
    let place = format!("The key for {} is from {}", profile.environment_name(), found.source.describe());
    let remedy = match found.source {
        Source::Variable(name) => format!("correct or unset {name}"),
        Source::Keyring | Source::File(_) => format!("`{}` replaces it", login_command(app, profile)),
    };
    error.hint(format!("{place}; {remedy}"))
}

/// The environment variable of a credential.
pub(super) fn variable_name(app: &App, index: usize) -> Option<&'static str> {
    let only = (index == 0).then_some(app.service.api_key_variable);
    app.credential_variables.get(index).copied().or(only).filter(|name| !name.is_empty())
}

/// The value of the variable without what files and shells add to it.
pub(super) fn read_variable(app: &App, io: &Io, index: usize) -> Option<(&'static str, Secret)> {
    let name = variable_name(app, index)?;
    let value =
        io.variable(name)?.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    (!value.is_empty()).then(|| (name, Secret::from(value)))
}

/// The name of an entry in the keyring and the file. The profiles that exist without being set share the credential of the
/// environment, so that `--sandbox` and the profile `sandbox` mean the same.
pub(super) fn entry_name(app: &App, environment: &str, profile: &str, index: usize) -> String {
    let is_environment = app.service.environments.iter().any(|known| known.name == profile);
    let profile = if is_environment { DEFAULT } else { profile };
    let credential = app.service.credentials.get(index).map_or("key", |scheme| scheme.name);
    format!("{environment}/{profile}/{credential}")
}

pub(super) fn credential_file(io: &Io) -> Option<CredentialFile> {
    io.config_folder.as_deref().map(CredentialFile::new)
}

/// Deletes the credentials of a profile in all environments.
pub(crate) fn delete_credentials(app: &App, io: &Io, profile: &str) -> Result<(), CliError> {
    let names = app.service.environments.iter().map(|environment| environment.name);
    for environment in names.chain(app.service.environments.is_empty().then_some(DEFAULT)) {
        for index in 0..app.service.credentials.len() {
            delete_entry(app, io, &entry_name(app, environment, profile, index))?;
        }
    }
    Ok(())
}

/// Deletes an entry wherever it is, and says where it was.
///
/// # Errors
///
/// The file cannot be changed, or the keyring failed and may still have the entry.
pub(super) fn delete_entry(app: &App, io: &Io, entry: &str) -> Result<Vec<Source>, CliError> {
    let in_keyring = io.keyring.delete(app.settings.name, entry);
    let mut deleted = Vec::new();
    if let Some(file) = credential_file(io)
        && file.delete(entry)?
    {
        deleted.push(Source::File(file.path().to_owned()));
    }
    match in_keyring {
        Ok(true) => deleted.push(Source::Keyring),
        Ok(false) | Err(KeyringError::Missing(_)) => {}
        Err(KeyringError::Failed(reason)) => {
            let message = format!("cannot delete the key from the keyring: {reason}");
            return Err(
                CliError::new(Exit::Io, message).hint("Unlock the keyring, and run the command again")
            );
        }
    }
    Ok(deleted)
}
