//! What a command gets: the program, its options, and the way to the API.

use std::{cell::OnceCell, future::Future, time::Duration};

use openapi_client_runtime::{__private::Core, Environment};

use crate::{
    catalog::Catalog,
    credentials::lookup::find_credentials,
    error::{CliError, Exit},
    io::Io,
    output::OutputOptions,
    profiles::profile::{Profile, load_profile},
    program::{App, Connection},
};

/// What a command gets.
pub(crate) struct Session<'a> {
    pub(crate) app: &'static App,
    pub(crate) catalog: Catalog,
    pub(crate) globals: GlobalOptions,
    pub(crate) io: &'a mut Io,
    profile: OnceCell<Profile>,
}

/// The options of every command, which may be before and after it.
#[derive(Clone, Debug, Default)]
pub(crate) struct GlobalOptions {
    /// `--profile`
    pub(crate) profile: Option<String>,
    /// `--environment`, or the flag with the name of an environment.
    pub(crate) environment: Option<Environment>,
    /// `--api-version`
    pub(crate) api_version: Option<String>,
    /// `--base-url`
    pub(crate) base_url: Option<String>,
    /// `--account`: replaces that of the profile.
    pub(crate) account: Option<String>,
    /// `--server-url`: the URLs of the servers after the first one.
    pub(crate) server_urls: Vec<(usize, String)>,
    /// `--output`, `--jq`, `--raw-output`, `--columns` (split at the commas), `--color`
    pub(crate) output: OutputOptions,
    /// `--yes`
    pub(crate) yes: bool,
    /// `--dry-run`
    pub(crate) dry_run: bool,
    /// `--curl`
    pub(crate) curl: bool,
    /// `--idempotency-key`
    pub(crate) idempotency_key: Option<String>,
    /// `--timeout`: of each attempt.
    pub(crate) timeout: Option<Duration>,
    /// `--verbose`
    pub(crate) verbose: bool,
    /// `--unchecked`
    pub(crate) unchecked: bool,
}

impl<'a> Session<'a> {
    pub(crate) fn new(app: &'static App, catalog: Catalog, globals: GlobalOptions, io: &'a mut Io) -> Self {
        Self { app, catalog, globals, io, profile: OnceCell::new() }
    }
}

impl Session<'_> {
    /// What a client is built from: the options of the command, the environment variables, the profile, and its credentials.
    pub(crate) fn connection(&mut self) -> Result<Connection, CliError> {
        let profile = self.profile()?;
        let credentials = find_credentials(self.app, self.io, &profile)?;
        Ok(Connection { credentials, ..self.connect_as(profile) })
    }

    /// The same without reading a credential, for what is not sent.
    pub(crate) fn connection_without_credentials(&self) -> Result<Connection, CliError> {
        Ok(self.connect_as(self.profile()?))
    }

    /// What the command uses unless its arguments say otherwise. The files are read once.
    pub(crate) fn profile(&self) -> Result<Profile, CliError> {
        if let Some(profile) = self.profile.get() {
            return Ok(profile.clone());
        }
        let profile = load_profile(self.app, self.io, &self.globals)?;
        Ok(self.profile.get_or_init(|| profile).clone())
    }

    fn connect_as(&self, profile: Profile) -> Connection {
        Connection {
            environment: profile.environment,
            base_url: profile.base_url,
            // The client uses the last one of an index.
            server_urls: profile
                .server_urls
                .into_iter()
                .chain(self.globals.server_urls.iter().cloned())
                .collect(),
            api_version: profile.api_version,
            timeout: self.globals.timeout,
            user_agent: Some(self.app.settings.name.to_owned()),
            ..Connection::default()
        }
    }

    /// The client.
    pub(crate) fn core(&mut self) -> Result<Core, CliError> {
        let connection = self.connection()?;
        (self.app.connect)(connection).map_err(CliError::from)
    }
}

/// Runs a command on this thread.
pub(crate) fn block_on<T>(command: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime
        .map_err(|error| CliError::new(Exit::Api, format!("cannot start the async runtime: {error}")))?;
    runtime.block_on(command)
}
