//! The state that all handles and calls of a client share.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderMap, HeaderName};

#[cfg(feature = "rate-limit")]
use crate::client::rate_limit::RateLimit;
use crate::{
    client::budget::Budget,
    client::concurrency::ConcurrencyLimit,
    client::hooks::Hooks,
    client::log::Log,
    client::loopback::is_unencrypted,
    client::options::CallOptions,
    client::retry::RetryPolicy,
    client::selection::ClientCredential,
    client::server_variables::{FilledServer, find_server},
    client::service::{Environment, Service},
    error::{Error, ErrorKind},
    transport::Transport,
};

/// The settings and connections of a client. Clones share them.
#[derive(Clone)]
pub struct Core(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) service: &'static Service,
    pub(crate) environment: Environment,
    /// The base URLs that replace those of the environment, by the index of the server.
    pub(crate) servers: Vec<Option<String>>,
    /// Whether a client can send requests to the base URL of the environment, by the index of the server: calls do not parse it
    /// again.
    pub(crate) stated_servers: Vec<bool>,
    /// The servers of all environments whose URLs contain variables that the caller set.
    pub(crate) filled_servers: Vec<FilledServer>,
    /// The headers of every request, including `User-Agent` and the API version.
    pub(crate) headers: HeaderMap,
    pub(crate) key_header: Option<HeaderName>,
    /// The credentials, by their index in the description of the API.
    pub(crate) credentials: Vec<ClientCredential>,
    /// The environment variables of the credentials, if the settings are from the environment, and there are several.
    pub(crate) credential_variables: &'static [&'static str],
    /// Whether a call fails if a credential that its operation requires is not set.
    pub(crate) needs_credential: bool,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) concurrency: Option<ConcurrencyLimit>,
    /// Whether requests carry a credential, except those of calls with other options.
    pub(crate) has_credential: bool,
    pub(crate) allows_insecure_http: bool,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) max_attempts: u32,
    pub(crate) max_rate_limit_retries: u32,
    pub(crate) policy: Arc<dyn RetryPolicy>,
    pub(crate) budget: Option<Budget>,
    pub(crate) hooks: Vec<Arc<dyn Hooks>>,
    pub(crate) automatic_keys: bool,
    /// Whether fields that a response lacks are filled.
    pub(crate) fills_missing_fields: bool,
    pub(crate) max_response_bytes: u64,
    pub(crate) log: Log,
    #[cfg(feature = "rate-limit")]
    pub(crate) rate_limit: Option<RateLimit>,
    /// The operations about whose deprecation a warning was emitted.
    pub(crate) deprecated_operations: Mutex<BTreeSet<&'static str>>,
}

impl Core {
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    /// Whether this is the first notice about the deprecation of an operation, with this `operationId`.
    pub(crate) fn record_deprecation(&self, operation: &'static str) -> bool {
        self.0.deprecated_operations.lock().unwrap_or_else(PoisonError::into_inner).insert(operation)
    }

    /// The environment of the client.
    pub fn environment(&self) -> Environment {
        self.0.environment
    }

    /// The transport of the client, for requests that are not an operation of the API, such as an upload to a presigned
    /// URL. It adds no credential.
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.0.transport)
    }

    /// The base URL of the server at `index` for a call with these options.
    pub(crate) fn server_url<'a>(&'a self, index: usize, options: &'a CallOptions) -> Result<&'a str, Error> {
        let url = self.find_server_url(index, options)?;
        let shared = self.shared();
        let has_credential = shared.has_credential || options.has_credential();
        if has_credential && !shared.allows_insecure_http && is_unencrypted(url) {
            return Err(insecure_http(url));
        }
        Ok(url)
    }

    /// Whether a base URL of the client replaces one of the environment that could be used as well.
    fn replaces_server(&self) -> bool {
        self.0.servers.iter().zip(&self.0.stated_servers).any(|(own, is_stated)| own.is_some() && *is_stated)
    }

    fn find_server_url<'a>(&'a self, index: usize, options: &'a CallOptions) -> Result<&'a str, Error> {
        if let Some(url) = &options.base_url {
            return validate_base_url(url);
        }
        let find = |environment: Environment| {
            find_server(&self.0.filled_servers, environment, index)
                .map_err(|why| Error::new(ErrorKind::Config, why))
        };
        let server_in = |environment: Environment| {
            let url = find(environment)?;
            if is_complete(url) { Ok(url) } else { Err(incomplete_server(url, index)) }
        };
        if let Some(environment) = options.environment {
            return server_in(environment);
        }
        match self.0.servers.get(index) {
            Some(Some(url)) => Ok(url),
            // A test that replaces only the first server must not send card data to the real second one.
            _ if self.replaces_server() => Err(Error::new(
                ErrorKind::Config,
                format!(
                    "this operation belongs to the host {}, which `base_url` does not replace: \
                     set `server_url({index}, …)` too, or select an environment",
                    server_in(self.0.environment).unwrap_or("unknown")
                ),
            )),
            _ if self.0.stated_servers.get(index).is_some_and(|is_stated| *is_stated) => {
                find(self.0.environment)
            }
            _ => server_in(self.0.environment),
        }
    }
}

/// Whether a client can send requests to a server of the document, which may be relative or have unknown variables.
pub(crate) fn is_complete(url: &str) -> bool {
    validate_base_url(url).is_ok()
}

/// The error for a server of the document that is not a complete URL.
pub(crate) fn incomplete_server(url: &str, index: usize) -> Error {
    let setter = if index == 0 { "`base_url`".to_owned() } else { format!("`server_url({index}, …)`") };
    let text = match url {
        "" => format!("the description of the API names no server: set {setter} on the client builder"),
        _ => format!(
            "the server of the API is described as `{url}`, which is not a complete URL: set {setter} on the client builder to \
             the address with this path, such as `https://api.example.com{}`",
            if url.starts_with('/') { url } else { "" }
        ),
    };
    Error::new(ErrorKind::Config, text)
}

/// The error for a base URL that would send a credential unencrypted.
pub(crate) fn insecure_http(url: &str) -> Error {
    let host =
        url.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_default();
    let text = format!(
        "the base URL of the host {host} starts with http://, which would send the credential unencrypted: use https://, \
         or call `allow_insecure_http` on the client builder"
    );
    Error::new(ErrorKind::Config, text)
}

/// Validates a base URL and removes its trailing slashes.
pub fn validate_base_url(url: &str) -> Result<&str, Error> {
    let error = |why: &str| Err(Error::new(ErrorKind::Config, format!("the base URL {why}")));
    if url.contains(['{', '}']) {
        return error("has a variable in braces; write its value instead");
    }
    let Ok(uri) = url.parse::<http::Uri>() else { return error("is not a valid URL") };
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return error("must start with https:// or http://");
    }
    match uri.authority() {
        None => return error("has no host"),
        Some(authority) if authority.as_str().contains('@') => {
            return error("contains a user name; pass credentials to the client instead");
        }
        Some(_) => {}
    }
    if uri.query().is_some() || url.contains('#') {
        return error("must not have a query or a fragment");
    }
    Ok(url.trim_end_matches('/'))
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = self.shared();
        f.debug_struct("Core")
            .field("service", &shared.service.name)
            .field("environment", &shared.environment.name)
            .field("servers", &shared.servers)
            .field("headers", &shared.headers.keys().collect::<Vec<_>>())
            .field(
                "credentials",
                &shared.credentials.iter().map(|own| own.credential.kind()).collect::<Vec<_>>(),
            )
            .field("transport", &shared.transport)
            .field("attempt_timeout", &shared.attempt_timeout)
            .field("total_timeout", &shared.total_timeout)
            .field("max_attempts", &shared.max_attempts)
            .field("policy", &shared.policy)
            .field("automatic_keys", &shared.automatic_keys)
            .field("max_response_bytes", &shared.max_response_bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_are_validated() {
        assert_eq!(validate_base_url("https://api.test/v1/").ok(), Some("https://api.test/v1"));
        assert_eq!(validate_base_url("http://127.0.0.1:8080").ok(), Some("http://127.0.0.1:8080"));
        for invalid in [
            "",
            "api.test",
            "ftp://api.test",
            "/v1",
            "https://user:pw@api.test",
            "https://a.test/?q",
            "https://a\r\nb",
            "https://{tenant}.a.test",
            "https://a.test/{version",
        ] {
            assert!(validate_base_url(invalid).is_err(), "{invalid}");
        }
    }
}
