//! The builder of clients, behind `Client::builder()` and `Client::from_env()`.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use crate::{
    client::core::Core,
    client::credential::{Credential, TokenProvider},
    client::hooks::{DeprecationCallback, DeprecationNotice, Hooks},
    client::retry::RetryPolicy,
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
        Self { settings: Settings::new(C::SERVICE), client: PhantomData }
    }

    /// A builder with the API key, environment, base URL and API version from the environment variables of the API.
    ///
    /// Later setters take precedence. [`build`](Self::build) reports a missing or invalid variable.
    #[inline]
    pub fn from_env() -> Self {
        Self { settings: Settings::from_env(C::SERVICE), client: PhantomData }
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
    fn set(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(&mut self.settings);
        self
    }

    /// Sets the API key of every request.
    #[inline]
    pub fn api_key(self, key: impl Into<Secret>) -> Self {
        let key = key.into();
        self.set(|settings| settings.credential = Credential::Fixed(key))
    }

    /// Sets a provider of tokens that expire, such as those of OAuth, instead of an API key.
    #[inline]
    pub fn token_provider(self, provider: impl TokenProvider + 'static) -> Self {
        self.set(|settings| settings.credential = Credential::Provided(Arc::new(provider)))
    }

    /// Sends no credential, except in calls that set one in their options.
    #[inline]
    pub fn without_credentials(self) -> Self {
        self.set(|settings| {
            settings.credential = Credential::None;
            settings.needs_credential = false;
        })
    }

    /// Sets the environment; the default is the first one of the API.
    #[inline]
    pub fn environment(self, environment: Environment) -> Self {
        self.set(|settings| {
            settings.environment = environment;
            settings.servers.clear();
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

    /// Sets the base URL of the server at this index of [`Environment::servers`].
    #[inline]
    pub fn server_url(self, index: usize, url: impl Into<String>) -> Self {
        let url = url.into();
        self.set(|settings| settings.set_server_url(index, url))
    }

    /// Sets the connect timeout; 10 s by default. It has no effect with a custom transport or HTTP client.
    #[inline]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.connect_timeout = timeout)
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

    /// Sets the policy that decides about retries.
    #[inline]
    pub fn retry_policy(self, policy: impl RetryPolicy + 'static) -> Self {
        self.set(|settings| settings.policy = Some(Arc::new(policy)))
    }

    /// Sets how many retries the client may make in excess of those its successful calls earn; 50 by default, `None` for
    /// no limit.
    ///
    /// A retry costs one token; a successful call earns a tenth of a token and a second half of one. During an outage a
    /// client thus soon stops retrying and sends each request once.
    #[inline]
    pub fn retry_budget(self, retries: impl Into<Option<u32>>) -> Self {
        let retries = retries.into();
        self.set(|settings| settings.budget = retries)
    }

    /// Generates no idempotency keys. Requests that are not idempotent are then retried only if the server cannot have
    /// processed them.
    #[inline]
    pub fn without_idempotency_keys(self) -> Self {
        self.set(|settings| settings.automatic_keys = false)
    }

    /// Sets a header of every request.
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

    /// Sets the transport: another HTTP stack, or a test double.
    #[inline]
    pub fn transport(self, transport: impl Transport + 'static) -> Self {
        self.set(|settings| settings.transport = TransportSetting::Custom(Arc::new(transport)))
    }

    /// Sets the `reqwest::Client`, with its own proxies, certificates, timeouts and connection pool.
    ///
    /// Build it with `redirect(Policy::none())`: a client that follows redirects sends requests, though not the
    /// credential, wherever a server redirects to.
    #[cfg(feature = "reqwest")]
    #[inline]
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.transport(crate::transport::reqwest::ReqwestTransport::from_client(client))
    }
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
