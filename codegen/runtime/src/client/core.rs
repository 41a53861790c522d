//! What all handles and calls of one client share.

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    client::budget::Budget,
    client::hooks::Hooks,
    client::options::{CallOptions, TokenProvider},
    client::retry::RetryPolicy,
    client::service::{Environment, Service},
    error::{Error, ErrorKind},
    secret::Secret,
    transport::Transport,
};

/// A client's insides: settings and connections. A clone is a reference to the same.
#[derive(Clone)]
pub struct Core(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) service: &'static Service,
    pub(crate) environment: Environment,
    /// The addresses that the user put in the place of the environment's.
    pub(crate) servers: Vec<Option<String>>,
    /// Sent with every request, the `User-Agent` and the version of the API among them.
    pub(crate) headers: HeaderMap,
    pub(crate) key_header: Option<HeaderName>,
    pub(crate) credential: Credential,
    /// The header that carries the credential, if it is fixed and goes in a header.
    pub(crate) authorization: Option<(HeaderName, HeaderValue)>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) max_attempts: u32,
    pub(crate) policy: Arc<dyn RetryPolicy>,
    pub(crate) budget: Option<Budget>,
    pub(crate) hooks: Vec<Arc<dyn Hooks>>,
    pub(crate) automatic_keys: bool,
    pub(crate) max_response_bytes: u64,
}

/// Where the credential of a call comes from.
#[derive(Clone)]
pub(crate) enum Credential {
    None,
    Fixed(Secret),
    Provided(Arc<dyn TokenProvider>),
}

impl Core {
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    /// The environment that the client talks to.
    pub fn environment(&self) -> Environment {
        self.0.environment
    }

    /// What carries the client's requests, for requests that are no operation of the API (an upload to a presigned
    /// address, say). No credential is added to what is sent through it.
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.0.transport)
    }

    /// The address of the server at `index`, as this client and this call see it.
    pub(crate) fn server<'a>(&'a self, index: usize, options: &'a CallOptions) -> Result<&'a str, Error> {
        if let Some(url) = &options.base_url {
            return checked_url(url);
        }
        let of = |environment: Environment| {
            environment.servers.get(index).copied().ok_or_else(|| {
                let text = format!("the environment `{}` has no server {index}", environment.name);
                Error::new(ErrorKind::Config, text)
            })
        };
        if let Some(environment) = options.environment {
            return of(environment);
        }
        match self.0.servers.get(index) {
            Some(Some(url)) => Ok(url),
            // Half a redirection would send card data to the real host from a test that believes itself alone.
            _ if self.0.servers.iter().any(Option::is_some) => Err(Error::new(
                ErrorKind::Config,
                format!(
                    "this operation goes to another host ({}) than the one that `base_url` replaces: \
                     set `server_url({index}, …)` too, or choose an environment",
                    of(self.0.environment).unwrap_or("unknown")
                ),
            )),
            _ => of(self.0.environment),
        }
    }
}

/// A base address without its last slash, refused if it is none or if it holds what belongs elsewhere.
pub fn checked_url(url: &str) -> Result<&str, Error> {
    let refuse = |why: &str| Err(Error::new(ErrorKind::Config, format!("the base URL {why}")));
    let Ok(uri) = url.parse::<http::Uri>() else { return refuse("is no URL") };
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return refuse("must start with https:// or http://");
    }
    match uri.authority() {
        None => return refuse("names no host"),
        Some(authority) if authority.as_str().contains('@') => {
            return refuse("holds a user name; pass credentials to the client instead");
        }
        Some(_) => {}
    }
    if uri.query().is_some() || url.contains('#') {
        return refuse("must have neither query nor fragment");
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
    fn base_urls_are_checked() {
        assert_eq!(checked_url("https://api.test/v1/").ok(), Some("https://api.test/v1"));
        assert_eq!(checked_url("http://127.0.0.1:8080").ok(), Some("http://127.0.0.1:8080"));
        for wrong in [
            "",
            "api.test",
            "ftp://api.test",
            "/v1",
            "https://user:pw@api.test",
            "https://a.test/?q",
            "https://a\r\nb",
        ] {
            assert!(checked_url(wrong).is_err(), "{wrong}");
        }
    }
}
