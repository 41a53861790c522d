//! An API as constant data: its servers, authentication, idempotency and retry rules, and error format.

use crate::{client::log::LogDefaults, error::ErrorEnvelope, wire::method::Method};

/// The description of an API, a constant of the generated crate.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// The name of the generated crate, for `User-Agent`.
    pub name: &'static str,
    /// The version of the generated crate.
    pub version: &'static str,
    /// The environments; the first is the default.
    pub environments: &'static [Environment],
    /// The environment variable that holds the API key.
    pub api_key_variable: &'static str,
    /// The environment variable that replaces the base URL of the first server.
    pub base_url_variable: Option<&'static str>,
    /// The environment variable that selects the environment.
    pub environment_variable: Option<&'static str>,
    /// The credentials that the API takes. [`ClientBuilder::api_key`](crate::ClientBuilder::api_key) sets the first.
    pub credentials: &'static [SecurityScheme],
    /// What operations require: alternatives, each a list of indexes of `credentials` that are sent together. An empty alternative
    /// makes the others optional. The first requirement is that of most operations.
    pub security: &'static [&'static [&'static [usize]]],
    /// The headers of every request.
    pub headers: &'static [(&'static str, &'static str)],
    /// The header that selects the API version, and its default value.
    pub version_header: Option<(&'static str, &'static str)>,
    /// The environment variable that replaces the API version.
    pub version_variable: Option<&'static str>,
    /// The rules for idempotency keys.
    pub idempotency: Idempotency,
    /// The idempotent methods, besides the safe ones (RFC 9110, section 9.2): they are retried without a key.
    pub idempotent_methods: &'static [Method],
    /// The default retry settings.
    pub retry: RetryDefaults,
    /// The response headers that may contain the request id; the first one present is used.
    pub request_id_headers: &'static [&'static str],
    /// The response header that marks the replayed response of an earlier request with the same idempotency key.
    pub replayed_header: Option<&'static str>,
    /// The location of code and message in the body of an error response.
    pub error: ErrorEnvelope,
    /// How many requests per minute the server accepts, for each operation and credential, if the API states it.
    pub rate_limit: Option<u32>,
    /// What the client needs to print its calls.
    pub log: LogDefaults,
}

/// A set of servers that belong together, such as production or the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The name, as in the environment variable that selects it.
    pub name: &'static str,
    /// The base URLs of the servers.
    pub servers: &'static [&'static str],
}

impl Service {
    /// The index of the credential with this name.
    pub(crate) fn find_credential(&self, name: &str) -> Result<usize, String> {
        self.credentials.iter().position(|scheme| scheme.name == name).ok_or_else(|| {
            let known: Vec<_> = self.credentials.iter().map(|scheme| format!("`{}`", scheme.name)).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            format!("unknown credential `{}`; the API has: {known}", name.escape_debug())
        })
    }
}

/// A credential of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityScheme {
    /// The name of the security scheme in the document.
    pub name: &'static str,
    /// The part of the request that carries it.
    pub authentication: Authentication,
}

/// The part of a request that carries a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// `Authorization: Bearer …` (RFC 6750)
    Bearer,
    /// A header with this name.
    Header(&'static str),
    /// A query parameter with this name.
    Query(&'static str),
    /// `Authorization: Basic …` (RFC 7617). A key without a colon is the user name, with an empty password.
    Basic,
    /// `Authorization` with another scheme (RFC 9110, section 11.6.2).
    Http(&'static str),
    /// A cookie with this name (RFC 6265).
    Cookie(&'static str),
}

/// The rules for idempotency keys.
#[derive(Clone, Copy, Debug)]
pub struct Idempotency {
    /// The header that carries the key; `None` if the API does not support keys.
    pub header: Option<&'static str>,
    /// The methods for which the client generates keys.
    pub methods: &'static [Method],
    /// The maximum length of a key in bytes.
    pub max_length: usize,
    /// The codes or types of errors with status 409 which say that a request with the same key is still being processed,
    /// besides those whose words say so.
    pub in_use_codes: &'static [&'static str],
}

/// The default retry settings.
#[derive(Clone, Copy, Debug)]
pub struct RetryDefaults {
    /// The maximum number of attempts, including the first.
    pub attempts: u32,
    /// The maximum duration of a call, including retries and delays, in milliseconds; 0 for no limit.
    pub total_ms: u64,
    /// The maximum delay before the first retry, in milliseconds; it doubles with each retry.
    pub initial_backoff_ms: u64,
    /// The maximum delay before any retry, in milliseconds.
    pub max_backoff_ms: u64,
    /// The statuses that are retried.
    pub statuses: &'static [u16],
    /// Sentences in error messages that contain the delay, with `{seconds}` as placeholder for the number.
    pub wait_patterns: &'static [&'static str],
}
