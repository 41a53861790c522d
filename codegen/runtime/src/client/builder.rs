//! The builder of clients, behind `Client::builder()` and `Client::from_env()`.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

#[cfg(feature = "rate-limit")]
use crate::client::rate_limit::RateLimitSetting;
use crate::{
    client::core::Core,
    client::credential::{Credential, TokenProvider},
    client::hooks::{DeprecationCallback, DeprecationNotice, Hooks, MissingField, MissingFieldCallback},
    client::joined_provider::JoinedProvider,
    client::log::{Log, LogLevel},
    client::retry::RetryPolicy,
    client::server_variables::{ServerTemplate, fill_servers},
    client::service::{Environment, Service},
    client::settings::{Settings, TransportSetting},
    error::Error,
    secret::Secret,
    transport::Transport,
};

/// Implemented by generated clients.
pub trait GeneratedClient: From<Core> {
    /// The API of the client.
    const SERVICE: &'static Service;
    /// The servers whose URLs contain variables that the caller can set.
    const SERVER_TEMPLATES: &'static [ServerTemplate] = &[];
    /// The environment variables of the credentials, by their index, if there are several.
    const CREDENTIAL_VARIABLES: &'static [&'static str] = &[];
}

/// Builds a client. Every setting except the API key has a default.
#[must_use]
pub struct ClientBuilder<C> {
    settings: Settings,
    client: PhantomData<fn() -> C>,
}

impl<C: GeneratedClient> ClientBuilder<C> {
    /// A builder with the default settings. It does not read environment variables.
    #[inline]
    pub fn new() -> Self {
        Self { settings: Settings::new(C::SERVICE, C::SERVER_TEMPLATES), client: PhantomData }
    }

    /// A builder with the credentials, environment, base URL and API version from the environment variables of the API.
    ///
    /// Later setters take precedence. [`build`](Self::build) reports an invalid variable, and that no credential is set. One of
    /// several that an operation needs is enough: calls can set the others ([`CallOptions::credential`]). If they set all, call
    /// [`without_credentials`](Self::without_credentials).
    ///
    /// [`CallOptions::credential`]: crate::CallOptions::credential
    #[inline]
    pub fn from_env() -> Self {
        Self {
            settings: Settings::from_env(C::SERVICE, C::SERVER_TEMPLATES, C::CREDENTIAL_VARIABLES),
            client: PhantomData,
        }
    }

    /// Builds the client. It does not connect yet.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if a setting is missing or invalid.
    #[inline]
    pub fn build(self) -> Result<C, Error> {
        self.settings.build().map(C::from)
    }
}

impl<C> ClientBuilder<C> {
    #[inline]
    pub(super) fn set(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(&mut self.settings);
        self
    }

    /// Sets the API key, which requests carry if their operation takes it.
    ///
    /// It is the first credential of the API; [`credential`](Self::credential) sets others, if there are any.
    #[inline]
    pub fn api_key(self, key: impl Into<Secret>) -> Self {
        let key = key.into();
        self.set(|settings| settings.set_credential(0, Credential::Fixed(key)))
    }

    /// Sets the credential with this name, which is that of a security scheme of the API.
    ///
    /// Each request carries the credentials of the first alternative of its operation of which all are set, and no others.
    /// Without such an alternative, the call fails with an error that names what it needs. [`build`](Self::build) fails if the API
    /// has no credential of this name. A credential of the scheme Basic is `user:password`.
    #[inline]
    pub fn credential(self, name: &str, credential: impl Into<Secret>) -> Self {
        let credential = credential.into();
        self.set(|settings| settings.set_named_credential(name, Credential::Fixed(credential)))
    }

    /// Sets the user name and the password of the API, if it takes them (RFC 7617). The name must not contain a colon.
    #[inline]
    pub fn basic_auth(self, user: &str, password: impl Into<Secret>) -> Self {
        let password = password.into();
        self.set(|settings| settings.set_basic(user, &password))
    }

    /// Sets a provider of tokens that expire, such as those of OAuth, instead of an API key.
    #[inline]
    pub fn token_provider(self, provider: impl TokenProvider + 'static) -> Self {
        self.set(|settings| settings.set_credential(0, provided(provider)))
    }

    /// Sets a provider of tokens for the credential with this name, as [`credential`](Self::credential) sets a fixed one.
    #[inline]
    pub fn credential_provider(self, name: &str, provider: impl TokenProvider + 'static) -> Self {
        self.set(|settings| settings.set_named_credential(name, provided(provider)))
    }

    /// Sends no credential, except in calls that set one in their options.
    #[inline]
    pub fn without_credentials(self) -> Self {
        self.set(Settings::clear_credentials)
    }

    /// Sets the environment; the default is the first one of the API.
    #[inline]
    pub fn environment(self, environment: Environment) -> Self {
        self.set(|settings| {
            settings.environment = environment;
            settings.servers.clear();
        })
    }

    /// Sets a variable in the URLs of the API's servers, such as the name of a tenant.
    ///
    /// The value cannot change another part of the URL: in a host, it has letters, digits, `-` and `.` only; in a path, it is part
    /// of one segment, or several segments where the default is. [`build`](Self::build) fails for other values, and if the environment has no variable of this name. A server
    /// whose base URL is set otherwise does not use the variable.
    #[inline]
    pub fn server_variable(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let variable = (name.into(), value.into());
        self.set(|settings| {
            settings.server_variables.push(variable);
            settings.fill_servers = Some(fill_servers);
        })
    }

    /// Sets the base URL of the first server, to which nearly all operations belong. The credential is sent there too.
    ///
    /// Calls of operations that belong to another server then fail until [`server_url`](Self::server_url) sets its URL
    /// as well, so that a test does not reach the real server by accident.
    #[inline]
    pub fn base_url(self, url: impl Into<String>) -> Self {
        self.server_url(0, url)
    }

    /// Permits `http` base URLs of other machines for requests with a credential, which then passes the network unencrypted.
    ///
    /// Without this, [`build`](Self::build) fails for such a base URL, and so does a call whose options name one. URLs of
    /// this machine are always permitted: `localhost`, names below it, 127.0.0.0/8 and `[::1]`.
    #[inline]
    pub fn allow_insecure_http(self) -> Self {
        self.set(|settings| settings.allows_insecure_http = true)
    }

    /// Sets the base URL of the server at this index of [`Environment::servers`].
    #[inline]
    pub fn server_url(self, index: usize, url: impl Into<String>) -> Self {
        let url = url.into();
        self.set(|settings| settings.set_server_url(index, url))
    }

    /// Sets the timeout of each attempt, from connecting to the last byte of the response; 60 s by default.
    #[inline]
    pub fn timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.set(|settings| settings.attempt_timeout = timeout)
    }

    /// Sets the timeout of a call, including retries and the delays between them.
    #[inline]
    pub fn total_timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.set(|settings| settings.total_timeout = timeout)
    }

    /// Sets the maximum number of attempts of a call; 1 disables retries.
    #[inline]
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.set(|settings| settings.max_attempts = attempts)
    }

    /// Sets how many retries of a call do not count as attempts because the server rejected the request with 429 and said
    /// when to send it again (`Retry-After`, or the error message); 100 by default.
    ///
    /// They do not take from the [retry budget](Self::retry_budget) either. A batch of calls can thus exceed a rate limit
    /// and still succeed: usually the total timeout of the call is what ends the waiting. `max_attempts(1)` disables these
    /// retries too.
    #[inline]
    pub fn max_rate_limit_retries(self, retries: u32) -> Self {
        self.set(|settings| settings.max_rate_limit_retries = retries)
    }

    /// Limits the number of requests that the client and its clones have in flight at the same time; no limit by default. 0
    /// counts as 1.
    ///
    /// A burst of calls on a new client otherwise opens up to one connection per call, before the first of them turns out
    /// to be an HTTP/2 connection that all could share. Further calls wait for their turn, in order; the wait counts
    /// towards the total timeout of the call, but not towards the timeout of an attempt. Calls that wait between two
    /// attempts do not count, and neither do streamed responses once their headers are received, nor uploads to a storage.
    #[inline]
    pub fn max_concurrent_requests(self, requests: impl Into<Option<usize>>) -> Self {
        let requests = requests.into();
        self.set(|settings| settings.max_concurrent_requests = requests)
    }

    /// Sets the policy that decides about retries.
    #[inline]
    pub fn retry_policy(self, policy: impl RetryPolicy + 'static) -> Self {
        self.set(|settings| settings.policy = Some(Arc::new(policy)))
    }

    /// Sets how many retries the client may make in excess of those its successful calls earn; 50 by default, `None` for
    /// no limit.
    ///
    /// A retry costs one token; a successful call earns a tenth of a token and a second half of one. During an outage a
    /// client thus soon stops retrying and sends each request once. A retry after a delay that a 429 asks for costs nothing.
    #[inline]
    pub fn retry_budget(self, retries: impl Into<Option<u32>>) -> Self {
        let retries = retries.into();
        self.set(|settings| settings.budget = retries)
    }

    /// Limits the rate of requests to what the API states, for each operation and credential.
    ///
    /// A call waits for its turn before its total timeout begins. Calls of one client take turns in the order in which they are
    /// made; several processes that share a credential need a share of the limit each, see [`rate_limit`](Self::rate_limit).
    /// [`build`](Self::build) fails if the API states no limit.
    #[cfg(feature = "rate-limit")]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "rate-limit")))]
    #[inline]
    pub fn limit_rate(self) -> Self {
        self.set(|settings| settings.rate_limit = Some(RateLimitSetting::Stated))
    }

    /// Limits the rate of requests to so many per minute, for each operation and credential, as
    /// [`limit_rate`](Self::limit_rate) does.
    #[cfg(feature = "rate-limit")]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "rate-limit")))]
    #[inline]
    pub fn rate_limit(self, requests_per_minute: u32) -> Self {
        self.set(|settings| settings.rate_limit = Some(RateLimitSetting::PerMinute(requests_per_minute)))
    }

    /// Generates no idempotency keys. Requests that are not idempotent are then retried only if the server cannot have
    /// processed them.
    #[inline]
    pub fn without_idempotency_keys(self) -> Self {
        self.set(|settings| settings.automatic_keys = false)
    }

    /// Sets a header of every request.
    ///
    /// [`build`](Self::build) refuses the header of the API's idempotency keys, because each call needs a key of its own: see
    /// [`CallOptions::idempotency_key`](crate::CallOptions::idempotency_key).
    #[inline]
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.set(|settings| settings.set_header(name.as_ref(), value.as_ref()))
    }

    /// Sets the API version; the default is the version that this crate was generated for.
    #[inline]
    pub fn api_version(self, version: impl Into<String>) -> Self {
        let version = version.into();
        self.set(|settings| settings.api_version = Some(version))
    }

    /// Appends the name of the application, such as `my-shop/1.0`, to the `User-Agent` of this crate.
    #[inline]
    pub fn user_agent(self, application: impl Into<String>) -> Self {
        let application = application.into();
        self.set(|settings| settings.user_agent = Some(application))
    }

    /// Sets the maximum length of a response body, in bytes after decompression; 64 MiB by default. It does not apply to
    /// streamed bodies.
    #[inline]
    pub fn max_response_bytes(self, bytes: u64) -> Self {
        self.set(|settings| settings.max_response_bytes = bytes)
    }

    /// Adds hooks that observe every attempt.
    #[inline]
    pub fn hooks(self, hooks: impl Hooks + 'static) -> Self {
        self.set(|settings| settings.hooks.push(Arc::new(hooks)))
    }

    /// Calls this function for each response that states that its operation is deprecated, ends, or has a successor
    /// (headers `Deprecation`, `Sunset` and `Link`). It must not block.
    ///
    /// With the feature `tracing`, the client also emits a warning, once per operation.
    #[inline]
    pub fn on_deprecation(self, callback: impl Fn(&DeprecationNotice<'_>) + Send + Sync + 'static) -> Self {
        self.hooks(DeprecationCallback(callback))
    }

    /// Prints each attempt on standard error; see [`LogLevel`]. The default is what the environment variable of the API says.
    #[inline]
    pub fn log(self, level: LogLevel) -> Self {
        self.set(|settings| settings.log = Some(Log::new(level)))
    }

    /// Passes each attempt as text to this function instead, for example to another logger. It must not block.
    #[inline]
    pub fn log_to(self, level: LogLevel, sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.set(|settings| settings.log = Some(Log { level, sink: Arc::new(sink) }))
    }

    /// Fills the fields that a response lacks, or that are `null` or of another type although they must not be, and calls
    /// this function for each of them. Without it, such a response is an error of kind
    /// [`Decode`](crate::ErrorKind::Decode). The function must not block.
    ///
    /// It is also called for each field whose text is in `extra_fields` because its type cannot hold the value, and for each such
    /// value without a field, which is the nearest one: an item of a list or a map that is the whole response, or the response
    /// itself, whose path is empty. Without it, a response with such a value is an error.
    ///
    /// [`decode_lossy`](crate::json::decode_lossy) lists the values that fields are filled with. Money is never filled: a
    /// response that lacks an amount is still an error.
    #[inline]
    pub fn on_missing_field(self, callback: impl Fn(&MissingField<'_>) + Send + Sync + 'static) -> Self {
        self.hooks(MissingFieldCallback(callback)).set(|settings| settings.fills_missing_fields = true)
    }

    /// Sets the transport: another HTTP stack, or a test double.
    #[inline]
    pub fn transport(self, transport: impl Transport + 'static) -> Self {
        self.set(|settings| settings.transport = TransportSetting::Custom(Arc::new(transport)))
    }

    /// Sets the `reqwest::Client`, with its own proxies, certificates, timeouts and connection pool.
    ///
    /// Build it with `redirect(Policy::none())`: a client that follows redirects sends requests, though not the
    /// credential, wherever a server redirects to. The call then fails with an error of kind
    /// [`Transport`](crate::ErrorKind::Transport) and an unknown [outcome](crate::Error::outcome).
    ///
    /// Set `http2_keep_alive_interval`, `http2_keep_alive_timeout` and `http2_keep_alive_while_idle` too: this client
    /// cannot replace the connections of another, so an HTTP/2 connection that falls silent is used until `reqwest` closes
    /// it. [`ClientBuilder`] has options for most other settings.
    #[cfg(any(feature = "reqwest", all(feature = "hyper", target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "reqwest")))]
    #[inline]
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.transport(crate::transport::reqwest::ReqwestTransport::from_client(client))
    }
}

fn provided(provider: impl TokenProvider + 'static) -> Credential {
    Credential::Provided(Arc::new(JoinedProvider::new(provider)))
}

impl<C: GeneratedClient> Default for ClientBuilder<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClientBuilder").field(&self.settings).finish()
    }
}
