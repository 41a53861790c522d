//! From a token, or the headers that carry it, to the user, or to the reason why not.

use std::{
    fmt,
    marker::PhantomData,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{UserToken, UserTokenError, UserTokens, jws::Jws, key_cache::Remote, key_set::Keys};
use crate::{client::core::Core, clock::wall::WallClock, transport::Transport};

/// Verifies user tokens for one app. A clone is cheap and shares the keys that were fetched.
pub struct UserTokenVerifier<T> {
    app_id: Arc<str>,
    source: Source,
    leeway: u64,
    clock: WallClock,
    tokens: PhantomData<fn() -> T>,
}

#[derive(Clone)]
enum Source {
    Given(Arc<Keys>),
    Remote(Arc<Remote>),
}

impl<T: UserTokens> UserTokenVerifier<T> {
    /// A verifier of tokens for this app, with the keys that the issuer publishes. They are fetched by the client's
    /// transport when the first token comes, without the client's credential, and then kept; once a token names a key that
    /// is not among them, they are fetched again.
    ///
    /// # Errors
    /// [`UserTokenError::Config`] if the app id is empty: without it a token for any app would do.
    pub fn new(client: &impl AsRef<Core>, app_id: impl AsRef<str>) -> Result<Self, UserTokenError> {
        Self::with_transport(client.as_ref().transport(), app_id)
    }

    /// The same with a transport of one's own.
    ///
    /// # Errors
    /// [`UserTokenError::Config`] if the app id is empty.
    pub fn with_transport(
        transport: Arc<dyn Transport>,
        app_id: impl AsRef<str>,
    ) -> Result<Self, UserTokenError> {
        let remote = Remote::new(T::SCHEME.keys_url.to_owned(), transport);
        Self::of(Source::Remote(Arc::new(remote)), app_id.as_ref())
    }

    /// The same with the app id, and the address of the keys if that is to be another, from the environment variables of
    /// the API.
    ///
    /// # Errors
    /// [`UserTokenError::Config`] if the variable of the app id is not set.
    pub fn from_env(client: &impl AsRef<Core>) -> Result<Self, UserTokenError> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let verifier = Self::new(client, set(T::SCHEME.app_variable).unwrap_or_default())?;
        Ok(match set(T::SCHEME.keys_url_variable) {
            Some(url) => verifier.keys_url(url),
            None => verifier,
        })
    }

    /// A verifier of tokens for this app that fetches nothing. `keys` is a public key, as JWK or PEM, which is used
    /// whatever key a token names, or a set of JWK.
    ///
    /// # Errors
    /// [`UserTokenError::Config`] if the app id is empty, or the keys are none of P-256.
    pub fn with_keys(app_id: impl AsRef<str>, keys: impl AsRef<str>) -> Result<Self, UserTokenError> {
        let keys = Keys::parse(keys.as_ref()).map_err(|reason| UserTokenError::Config {
            reason: format!("the key cannot be used: {reason}"),
        })?;
        Self::of(Source::Given(Arc::new(keys)), app_id.as_ref())
    }

    fn of(source: Source, app_id: &str) -> Result<Self, UserTokenError> {
        if app_id.is_empty() {
            let reason = format!("there is no app id: pass it, or set {}", T::SCHEME.app_variable);
            return Err(UserTokenError::Config { reason });
        }
        Ok(Self {
            app_id: app_id.into(),
            source,
            leeway: 0,
            clock: WallClock::default(),
            tokens: PhantomData,
        })
    }

    /// Another address for the keys. Has no effect where keys were given.
    #[must_use]
    pub fn keys_url(mut self, url: impl Into<String>) -> Self {
        if let Source::Remote(remote) = &self.source {
            self.source = Source::Remote(Arc::new(remote.at(url.into())));
        }
        self
    }

    /// By how much the clocks may differ, in whole seconds; 0 by default, as in the official helpers.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway.as_secs();
        self
    }

    /// A clock in the place of the system's, for tests. How long keys are kept it does not change.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = WallClock::of(clock);
        self
    }

    /// Verifies a token.
    ///
    /// # Errors
    /// [`UserTokenError`] tells the reasons apart.
    pub async fn verify(&self, token: &str) -> Result<UserToken<T>, UserTokenError> {
        if token.is_empty() {
            return Err(UserTokenError::NoToken { header: T::SCHEME.header });
        }
        let token = Jws::parse(token)?;
        match &self.source {
            Source::Given(keys) => keys.verify(&token)?,
            Source::Remote(remote) => {
                remote.keys(T::SCHEME, token.key_id.as_deref()).await?.verify(&token)?
            }
        }
        UserToken::of(&token.claims()?, &self.app_id, self.clock.unix_seconds(), self.leeway)
    }

    /// Verifies the token that a request carries.
    ///
    /// `headers` are an `&http::HeaderMap`, or any names and values; the case of names does not matter.
    ///
    /// # Errors
    /// [`UserTokenError`] tells the reasons apart.
    pub async fn verify_headers<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Result<UserToken<T>, UserTokenError> {
        let own = T::SCHEME.header.as_bytes();
        let mut headers = headers.into_iter();
        let value =
            headers.find_map(|(name, value)| own.eq_ignore_ascii_case(name.as_ref()).then_some(value));
        // The iterator is not held while keys are fetched, so that it need not be `Send`.
        drop(headers);
        let token =
            value.map(|value| String::from_utf8_lossy(value.as_ref()).trim().to_owned()).unwrap_or_default();
        self.verify(&token).await
    }
}

impl<T> Clone for UserTokenVerifier<T> {
    fn clone(&self) -> Self {
        Self {
            app_id: Arc::clone(&self.app_id),
            source: self.source.clone(),
            leeway: self.leeway,
            clock: self.clock.clone(),
            tokens: PhantomData,
        }
    }
}

impl<T> fmt::Debug for UserTokenVerifier<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: &dyn fmt::Debug = match &self.source {
            Source::Given(keys) => keys,
            Source::Remote(remote) => remote,
        };
        f.debug_struct("UserTokenVerifier")
            .field("app_id", &self.app_id)
            .field("keys", keys)
            .field("leeway_seconds", &self.leeway)
            .field("clock", &self.clock)
            .finish()
    }
}
