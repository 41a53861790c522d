//! The state that all handles and calls of a client share.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderMap, HeaderName, HeaderValue};

#[cfg(feature = "rate-limit")]
use crate::client::rate_limit::RateLimit;
use crate::{
    client::budget::Budget,
    client::concurrency::ConcurrencyLimit,
    client::credential::Credential,
    client::hooks::Hooks,
    client::log::Log,
    client::loopback::is_unencrypted,
    client::options::CallOptions,
    client::retry::RetryPolicy,
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
    /// The headers of every request, including `User-Agent` and the API version.
    pub(crate) headers: HeaderMap,
    pub(crate) key_header: Option<HeaderName>,
    pub(crate) credential: Credential,
    /// The header that carries the credential, if the credential is fixed and a header carries it.
    pub(crate) authorization: Option<(HeaderName, HeaderValue)>,
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

    fn find_server_url<'a>(&'a self, index: usize, options: &'a CallOptions) -> Result<&'a str, Error> {
        if let Some(url) = &options.base_url {
            return validate_base_url(url);
        }
        let server_in = |environment: Environment| {
            environment.servers.get(index).copied().ok_or_else(|| {
                let text = format!("the environment `{}` has no server {index}", environment.name);
                Error::new(ErrorKind::Config, text)
            })
        };
        if let Some(environment) = options.environment {
            return server_in(environment);
        }
        match self.0.servers.get(index) {
            Some(Some(url)) => Ok(url),
            // A test that replaces only the first server must not send card data to the real second one.
            _ if self.0.servers.iter().any(Option::is_some) => Err(Error::new(
                ErrorKind::Config,
                format!(
                    "this operation belongs to the host {}, which `base_url` does not replace: \
                     set `server_url({index}, …)` too, or select an environment",
                    server_in(self.0.environment).unwrap_or("unknown")
                ),
            )),
            _ => server_in(self.0.environment),
        }
    }
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
                "credential",
                &match shared.credential {
                    Credential::None => "none",
                    Credential::Fixed(_) => "fixed",
                    Credential::Provided(_) => "provided",
                },
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
        ] {
            assert!(validate_base_url(invalid).is_err(), "{invalid}");
        }
    }
}
