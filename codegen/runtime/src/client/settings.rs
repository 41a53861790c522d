//! The settings of a client while it is being built, and the checks they have to pass.

use std::{env, fmt, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue, header::USER_AGENT};

use crate::{
    call::attempt::{Proof, proof},
    client::budget::Budget,
    client::core::{Core, Credential, Shared, checked_url},
    client::hooks::Hooks,
    client::retry::{RetryPolicy, StandardRetry},
    client::service::{Authentication, Environment, Service},
    error::{Error, ErrorKind},
    secret::Secret,
    transport::Transport,
    wire::headers::{parse_header, parse_header_name},
};

pub(crate) struct Settings {
    service: &'static Service,
    pub(crate) credential: Credential,
    pub(crate) needs_credential: bool,
    pub(crate) environment: Environment,
    pub(crate) servers: Vec<Option<String>>,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) max_attempts: u32,
    pub(crate) policy: Option<Arc<dyn RetryPolicy>>,
    pub(crate) budget: Option<u32>,
    pub(crate) automatic_keys: bool,
    pub(crate) api_version: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) max_response_bytes: u64,
    pub(crate) hooks: Vec<Arc<dyn Hooks>>,
    pub(crate) transport: Carrier,
    headers: HeaderMap,
    problem: Option<String>,
}

/// What carries requests.
pub(crate) enum Carrier {
    Default,
    Given(Arc<dyn Transport>),
}

const NO_ENVIRONMENT: Environment = Environment { name: "none", servers: &[] };

impl Settings {
    pub(crate) fn new(service: &'static Service) -> Self {
        Self {
            service,
            credential: Credential::None,
            needs_credential: service.authentication != Authentication::None,
            environment: service.environments.first().copied().unwrap_or(NO_ENVIRONMENT),
            servers: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Some(Duration::from_secs(60)),
            total_timeout: Some(service.retry.total_ms).filter(|ms| *ms > 0).map(Duration::from_millis),
            max_attempts: service.retry.attempts,
            policy: None,
            budget: Some(50),
            automatic_keys: true,
            api_version: None,
            user_agent: None,
            max_response_bytes: 64 * 1024 * 1024,
            hooks: Vec::new(),
            transport: Carrier::Default,
            headers: HeaderMap::new(),
            problem: None,
        }
    }

    pub(crate) fn from_env(service: &'static Service) -> Self {
        Self::from_variables(service, |name| env::var(name).ok())
    }

    fn from_variables(service: &'static Service, read: impl Fn(&str) -> Option<String>) -> Self {
        // Files of settings tend to leave a line break or a blank at the end; no value here means one.
        let read = |name: &str| read(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut settings = Self::new(service);
        if let Some(key) = read(service.api_key_variable) {
            settings.credential = Credential::Fixed(Secret::from(key));
        }
        if let Some((variable, name)) =
            service.environment_variable.and_then(|variable| Some((variable, read(variable)?)))
        {
            match service.environments.iter().find(|environment| environment.name.eq_ignore_ascii_case(&name))
            {
                Some(environment) => settings.environment = *environment,
                None => {
                    let known: Vec<_> =
                        service.environments.iter().map(|environment| environment.name).collect();
                    settings.fail(format!("{variable} is `{name}`, which is none of {}", known.join(", ")));
                }
            }
        }
        if let Some(url) = service.base_url_variable.and_then(read) {
            settings.server_url(0, url);
        }
        settings.api_version = service.version_variable.and_then(read);
        settings
    }

    pub(crate) fn server_url(&mut self, index: usize, url: String) {
        if self.servers.len() <= index {
            self.servers.resize(index + 1, None);
        }
        match checked_url(&url) {
            Ok(url) => {
                let url = url.to_owned();
                if let Some(slot) = self.servers.get_mut(index) {
                    *slot = Some(url);
                }
            }
            Err(error) => self.fail(error.to_string()),
        }
    }

    pub(crate) fn header(&mut self, name: &str, value: &str) {
        match parse_header(name, value) {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(problem) => self.fail(problem),
        }
    }

    /// Keeps the first problem for `build` to report.
    fn fail(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }

    pub(crate) fn build(mut self) -> Result<Core, Error> {
        let config = |text: String| Error::new(ErrorKind::Config, text);
        let service = self.service;
        if let Some(problem) = self.problem {
            return Err(config(problem));
        }
        match &self.credential {
            Credential::None if self.needs_credential => {
                return Err(config(format!(
                    "there is no API key: set the environment variable {} and use `from_env`, or call `api_key`",
                    service.api_key_variable
                )));
            }
            Credential::Fixed(key) => check_key(key)?,
            _ => {}
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
        let authorization = match &self.credential {
            Credential::Fixed(key) => match proof(service.authentication, key)? {
                Some(Proof::Header(name, value)) => Some((name, value)),
                _ => None,
            },
            _ => None,
        };
        Ok(Core::new(Shared {
            service,
            environment: self.environment,
            servers: self.servers,
            headers,
            key_header,
            credential: self.credential,
            authorization,
            transport: match self.transport {
                Carrier::Given(transport) => transport,
                Carrier::Default => default_transport(self.connect_timeout)?,
            },
            attempt_timeout: self.attempt_timeout,
            total_timeout: self.total_timeout,
            max_attempts: self.max_attempts.max(1),
            policy: self.policy.unwrap_or_else(|| Arc::new(StandardRetry::from_defaults(&service.retry))),
            budget: self.budget.map(Budget::new),
            hooks: self.hooks,
            automatic_keys: self.automatic_keys,
            max_response_bytes: self.max_response_bytes,
        }))
    }
}

#[cfg(feature = "reqwest")]
fn default_transport(connect_timeout: Duration) -> Result<Arc<dyn Transport>, Error> {
    crate::transport::reqwest::ReqwestTransport::new(connect_timeout)
        .map(|transport| Arc::new(transport) as Arc<dyn Transport>)
        .map_err(|source| {
            Error::new(ErrorKind::Config, format!("the HTTP client cannot be built: {source}"))
                .with_source(source)
        })
}

#[cfg(not(feature = "reqwest"))]
fn default_transport(_connect_timeout: Duration) -> Result<Arc<dyn Transport>, Error> {
    Err(Error::new(
        ErrorKind::Config,
        "no transport is built in: call `transport`, or turn on the feature `rustls` or `native-tls`",
    ))
}

/// Refuses a key that no header can hold, without repeating it.
pub(crate) fn check_key(key: &Secret) -> Result<(), Error> {
    if key.expose().is_empty() {
        return Err(Error::new(ErrorKind::Config, "the API key is empty"));
    }
    if !key.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::new(
            ErrorKind::Config,
            "the API key holds a blank, a line break or a letter beyond ASCII: it was not copied right",
        ));
    }
    Ok(())
}

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
