//! Verifies the signature and the claims of a user token.

use std::{
    fmt,
    marker::PhantomData,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    claims::UserToken, error::UserTokenError, jws::Jws, key_cache::KeyCache, key_set::KeySet,
    scheme::UserTokens,
};
use crate::{
    client::core::Core,
    clock::wall::WallClock,
    secret::{read_variable, trim_secret},
    transport::Transport,
};

/// Verifies the user tokens of one app. Cloning is cheap; clones share the fetched keys.
pub struct UserTokenVerifier<T> {
    app_id: Arc<str>,
    keys: KeySource,
    leeway: u64,
    clock: WallClock,
    tokens: PhantomData<fn() -> T>,
}

#[derive(Clone)]
enum KeySource {
    Given(Arc<KeySet>),
    Fetched(Arc<KeyCache>),
}

impl<T: UserTokens> UserTokenVerifier<T> {
    /// Creates a verifier that uses the keys that the issuer publishes. The client's transport fetches them, without the
    /// client's credential, when the first token is verified. They are cached for
    /// [`keys_seconds`](super::UserTokenScheme::keys_seconds), and fetched again if a token names an unknown key. After three
    /// quarters of that time a verification has them renewed in the background. While the key server fails, they stay in use for
    /// twice that time in all. A failed request is repeated once; then there is a pause, which grows from a second to
    /// [`cool_down_seconds`](super::UserTokenScheme::cool_down_seconds) if the failures go on.
    ///
    /// # Errors
    /// [`UserTokenError::Config`] if the app id is blank: without it, tokens for any app would be accepted.
    pub fn new(client: &impl AsRef<Core>, app_id: impl AsRef<str>) -> Result<Self, UserTokenError> {
        Self::with_transport(client.as_ref().transport(), app_id)
    }

    /// Like [`new`](Self::new), but fetches the keys with this transport.
    ///
    /// # Errors
    /// [`UserTokenError::Config`] if the app id is blank.
    pub fn with_transport(
        transport: Arc<dyn Transport>,
        app_id: impl AsRef<str>,
    ) -> Result<Self, UserTokenError> {
        let cache = KeyCache::new(T::SCHEME.keys_url.to_owned(), transport);
        Self::with_key_source(KeySource::Fetched(Arc::new(cache)), app_id.as_ref())
    }

    /// Like [`new`](Self::new), with the app id from the environment variable
    /// [`app_variable`](super::UserTokenScheme::app_variable). If
    /// [`keys_url_variable`](super::UserTokenScheme::keys_url_variable) is set, the keys are fetched from its URL.
    ///
    /// # Errors
    /// [`UserTokenError::Config`] if the variable of the app id is not set or blank.
    pub fn from_env(client: &impl AsRef<Core>) -> Result<Self, UserTokenError> {
        let verifier = Self::new(client, read_variable(T::SCHEME.app_variable).unwrap_or_default())?;
        Ok(match read_variable(T::SCHEME.keys_url_variable) {
            Some(url) => verifier.keys_url(url),
            None => verifier,
        })
    }

    /// Creates a verifier that uses these keys and fetches none. `keys` is a JWK set, or one public key as a JWK or PEM,
    /// which then verifies every token whatever key the token names.
    ///
    /// # Errors
    /// [`UserTokenError::Config`] if the app id is blank, or `keys` has no P-256 public key.
    pub fn with_keys(app_id: impl AsRef<str>, keys: impl AsRef<str>) -> Result<Self, UserTokenError> {
        let keys = KeySet::parse(keys.as_ref()).map_err(|reason| UserTokenError::Config {
            reason: format!("the key is not usable: {reason}"),
        })?;
        Self::with_key_source(KeySource::Given(Arc::new(keys)), app_id.as_ref())
    }

    fn with_key_source(keys: KeySource, app_id: &str) -> Result<Self, UserTokenError> {
        if trim_secret(app_id).is_empty() {
            let reason = format!("the app id is empty or blank: pass it, or set {}", T::SCHEME.app_variable);
            return Err(UserTokenError::Config { reason });
        }
        Ok(Self { app_id: app_id.into(), keys, leeway: 0, clock: WallClock::default(), tokens: PhantomData })
    }

    /// Fetches the keys from this URL. Has no effect after [`with_keys`](Self::with_keys).
    #[must_use]
    pub fn keys_url(mut self, url: impl Into<String>) -> Self {
        if let KeySource::Fetched(cache) = &self.keys {
            self.keys = KeySource::Fetched(Arc::new(cache.with_url(url.into())));
        }
        self
    }

    /// Sets the tolerance for the times in a token, in whole seconds. The default is 0, as in the official SDKs, for `exp` and
    /// `nbf`. `iat` may be 10 seconds in the future in any case, because the clocks of two machines differ.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway.as_secs();
        self
    }

    /// Replaces the system clock, for tests. It does not affect how long keys are cached.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = WallClock::custom(clock);
        self
    }

    /// Verifies a token.
    ///
    /// # Errors
    /// [`UserTokenError`] says why the token is rejected.
    pub async fn verify(&self, token: &str) -> Result<UserToken<T>, UserTokenError> {
        if token.is_empty() {
            return Err(UserTokenError::NoToken { header: T::SCHEME.header });
        }
        let token = Jws::parse(token)?;
        match &self.keys {
            KeySource::Given(keys) => keys.verify(&token)?,
            KeySource::Fetched(cache) => {
                cache.keys_for(T::SCHEME, token.key_id.as_deref()).await?.verify(&token)?
            }
        }
        UserToken::from_claims(&token.claims()?, &self.app_id, self.clock.unix_seconds(), self.leeway)
    }

    /// Verifies the token in the headers of a request.
    ///
    /// `headers` is an `&http::HeaderMap` or any iterator over names and values; the case of the names does not matter.
    ///
    /// # Errors
    /// [`UserTokenError`] says why the token is rejected.
    pub async fn verify_headers<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Result<UserToken<T>, UserTokenError> {
        let header = T::SCHEME.header.as_bytes();
        let mut headers = headers.into_iter();
        let value =
            headers.find_map(|(name, value)| header.eq_ignore_ascii_case(name.as_ref()).then_some(value));
        // Dropped before the first `await`, so that the future is `Send` even if the iterator is not.
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
            keys: self.keys.clone(),
            leeway: self.leeway,
            clock: self.clock.clone(),
            tokens: PhantomData,
        }
    }
}

impl<T> fmt::Debug for UserTokenVerifier<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: &dyn fmt::Debug = match &self.keys {
            KeySource::Given(keys) => keys,
            KeySource::Fetched(cache) => cache,
        };
        f.debug_struct("UserTokenVerifier")
            .field("app_id", &self.app_id)
            .field("keys", keys)
            .field("leeway_seconds", &self.leeway)
            .field("clock", &self.clock)
            .finish()
    }
}
