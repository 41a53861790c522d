//! The settings of a client builder, and their validation.

use std::{
    env, fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, USER_AGENT},
};

#[cfg(feature = "rate-limit")]
use crate::client::rate_limit::{RateLimit, RateLimitSetting};
use crate::{
    client::budget::Budget,
    client::concurrency::ConcurrencyLimit,
    client::core::{Core, Shared, incomplete_server, insecure_http, is_complete, validate_base_url},
    client::credential::{Credential, join_basic},
    client::hooks::Hooks,
    client::log::Log,
    client::loopback::is_unencrypted,
    client::retry::{RetryPolicy, StandardRetry},
    client::selection::{has_credential_header, no_credential, prepare_credentials},
    client::server_variables::{FilledServer, ServerTemplate, find_server},
    client::service::{Authentication, Environment, Service},
    error::{Error, ErrorKind},
    secret::Secret,
    transport::{Transport, connection::ConnectionSettings},
    wire::headers::{parse_header, parse_header_name},
};

pub(crate) struct Settings {
    service: &'static Service,
    templates: &'static [ServerTemplate],
    /// The credentials, by their index in the description of the API.
    credentials: Vec<Credential>,
    pub(crate) needs_credential: bool,
    /// The environment variables of the credentials, if the settings are from the environment, and there are several.
    credential_variables: &'static [&'static str],
    pub(crate) environment: Environment,
    pub(crate) servers: Vec<Option<String>>,
    /// The values of variables of the environment's servers, by name.
    pub(crate) server_variables: Vec<(String, String)>,
    /// Puts them into the URLs. Set with the first one, so that a program without them has no code for it.
    pub(crate) fill_servers: Option<FillServers>,
    pub(crate) connection: ConnectionSettings,
    pub(crate) allows_insecure_http: bool,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) max_attempts: u32,
    pub(crate) max_rate_limit_retries: u32,
    pub(crate) max_concurrent_requests: Option<usize>,
    pub(crate) policy: Option<Arc<dyn RetryPolicy>>,
    pub(crate) budget: Option<u32>,
    pub(crate) automatic_keys: bool,
    pub(crate) fills_missing_fields: bool,
    pub(crate) api_version: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) max_response_bytes: u64,
    pub(crate) hooks: Vec<Arc<dyn Hooks>>,
    pub(crate) transport: TransportSetting,
    /// What wraps the transport, from the inside out.
    pub(crate) wrappers: Vec<Wrapper>,
    /// `None`: as the environment variable says.
    pub(crate) log: Option<Log>,
    #[cfg(feature = "rate-limit")]
    pub(crate) rate_limit: Option<RateLimitSetting>,
    headers: HeaderMap,
    /// The first invalid setting. Setters record it for `build` to return, so that they need no `Result`.
    error: Option<String>,
}

/// The function that puts the values of variables into the URLs of servers.
pub(crate) type FillServers = fn(
    &[ServerTemplate],
    &[Environment],
    Environment,
    &[(String, String)],
) -> Result<Vec<FilledServer>, String>;

/// Wraps a transport in another.
pub(crate) type Wrapper = Box<dyn FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync>;
pub(crate) enum TransportSetting {
    Default,
    Custom(Arc<dyn Transport>),
}

const NO_ENVIRONMENT: Environment = Environment { name: "none", servers: &[] };

impl Settings {
    pub(crate) fn new(service: &'static Service, templates: &'static [ServerTemplate]) -> Self {
        Self {
            service,
            templates,
            credentials: Vec::new(),
            credential_variables: &[],
            needs_credential: service
                .security
                .iter()
                .any(|required| !required.is_empty() && required.iter().all(|all| !all.is_empty())),
            environment: service.environments.first().copied().unwrap_or(NO_ENVIRONMENT),
            servers: Vec::new(),
            server_variables: Vec::new(),
            fill_servers: None,
            connection: ConnectionSettings::default(),
            allows_insecure_http: false,
            attempt_timeout: Some(Duration::from_secs(60)),
            total_timeout: Some(service.retry.total_ms).filter(|ms| *ms > 0).map(Duration::from_millis),
            max_attempts: service.retry.attempts,
            max_rate_limit_retries: 100,
            max_concurrent_requests: None,
            policy: None,
            budget: Some(50),
            automatic_keys: true,
            fills_missing_fields: false,
            api_version: None,
            user_agent: None,
            max_response_bytes: 64 * 1024 * 1024,
            hooks: Vec::new(),
            transport: TransportSetting::Default,
            wrappers: Vec::new(),
            log: None,
            #[cfg(feature = "rate-limit")]
            rate_limit: None,
            headers: HeaderMap::new(),
            error: None,
        }
    }

    pub(crate) fn from_env(
        service: &'static Service,
        templates: &'static [ServerTemplate],
        variables: &'static [&'static str],
    ) -> Self {
        Self::new(service, templates).with_variables(variables, |name| env::var(name).ok())
    }

    fn with_variables(
        mut self,
        credentials: &'static [&'static str],
        read: impl Fn(&str) -> Option<String>,
    ) -> Self {
        // Values from files often end with a line break; white space is never significant here.
        let read = |name: &str| read(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let service = self.service;
        if let Some(key) = read(service.api_key_variable) {
            self.set_credential(0, Credential::Fixed(Secret::from(key)));
        }
        for (index, variable) in credentials.iter().enumerate().skip(1) {
            if let Some(secret) = read(variable) {
                self.set_credential(index, Credential::Fixed(Secret::from(secret)));
            }
        }
        self.credential_variables = credentials;
        if let Some((variable, name)) =
            service.environment_variable.and_then(|variable| Some((variable, read(variable)?)))
        {
            let mut environments = service.environments.iter();
            match environments.find(|environment| environment.name.eq_ignore_ascii_case(&name)) {
                Some(environment) => self.environment = *environment,
                None => {
                    let known: Vec<_> =
                        service.environments.iter().map(|environment| environment.name).collect();
                    self.record_error(format!(
                        "unknown environment `{name}` in {variable}: expected one of {}",
                        known.join(", ")
                    ));
                }
            }
        }
        if let Some(url) = service.base_url_variable.and_then(read) {
            self.set_server_url(0, url);
        }
        self.api_version = service.version_variable.and_then(read);
        self
    }

    pub(crate) fn set_server_url(&mut self, index: usize, url: String) {
        if self.servers.len() <= index {
            self.servers.resize(index + 1, None);
        }
        match validate_base_url(&url) {
            Ok(url) => {
                let url = url.to_owned();
                if let Some(slot) = self.servers.get_mut(index) {
                    *slot = Some(url);
                }
            }
            Err(error) => self.record_error(error.to_string()),
        }
    }

    /// Sets the credential at this index of the API's; without one, its API key.
    pub(crate) fn set_credential(&mut self, index: usize, credential: Credential) {
        if self.credentials.len() <= index {
            self.credentials.resize(index + 1, Credential::None);
        }
        if let Some(slot) = self.credentials.get_mut(index) {
            *slot = credential;
        }
    }

    pub(crate) fn set_named_credential(&mut self, name: &str, credential: Credential) {
        match self.service.find_credential(name) {
            Ok(index) => self.set_credential(index, credential),
            Err(error) => self.record_error(error),
        }
    }

    /// Sets the first credential that is a pair of user name and password.
    pub(crate) fn set_basic(&mut self, user: &str, password: &Secret) {
        let mut schemes = self.service.credentials.iter();
        match (
            schemes.position(|scheme| scheme.authentication == Authentication::Basic),
            join_basic(user, password),
        ) {
            (Some(index), Ok(pair)) => self.set_credential(index, Credential::Fixed(pair)),
            (None, _) => self.record_error("the API takes no user name and password".to_owned()),
            (_, Err(error)) => self.record_error(error),
        }
    }

    pub(crate) fn clear_credentials(&mut self) {
        self.credentials.clear();
        self.needs_credential = false;
    }

    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        if self.service.idempotency.header.is_some_and(|header| header.eq_ignore_ascii_case(name)) {
            // All calls would carry the same key, and the server would replay the response of the first one to the others.
            return self.record_error(format!(
                "the header `{}` must not be set for all calls: each needs a key of its own, which the client generates; \
                 to set the key of one call, use `CallOptions::idempotency_key`",
                name.escape_debug()
            ));
        }
        match parse_header(name, value) {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(error) => self.record_error(error),
        }
    }

    fn record_error(&mut self, error: String) {
        self.error.get_or_insert(error);
    }

    /// The base URL of a server whose requests pass a network unencrypted.
    fn find_unencrypted_server<'a>(&'a self, stated: &[&'a str]) -> Option<&'a str> {
        let replaced = self.servers.iter().flatten().map(String::as_str);
        // If one server is replaced, the others of the environment are not used.
        let stated = if self.servers.is_empty() { stated } else { &[] };
        replaced.chain(stated.iter().copied()).find(|url| is_unencrypted(url))
    }

    pub(crate) fn build(mut self) -> Result<Core, Error> {
        let config = |text: String| Error::new(ErrorKind::Config, text);
        let service = self.service;
        if let Some(error) = self.error {
            return Err(config(error));
        }
        let has_headers =
            self.headers.contains_key(AUTHORIZATION) || has_credential_header(service, &self.headers);
        if self.needs_credential && !has_headers && self.credentials.iter().all(Credential::is_none) {
            return Err(config(no_credential(service, self.credential_variables)));
        }
        let credentials = std::mem::take(&mut self.credentials);
        let has_credential = has_headers || credentials.iter().any(|credential| !credential.is_none());
        let credentials = prepare_credentials(service, credentials)?;
        let filled_servers = match self.fill_servers {
            Some(fill) => {
                fill(self.templates, service.environments, self.environment, &self.server_variables)
                    .map_err(config)?
            }
            None => Vec::new(),
        };
        let count = self.environment.servers.len();
        let stated: Vec<_> = (0..count)
            .map(|index| find_server(&filled_servers, self.environment, index).map_err(config))
            .collect::<Result<_, _>>()?;
        if let Some(url) =
            self.find_unencrypted_server(&stated).filter(|_| has_credential && !self.allows_insecure_http)
        {
            return Err(insecure_http(url));
        }
        let stated_servers: Vec<bool> = stated.iter().map(|url| is_complete(url)).collect();
        if !matches!(self.servers.first(), Some(Some(_))) && stated_servers.first() != Some(&true) {
            let first = self.environment.servers.first().copied().unwrap_or_default();
            return Err(incomplete_server(first, 0));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in service.headers {
            let (name, value) = parse_header(name, value).map_err(config)?;
            headers.insert(name, value);
        }
        headers.insert(USER_AGENT, user_agent(service, self.user_agent.as_deref()).map_err(config)?);
        headers.extend(self.headers.drain().filter_map(|(name, value)| Some((name?, value))));
        if let Some((name, version)) = service.version_header {
            let version = self.api_version.as_deref().unwrap_or(version);
            let (name, version) = parse_header(name, version).map_err(config)?;
            headers.entry(name).or_insert(version);
        }
        let key_header = match service.idempotency.header {
            Some(name) => Some(parse_header_name(name).map_err(config)?),
            None => None,
        };
        let transport = match self.transport {
            TransportSetting::Custom(transport) => match self.connection.find_security_setting() {
                None => transport,
                Some(name) => {
                    return Err(config(format!(
                        "{name} has no effect with `transport` or `http_client`: configure that one instead"
                    )));
                }
            },
            TransportSetting::Default => default_transport(&self.connection)?,
        };
        let transport = self.wrappers.into_iter().fold(transport, |transport, wrap| wrap(transport));
        Ok(Core::new(Shared {
            service,
            environment: self.environment,
            servers: self.servers,
            stated_servers,
            filled_servers,
            headers,
            key_header,
            credentials,
            credential_variables: self.credential_variables,
            needs_credential: self.needs_credential,
            transport,
            concurrency: self.max_concurrent_requests.map(ConcurrencyLimit::new),
            has_credential,
            allows_insecure_http: self.allows_insecure_http,
            attempt_timeout: self.attempt_timeout,
            total_timeout: self.total_timeout,
            max_attempts: self.max_attempts.max(1),
            max_rate_limit_retries: self.max_rate_limit_retries,
            policy: self.policy.unwrap_or_else(|| Arc::new(StandardRetry::from_defaults(&service.retry))),
            budget: self.budget.map(Budget::new),
            hooks: self.hooks,
            automatic_keys: self.automatic_keys,
            fills_missing_fields: self.fills_missing_fields,
            max_response_bytes: self.max_response_bytes,
            #[cfg(feature = "rate-limit")]
            rate_limit: self
                .rate_limit
                .map(|setting| setting.resolve(service.rate_limit))
                .transpose()
                .map_err(config)?
                .map(RateLimit::new),
            log: self.log.unwrap_or_else(|| Log::from_env(&service.log)),
            deprecated_operations: Mutex::default(),
        }))
    }
}

#[cfg(any(feature = "hyper", feature = "reqwest"))]
fn default_transport(connection: &ConnectionSettings) -> Result<Arc<dyn Transport>, Error> {
    crate::transport::DefaultTransport::new(connection)
        .map(|transport| Arc::new(transport) as Arc<dyn Transport>)
        .map_err(|source| {
            Error::new(ErrorKind::Config, format!("cannot build the HTTP client: {source}"))
                .with_source(source)
        })
}

#[cfg(not(any(feature = "hyper", feature = "reqwest")))]
fn default_transport(_: &ConnectionSettings) -> Result<Arc<dyn Transport>, Error> {
    Err(Error::new(
        ErrorKind::Config,
        "no transport is compiled in: call `transport`, or enable the feature `rustls` or `native-tls`",
    ))
}

/// The value of `User-Agent`: the generated crate first, then this runtime, then the application.
fn user_agent(service: &Service, application: Option<&str>) -> Result<HeaderValue, String> {
    let mut text =
        format!("{}/{} openapi-client-runtime/{}", service.name, service.version, env!("CARGO_PKG_VERSION"));
    if let Some(application) = application {
        text.push(' ');
        text.push_str(application);
    }
    parse_header(USER_AGENT.as_str(), &text).map(|(_, value)| value)
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("service", &self.service.name)
            .field("environment", &self.environment.name)
            .field("servers", &self.servers)
            .field("max_attempts", &self.max_attempts)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("total_timeout", &self.total_timeout)
            .finish_non_exhaustive()
    }
}
