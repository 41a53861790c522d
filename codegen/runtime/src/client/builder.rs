//! How a client is put together: the builder behind `Client::builder()` and `Client::from_env()`.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use crate::{
    client::core::{Core, Credential},
    client::hooks::Hooks,
    client::options::TokenProvider,
    client::retry::RetryPolicy,
    client::service::{Environment, Service},
    client::settings::{self, Settings},
    error::Error,
    secret::Secret,
    transport::Transport,
};

/// A generated client: what it is made from and which API it talks to.
pub trait Generated: From<Core> {
    /// The API.
    const SERVICE: &'static Service;
}

/// Puts a client together. Every setting has a default but the key.
#[must_use]
pub struct ClientBuilder<C> {
    settings: Settings,
    client: PhantomData<fn() -> C>,
}

impl<C: Generated> ClientBuilder<C> {
    /// Nothing set yet, and nothing read from the environment.
    #[inline]
    pub fn new() -> Self {
        Self { settings: Settings::new(C::SERVICE), client: PhantomData }
    }

    /// Reads key, environment, base URL and version of the API from the environment variables of the API.
    ///
    /// What is set afterwards takes precedence. A variable that is missing or makes no sense is reported by
    /// [`build`](Self::build).
    #[inline]
    pub fn from_env() -> Self {
        Self { settings: Settings::from_env(C::SERVICE), client: PhantomData }
    }

    /// Builds the client. Nothing is connected yet.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) names the setting that is missing or wrong.
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

    /// The key that every request carries.
    #[inline]
    pub fn api_key(self, key: impl Into<Secret>) -> Self {
        let key = key.into();
        self.set(|settings| settings.credential = Credential::Fixed(key))
    }

    /// Where tokens come from that expire and are renewed (OAuth), in the place of a key.
    #[inline]
    pub fn token_provider(self, provider: impl TokenProvider + 'static) -> Self {
        self.set(|settings| settings.credential = Credential::Provided(Arc::new(provider)))
    }

    /// No credential: for operations that need none, or with one given per call.
    #[inline]
    pub fn without_credentials(self) -> Self {
        self.set(|settings| {
            settings.credential = Credential::None;
            settings.needs_credential = false;
        })
    }

    /// The set of hosts to talk to; the first of the API's by default.
    #[inline]
    pub fn environment(self, environment: Environment) -> Self {
        self.set(|settings| {
            settings.environment = environment;
            settings.servers.clear();
        })
    }

    /// The address of the first server, where nearly all operations go. The credential goes there too.
    ///
    /// Operations that belong to another server are refused until [`server_url`](Self::server_url) sets that one as
    /// well, lest a test reach the real one by accident.
    #[inline]
    pub fn base_url(self, url: impl Into<String>) -> Self {
        self.server_url(0, url)
    }

    /// The address of the server at this index of [`Environment::servers`].
    #[inline]
    pub fn server_url(self, index: usize, url: impl Into<String>) -> Self {
        let url = url.into();
        self.set(|settings| settings.server_url(index, url))
    }

    /// The longest it may take to connect; 10 s by default. Has no effect on a transport or client of one's own.
    #[inline]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.connect_timeout = timeout)
    }

    /// The longest one attempt may take, from connecting to the last byte of the answer; 60 s by default.
    #[inline]
    pub fn timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.set(|settings| settings.attempt_timeout = timeout)
    }

    /// The longest a call may take, with all its attempts and the waits between them.
    #[inline]
    pub fn total_timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.set(|settings| settings.total_timeout = timeout)
    }

    /// How many attempts a call may make in all; 1 tries once.
    #[inline]
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.set(|settings| settings.max_attempts = attempts)
    }

    /// Decides after which faults, and when, a call is tried again.
    #[inline]
    pub fn retry_policy(self, policy: impl RetryPolicy + 'static) -> Self {
        self.set(|settings| settings.policy = Some(Arc::new(policy)))
    }

    /// How many repeats the client may make beyond what its successes earn back; 50 by default, `None`: any number.
    ///
    /// A repeat takes one; a success gives a tenth back, a second half of one. In an outage a client thus soon stops
    /// repeating and sends each request once.
    #[inline]
    pub fn retry_budget(self, repeats: impl Into<Option<u32>>) -> Self {
        let repeats = repeats.into();
        self.set(|settings| settings.budget = repeats)
    }

    /// Makes no keys of idempotency by itself. Requests that change something are then sent again only if the server
    /// cannot have acted on them.
    #[inline]
    pub fn without_idempotency_keys(self) -> Self {
        self.set(|settings| settings.automatic_keys = false)
    }

    /// Sends a header with every request.
    #[inline]
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.set(|settings| settings.header(name.as_ref(), value.as_ref()))
    }

    /// The version of the API to ask for, in the place of the one this crate was generated for.
    #[inline]
    pub fn api_version(self, version: impl Into<String>) -> Self {
        let version = version.into();
        self.set(|settings| settings.api_version = Some(version))
    }

    /// Names the application in the `User-Agent`, after this crate: `my-shop/1.0`.
    #[inline]
    pub fn user_agent(self, application: impl Into<String>) -> Self {
        let application = application.into();
        self.set(|settings| settings.user_agent = Some(application))
    }

    /// The longest body that is accepted, in bytes after decompression; 64 MiB by default. Streamed bodies have no
    /// bound.
    #[inline]
    pub fn max_response_bytes(self, bytes: u64) -> Self {
        self.set(|settings| settings.max_response_bytes = bytes)
    }

    /// Watches every attempt.
    #[inline]
    pub fn hooks(self, hooks: impl Hooks + 'static) -> Self {
        self.set(|settings| settings.hooks.push(Arc::new(hooks)))
    }

    /// Another HTTP stack, or a double for tests.
    #[inline]
    pub fn transport(self, transport: impl Transport + 'static) -> Self {
        self.set(|settings| settings.transport = settings::Carrier::Given(Arc::new(transport)))
    }

    /// A `reqwest::Client` of one's own: proxies, certificates, timeouts and pool are then its affair.
    ///
    /// It should be built with `redirect(Policy::none())`: a client that follows redirects may send a request, though
    /// not its credential, to where a server points.
    #[cfg(feature = "reqwest")]
    #[inline]
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.transport(crate::transport::reqwest::ReqwestTransport::from_client(client))
    }
}

impl<C: Generated> Default for ClientBuilder<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClientBuilder").field(&self.settings).finish()
    }
}
