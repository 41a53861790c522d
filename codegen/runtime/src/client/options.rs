//! What one call does differently from its client.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use serde_json::Value;

use crate::{client::retry::RetryPolicy, client::service::Environment, secret::Secret, wire::body::BoxError};

/// What one call does differently from its client: `client.things().list().with_options(options)`.
///
/// ```
/// use std::time::Duration;
/// use openapi_client_runtime::CallOptions;
///
/// let options = CallOptions::new()
///     .timeout(Duration::from_secs(5))
///     .max_attempts(1)
///     .header("X-Trace", "1234");
/// # let _ = options;
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) max_attempts: Option<u32>,
    pub(crate) retry_policy: Option<Arc<dyn RetryPolicy>>,
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    pub(crate) query: Vec<(Cow<'static, str>, String)>,
    /// Encoded here, so that only a program that uses this holds what writes free JSON.
    pub(crate) body_fields: Vec<(Cow<'static, str>, Vec<u8>)>,
    pub(crate) key: Key,
    pub(crate) base_url: Option<String>,
    pub(crate) environment: Option<Environment>,
    pub(crate) api_version: Option<String>,
    pub(crate) credential: Option<Secret>,
    pub(crate) max_response_bytes: Option<u64>,
}

/// Where the key of idempotency comes from.
#[derive(Clone, Debug, Default)]
pub(crate) enum Key {
    #[default]
    Automatic,
    Given(String),
    Off,
}

/// What a call without options has.
pub(crate) static DEFAULT: CallOptions = CallOptions {
    timeout: None,
    total_timeout: None,
    max_attempts: None,
    retry_policy: None,
    headers: Vec::new(),
    query: Vec::new(),
    body_fields: Vec::new(),
    key: Key::Automatic,
    base_url: None,
    environment: None,
    api_version: None,
    credential: None,
    max_response_bytes: None,
};

impl CallOptions {
    /// Nothing different.
    pub fn new() -> Self {
        Self::default()
    }

    /// The longest one attempt may take, from connecting to the last byte of the answer.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The longest the call may take, with all its attempts and the waits between them.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// How many attempts may be made in all; 1 tries once.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// Decides after which faults, and when, this call is tried again.
    pub fn retry_policy(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.retry_policy = Some(Arc::new(policy));
        self
    }

    /// Sends a header, in the place of one of that name that the client or the operation would send.
    ///
    /// A name or value that HTTP does not allow (a line break, say) fails the call before anything is sent.
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a query parameter that the document does not know. It is percent-encoded here.
    pub fn query(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets a member of the body that the document does not know yet.
    pub fn body_field(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.body_fields.push((name.into(), value.into().to_string().into_bytes()));
        self
    }

    /// The key by which the server tells a repeat from a new request.
    ///
    /// Without it each call makes its own. Give one to make the *same* request again after an unknown outcome, in
    /// another process or on another day: the same key with the same request is carried out once. 1 to 255 visible
    /// ASCII characters, or as many as the API allows.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.key = Key::Given(key.into());
        self
    }

    /// Sends no key. A request that changes something is then sent again only if the server cannot have acted on it.
    pub fn no_idempotency_key(mut self) -> Self {
        self.key = Key::Off;
        self
    }

    /// Sends this call to another address, whichever server its operation belongs to.
    ///
    /// The credential goes there too.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sends this call to another environment.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// The version of the API to ask for.
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = Some(version.into());
        self
    }

    /// The credential of this call, in the place of the client's: a bearer token where the API takes one.
    pub fn bearer(mut self, token: impl Into<Secret>) -> Self {
        self.credential = Some(token.into());
        self
    }

    /// The longest body that is accepted, in bytes after decompression.
    pub fn max_response_bytes(mut self, bytes: u64) -> Self {
        self.max_response_bytes = Some(bytes);
        self
    }

    /// What of these options is not meant for one request alone.
    pub(crate) fn for_other_calls(&self) -> Self {
        Self { query: Vec::new(), body_fields: Vec::new(), key: Key::Automatic, ..self.clone() }
    }

    /// These options, with everything that `later` sets in the place of its own.
    pub(crate) fn merge(&mut self, later: Self) {
        let Self {
            timeout,
            total_timeout,
            max_attempts,
            retry_policy,
            headers,
            query,
            body_fields,
            key,
            base_url,
            environment,
            api_version,
            credential,
            max_response_bytes,
        } = later;
        replace(&mut self.timeout, timeout);
        replace(&mut self.total_timeout, total_timeout);
        replace(&mut self.max_attempts, max_attempts);
        replace(&mut self.retry_policy, retry_policy);
        self.headers.extend(headers);
        self.query.extend(query);
        self.body_fields.extend(body_fields);
        if !matches!(key, Key::Automatic) {
            self.key = key;
        }
        replace(&mut self.base_url, base_url);
        replace(&mut self.environment, environment);
        replace(&mut self.api_version, api_version);
        replace(&mut self.credential, credential);
        replace(&mut self.max_response_bytes, max_response_bytes);
    }
}

fn replace<T>(slot: &mut Option<T>, later: Option<T>) {
    if later.is_some() {
        *slot = later;
    }
}

/// Values are left out: headers, parameters and body fields may hold secrets.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[(Cow<'static, str>, String)]| {
            pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("total_timeout", &self.total_timeout)
            .field("max_attempts", &self.max_attempts)
            .field("retry_policy", &self.retry_policy)
            .field("headers", &names(&self.headers))
            .field("query", &names(&self.query))
            .field("body_fields", &self.body_fields.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("idempotency_key", &self.key)
            .field("base_url", &self.base_url)
            .field("environment", &self.environment.map(|environment| environment.name))
            .field("api_version", &self.api_version)
            .field("credential", &self.credential)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish()
    }
}

/// Where a client gets its tokens when they expire and are renewed.
///
/// The provider keeps the token: this crate asks before every attempt and keeps none. When the server refuses a token
/// with 401, the provider is told once per call, and the request is sent again if it hands out another one: a request
/// that is refused for its credential has not been carried out (RFC 9110, section 15.5.2).
pub trait TokenProvider: Send + Sync {
    /// The token for the next attempt.
    ///
    /// # Errors
    /// Whatever keeps the provider from having one; the call fails with it as the source of its error.
    fn token(&self) -> crate::wire::body::BoxFuture<'_, Result<Secret, BoxError>>;

    /// A new token, after the server refused `rejected`.
    ///
    /// # Errors
    /// Whatever keeps the provider from having one; the call then fails with the server's 401.
    fn refresh(&self, rejected: Secret) -> crate::wire::body::BoxFuture<'_, Result<Secret, BoxError>> {
        let _ = rejected;
        self.token()
    }
}
