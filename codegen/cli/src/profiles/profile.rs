//! The profile of a command: the environment, base URL, API version and account that a command uses unless it says otherwise.
//!
//! Each value is that of the flag, of the environment variable of the API, of the profile, or the default, in this order. A flag
//! or variable that selects the environment also discards a base URL that comes later in this order, and the account of a profile
//! with another environment: they belong to that one.

use openapi_client_runtime::{__private::validate_base_url, Environment};

use super::config_file::{Config, ConfigFile, StoredProfile};
use crate::{
    catalog::find_nearest, error::CliError, io::Io, output::escape_line, program::App, session::GlobalOptions,
};

/// The profile that exists without being set.
pub(crate) const DEFAULT: &str = "default";

/// What a command uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// The name of the profile.
    pub(crate) name: String,
    /// `None` if the API has no environments.
    pub(crate) environment: Option<Environment>,
    /// `None`: that of the environment.
    pub(crate) base_url: Option<String>,
    /// The flag or variable with a URL other than that of the profile and environment. Stored credentials are not sent there.
    pub(crate) replaced_url: Option<&'static str>,
    /// The URLs of the environment's other servers, with their indexes.
    pub(crate) server_urls: Vec<(usize, String)>,
    /// `None`: that of the description.
    pub(crate) api_version: Option<String>,
    /// The account for which commands are run.
    pub(crate) account: Option<String>,
    /// Whether the account was given with the command, and is not that of the profile.
    pub(crate) account_is_explicit: bool,
}

impl Profile {
    /// The name of the environment.
    pub(crate) fn environment_name(&self) -> &'static str {
        self.environment.map_or(DEFAULT, |environment| environment.name)
    }
}

/// Finds out what a command uses.
///
/// # Errors
///
/// The file with the profiles is invalid, the profile or environment is unknown, or the base URL is invalid.
pub(crate) fn load_profile(app: &App, io: &Io, globals: &GlobalOptions) -> Result<Profile, CliError> {
    let config = read_config(io)?;
    let (name, place) = select_name(app, io, globals, &config);
    let stored = find_stored(app, &config, &name).map_err(|error| {
        let message = place.map_or(error.message.clone(), |place| format!("{place}: {}", error.message));
        CliError { message, ..error }
    })?;
    let service = app.service;
    let find = |variable: Option<&'static str>| Some((variable?, io.variable(variable?)?));

    let (environment, environment_rank) = match (globals.environment, find(service.environment_variable)) {
        (Some(environment), _) => (Some(environment), 0),
        (None, Some((variable, name))) => {
            let found = find_environment(app, name);
            (
                Some(found.map_err(|error| CliError {
                    message: format!("{variable}: {}", error.message),
                    ..error
                })?),
                1,
            )
        }
        (None, None) => match &stored.environment {
            Some(name) => (Some(find_environment(app, name)?), 2),
            None => (service.environments.first().copied(), 3),
        },
    };
    let base_urls = [
        globals.base_url.as_deref().map(|url| ("--base-url", url)),
        find(service.base_url_variable),
        stored.base_url.as_deref().map(|url| ("base_url", url)),
    ];
    let mut base_urls = base_urls.into_iter().enumerate().filter(|(rank, _)| *rank <= environment_rank);
    let chosen = base_urls.find_map(|(_, url)| url);
    let base_url = chosen.map(|(place, url)| check_base_url(place, url)).transpose()?;
    // Those of the profile, as its base URL.
    let stored_urls = stored.server_urls.iter().filter(|_| environment_rank >= 2);
    let server_urls = stored_urls.map(|(index, url)| {
        let place = format!("server_urls.{index}");
        Ok((check_server_index(app, index)?, check_base_url(&place, url)?))
    });
    let server_urls = server_urls.collect::<Result<Vec<_>, CliError>>()?;
    let own_url = stored.base_url.as_deref().filter(|_| environment_rank >= 2);
    let own_server = |index: usize| environment?.servers.get(index).copied();
    let own_url = own_url.or_else(|| own_server(0));
    let is_replaced = |url: &str| own_url.is_none_or(|own| !is_same_url(own, url));
    let replaced_url = chosen.zip(base_url.as_deref()).filter(|((place, _), url)| {
        // The URL of the profile is its own, and may be given again.
        *place != "base_url" && is_replaced(url)
    });
    let replaced_server = globals.server_urls.iter().any(|(index, given)| {
        let stored = server_urls.iter().find(|(other, _)| other == index).map(|(_, url)| url.as_str());
        stored.or_else(|| own_server(*index)).is_none_or(|own| !is_same_url(own, given))
    });
    let replaced_url =
        replaced_url.map(|((place, _), _)| place).or(replaced_server.then_some("--server-url"));
    // An account exists in one environment only.
    let own_environment = match &stored.environment {
        Some(name) => find_environment(app, name).ok(),
        None => service.environments.first().copied(),
    };
    let stored_account = stored.account.filter(|_| environment == own_environment);
    let api_version = globals.api_version.as_deref().or_else(|| Some(find(service.version_variable)?.1));
    Ok(Profile {
        name,
        environment,
        replaced_url,
        base_url,
        server_urls,
        api_version: api_version.map(str::to_owned).or(stored.api_version),
        account_is_explicit: globals.account.is_some(),
        account: globals.account.clone().or(stored_account),
    })
}

/// The name of the variable that selects the profile.
fn profile_variable(app: &App) -> String {
    let name = app
        .settings
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    format!("{}_PROFILE", name.collect::<String>())
}

/// The name of the profile, and what selects it.
pub(super) fn select_name(
    app: &App,
    io: &Io,
    globals: &GlobalOptions,
    config: &Config,
) -> (String, Option<String>) {
    if let Some(name) = &globals.profile {
        return (name.clone(), Some("--profile".to_owned()));
    }
    let variable = profile_variable(app);
    if let Some(name) = io.variable(&variable) {
        return (name.to_owned(), Some(variable));
    }
    (config.profile.clone().unwrap_or_else(|| DEFAULT.to_owned()), None)
}

pub(super) fn read_config(io: &Io) -> Result<Config, CliError> {
    io.config_folder.as_deref().map_or_else(|| Ok(Config::default()), |folder| ConfigFile::new(folder).read())
}

/// What a profile sets. The profile `default`, and one for each environment, exist without being set.
pub(super) fn find_stored(app: &App, config: &Config, name: &str) -> Result<StoredProfile, CliError> {
    let environment = app.service.environments.iter().find(|environment| environment.name == name);
    if let Some(stored) = config.profiles.get(name) {
        let mut stored = stored.clone();
        stored.environment = stored.environment.or_else(|| environment.map(|found| found.name.to_owned()));
        return Ok(stored);
    }
    if let Some(environment) = environment {
        return Ok(StoredProfile {
            environment: Some(environment.name.to_owned()),
            ..StoredProfile::default()
        });
    }
    if name == DEFAULT {
        return Ok(StoredProfile::default());
    }
    let names = list_names(app, config);
    let nearest = find_nearest(name, names.iter().map(String::as_str));
    let program = app.settings.name;
    Err(CliError::usage(format!("there is no profile `{}`", escape_line(name))).hint(match nearest {
        Some(nearest) => format!("Did you mean `{nearest}`?"),
        None => format!("`{program} profile list` lists them, `{program} profile set NAME` makes one"),
    }))
}

/// The names of all profiles: those that were set, `default`, and the environments.
pub(super) fn list_names(app: &App, config: &Config) -> Vec<String> {
    let mut names = vec![DEFAULT.to_owned()];
    names.extend(app.service.environments.iter().map(|environment| environment.name.to_owned()));
    let set = config.profiles.keys().filter(|name| !names.contains(name)).cloned().collect::<Vec<_>>();
    names.extend(set);
    names
}

/// The names of all profiles, for completions. Without a valid file these are fewer.
pub(crate) fn list_profile_names(app: &App, io: &Io) -> Vec<String> {
    list_names(app, &read_config(io).unwrap_or_default())
}

/// The environment with this name.
pub(crate) fn find_environment(app: &App, name: &str) -> Result<Environment, CliError> {
    let environments = app.service.environments;
    let found = environments.iter().find(|environment| environment.name.eq_ignore_ascii_case(name));
    found.copied().ok_or_else(|| {
        let known: Vec<_> = environments.iter().map(|environment| environment.name).collect();
        CliError::usage(format!("unknown environment `{}`", escape_line(name)))
            .hint(format!("The environments are: {}", known.join(", ")))
    })
}

pub(super) fn check_base_url(place: &str, url: &str) -> Result<String, CliError> {
    let checked = validate_base_url(url.trim());
    checked.map(str::to_owned).map_err(|error| CliError::usage(format!("{place}: {error}")))
}

/// Whether two URLs lead to the same place: the case of scheme and host, a default port and a slash at the end do not matter.
fn is_same_url(one: &str, other: &str) -> bool {
    let split = |url: &str| {
        let uri: http::Uri = url.parse().ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let default_port = if scheme == "http" { 80 } else { 443 };
        // A user or password would be part of the authority.
        let has_user = uri.authority()?.as_str().contains('@');
        let host = uri.host().filter(|_| !has_user)?.to_ascii_lowercase();
        let rest = uri.path_and_query().map_or("", |rest| rest.as_str().trim_end_matches('/')).to_owned();
        Some((scheme, host, uri.port_u16().unwrap_or(default_port), rest))
    };
    let parts = split(one);
    one.trim_end_matches('/') == other.trim_end_matches('/') || parts.is_some() && parts == split(other)
}

/// The largest number of servers of an environment.
pub(super) fn count_servers(app: &App) -> usize {
    app.service.environments.iter().map(|environment| environment.servers.len()).max().unwrap_or(1)
}

/// The index of a server other than the first, whose URL is the base URL.
pub(super) fn check_server_index(app: &App, text: &str) -> Result<usize, CliError> {
    let count = count_servers(app);
    let index = text.parse().ok().filter(|index| (1..count).contains(index));
    index.ok_or_else(|| {
        let known = match count {
            0 | 1 => "the API has one server, whose URL is `base_url`".to_owned(),
            2 => "the API has one other server, with the index 1".to_owned(),
            _ => format!("the indexes of the other servers are 1 to {}", count - 1),
        };
        CliError::usage(format!("`server_urls.{}`: {known}", escape_line(text)))
    })
}
