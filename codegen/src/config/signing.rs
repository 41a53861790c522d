//! What the API signs: webhooks, and tokens of users.

use serde::Deserialize;

/// How webhooks are signed: HMAC-SHA256 over `id.timestamp.body`, as Standard Webhooks have it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Webhooks {
    /// The header with the id of the message.
    pub id_header: String,
    /// The header with the time of the delivery.
    pub timestamp_header: String,
    /// The header with the signatures.
    pub signature_header: String,
    /// What stands before the comma of a signature.
    pub signature_version: String,
    /// How old, or how far in the future, a delivery may be.
    pub tolerance_seconds: u64,
    /// How long the API waits before it delivers again what was not accepted, each time.
    #[serde(default)]
    pub retry_seconds: Vec<u64>,
    /// What the ids of messages begin with; for the mock of the crate.
    #[serde(default)]
    pub id_prefix: String,
    /// The environment variable that holds the secret.
    pub secret_variable: String,
    /// Members with text that most payloads have: each becomes a method of the enum of all events.
    #[serde(default)]
    pub members: Vec<String>,
}

/// Tokens of users: JWTs signed with ES256, whose keys stand in a set at an address.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UserTokens {
    /// The header that carries one.
    pub header: String,
    /// The issuer.
    pub issuer: String,
    /// Where the keys are.
    pub keys_url: String,
    /// How long fetched keys are used.
    pub keys_seconds: u64,
    /// How long it takes at least from one fetch to the next that an unknown key asks for.
    pub cool_down_seconds: u64,
    /// How long a fetch may take.
    pub timeout_seconds: u64,
    /// The environment variable that holds the id of the app.
    pub app_variable: String,
    /// The environment variable that replaces the address of the keys.
    pub keys_url_variable: String,
    /// The kind of identifier that a user has; text without.
    pub user: Option<String>,
    /// The kind of identifier that an app has; text without.
    pub app: Option<String>,
}
