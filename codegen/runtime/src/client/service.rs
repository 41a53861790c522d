//! One API as constant data: its hosts, its credential, its rules for keys, repeats and errors.

use crate::{error::ErrorEnvelope, wire::method::Method};

/// What a generated crate states once about its API.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// The generated crate, for the `User-Agent`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The environments; the first is the default.
    pub environments: &'static [Environment],
    /// The environment variable that holds the key.
    pub api_key_variable: &'static str,
    /// The environment variable that replaces the address of the first server.
    pub base_url_variable: Option<&'static str>,
    /// The environment variable that names the environment.
    pub environment_variable: Option<&'static str>,
    /// Where the credential goes.
    pub authentication: Authentication,
    /// Headers of every request.
    pub headers: &'static [(&'static str, &'static str)],
    /// The header that selects the version of the API, and its value.
    pub version_header: Option<(&'static str, &'static str)>,
    /// The environment variable that replaces that value.
    pub version_variable: Option<&'static str>,
    /// The rules for keys of idempotency.
    pub idempotency: Idempotency,
    /// The methods that may be sent twice beside those that only read.
    pub repeatable: &'static [Method],
    /// How often and when a request is sent again.
    pub retry: RetryDefaults,
    /// The response headers that may hold the id of a request, the most telling first.
    pub request_id_headers: &'static [&'static str],
    /// The response header that marks an answer given before.
    pub replayed_header: Option<&'static str>,
    /// Where in the body of an error its parts stand.
    pub error: ErrorEnvelope,
}

/// A set of hosts that belong together, such as production or the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Its name, as it stands in the environment variable.
    pub name: &'static str,
    /// The address of every server.
    pub servers: &'static [&'static str],
}

/// Where the credential of a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// `Authorization: Bearer …` (RFC 6750)
    Bearer,
    /// A header of this name.
    Header(&'static str),
    /// A query parameter of this name.
    Query(&'static str),
    /// `Authorization: Basic …` (RFC 7617), the key being the user's name and the password empty unless it holds a colon.
    Basic,
    /// There is none.
    None,
}

/// The rules for keys of idempotency.
#[derive(Clone, Copy, Debug)]
pub struct Idempotency {
    /// The header that carries the key; `None`: the API knows none.
    pub header: Option<&'static str>,
    /// The methods that get a key by themselves.
    pub methods: &'static [Method],
    /// The longest key, in bytes.
    pub max_length: usize,
}

/// How often and when a request is sent again.
#[derive(Clone, Copy, Debug)]
pub struct RetryDefaults {
    /// Attempts in all, the first included.
    pub attempts: u32,
    /// The longest a call may take with all its attempts and waits, in milliseconds; 0: without end.
    pub total_ms: u64,
    /// The upper bound of the first wait, in milliseconds; it doubles from one wait to the next.
    pub initial_backoff_ms: u64,
    /// The upper bound of every wait, in milliseconds.
    pub max_backoff_ms: u64,
    /// The statuses after which it is worth sending again.
    pub statuses: &'static [u16],
    /// Sentences in the message of an error that hold the wait, with `{seconds}` in the place of the number.
    pub wait_patterns: &'static [&'static str],
}
