//! Settings of a single call that differ from those of the client.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use serde_json::Value;

use crate::{client::retry::RetryPolicy, client::service::Environment, secret::Secret};

/// Settings of a single call that differ from those of the client: `client.things().list().with_options(options)`.
///
/// ```
/// use std::time::Duration;
/// # use openapi_client_runtime::CallOptions;
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
    /// Encoded by the setter, so that only programs that call it contain the encoder of `serde_json::Value`.
    pub(crate) body_fields: Vec<(Cow<'static, str>, Vec<u8>)>,
    pub(crate) key: IdempotencyKey,
    pub(crate) base_url: Option<String>,
    pub(crate) environment: Option<Environment>,
    pub(crate) api_version: Option<String>,
    pub(crate) credential: Option<Secret>,
    /// The credentials with their names.
    pub(crate) credentials: Vec<(Cow<'static, str>, Secret)>,
    /// Values of headers, parameters and body fields that are marked as secret.
    pub(crate) secrets: Vec<Secret>,
    pub(crate) max_response_bytes: Option<u64>,
}

/// The source of a call's idempotency key.
#[derive(Clone, Debug, Default)]
pub(crate) enum IdempotencyKey {
    #[default]
    Automatic,
    Fixed(String),
    Disabled,
}

/// The options of a call that sets none.
pub(crate) static DEFAULT_OPTIONS: CallOptions = CallOptions {
    timeout: None,
    total_timeout: None,
    max_attempts: None,
    retry_policy: None,
    headers: Vec::new(),
    query: Vec::new(),
    body_fields: Vec::new(),
    key: IdempotencyKey::Automatic,
    base_url: None,
    environment: None,
    api_version: None,
    credential: None,
    credentials: Vec::new(),
    secrets: Vec::new(),
    max_response_bytes: None,
};

impl CallOptions {
    /// Options that change nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the timeout of each attempt, from connecting to the last byte of the response.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the timeout of the call, including retries and the delays between them.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// Sets the maximum number of attempts; 1 disables retries.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// Sets the policy that decides about retries.
    pub fn retry_policy(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.retry_policy = Some(Arc::new(policy));
        self
    }

    /// Sets a header. It replaces a header of the same name that the client, the operation or an earlier option sets: a header is sent
    /// once. Where HTTP allows several values, they can be in one header, separated by commas (RFC 9110, section 5.3).
    ///
    /// A value whose name says that it is secret, such as `Cookie` or `X-Api-Key`, is removed from the responses that errors keep;
    /// [`secret_header`](Self::secret_header) has any value removed.
    ///
    /// The call fails before anything is sent if HTTP does not allow the name or the value, such as one with a line
    /// break.
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Like [`header`](Self::header), with a value that is removed from the responses that errors keep, if it has at least 8 bytes.
    pub fn secret_header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Secret>) -> Self {
        let value = self.add_secret(value.into());
        self.header(name, value)
    }

    /// Adds a query parameter that the API description does not contain. The value is percent-encoded.
    ///
    /// It is sent as often as it is added: `expand[]` may have several values. A parameter of the same name that the operation sets
    /// is replaced by all of them.
    pub fn query(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Like [`query`](Self::query), with a value that is removed from the responses that errors keep, if it has at least 8 bytes.
    pub fn secret_query(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Secret>) -> Self {
        let value = self.add_secret(value.into());
        self.query(name, value)
    }

    /// Sets a property of the request body that the API description does not contain.
    pub fn body_field(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.body_fields.push((name.into(), value.into().to_string().into_bytes()));
        self
    }

    /// Like [`body_field`](Self::body_field), with a text that is removed from the responses that errors keep, if it has at least
    /// 8 bytes.
    pub fn secret_body_field(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Secret>) -> Self {
        let value = self.add_secret(value.into());
        self.body_field(name, value)
    }

    fn add_secret(&mut self, secret: Secret) -> String {
        let text = secret.expose().to_owned();
        self.secrets.push(secret);
        text
    }

    /// Sets the idempotency key, by which the server recognizes a retry.
    ///
    /// By default each call generates its own key. Set one to send the *same* request again after an unknown outcome,
    /// from another process or on another day: the server processes requests with the same key once. The key is 1 to
    /// 255 visible ASCII characters long, unless the API has another limit.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.key = IdempotencyKey::Fixed(key.into());
        self
    }

    /// Sends no idempotency key. A request that is not idempotent is then retried only if the server cannot have
    /// processed it.
    pub fn without_idempotency_key(mut self) -> Self {
        self.key = IdempotencyKey::Disabled;
        self
    }

    /// Sends this call to another base URL, whichever server its operation belongs to.
    ///
    /// The credential is sent there too.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sends this call to another environment.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Sets the API version.
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = Some(version.into());
        self
    }

    /// Replaces the client's credential for this call: a bearer token, or whatever kind of key the API takes.
    pub fn bearer(mut self, token: impl Into<Secret>) -> Self {
        self.credential = Some(token.into());
        self
    }

    /// Replaces the client's credential with this name for this call; see
    /// [`ClientBuilder::credential`](crate::ClientBuilder::credential).
    pub fn credential(mut self, name: impl Into<Cow<'static, str>>, credential: impl Into<Secret>) -> Self {
        let name = name.into();
        self.credentials.retain(|(other, _)| *other != name);
        self.credentials.push((name, credential.into()));
        self
    }

    /// Sets the maximum length of the response body, in bytes after decompression.
    pub fn max_response_bytes(mut self, bytes: u64) -> Self {
        self.max_response_bytes = Some(bytes);
        self
    }

    /// Whether the options carry a credential.
    pub(crate) fn has_credential(&self) -> bool {
        let is_authorization = |name: &str| name.eq_ignore_ascii_case(http::header::AUTHORIZATION.as_str());
        self.credential.is_some()
            || !self.credentials.is_empty()
            || self.headers.iter().any(|(name, _)| is_authorization(name))
    }

    /// These options without those that apply to one request only, for the further requests of a flow.
    pub(crate) fn for_further_requests(&self) -> Self {
        Self { query: Vec::new(), body_fields: Vec::new(), key: IdempotencyKey::Automatic, ..self.clone() }
    }

    /// Adds the settings of `later`, which replace earlier ones.
    pub(crate) fn merge(&mut self, later: Self) {
        // Destructured, so that a new field cannot be forgotten here.
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
            credentials,
            secrets,
            max_response_bytes,
        } = later;
        replace_if_some(&mut self.timeout, timeout);
        replace_if_some(&mut self.total_timeout, total_timeout);
        replace_if_some(&mut self.max_attempts, max_attempts);
        replace_if_some(&mut self.retry_policy, retry_policy);
        self.headers.extend(headers);
        self.query.retain(|(name, _)| query.iter().all(|(other, _)| name != other));
        self.query.extend(query);
        self.secrets.extend(secrets);
        self.body_fields.extend(body_fields);
        if !matches!(key, IdempotencyKey::Automatic) {
            self.key = key;
        }
        replace_if_some(&mut self.base_url, base_url);
        replace_if_some(&mut self.environment, environment);
        replace_if_some(&mut self.api_version, api_version);
        replace_if_some(&mut self.credential, credential);
        self.credentials.retain(|(name, _)| credentials.iter().all(|(other, _)| name != other));
        self.credentials.extend(credentials);
        replace_if_some(&mut self.max_response_bytes, max_response_bytes);
    }
}

fn replace_if_some<T>(slot: &mut Option<T>, later: Option<T>) {
    if later.is_some() {
        *slot = later;
    }
}

/// Omits values: headers, parameters and body fields may be secret.
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
            .field("credentials", &self.credentials)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish()
    }
}
