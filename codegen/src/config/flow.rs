//! Flows that consist of several calls, while the document describes single calls: uploads, and tokens that are refreshed.

use serde::Deserialize;

/// An upload: one call creates a record of the file and returns the URL of a storage, which takes the bytes by PUT; another
/// call returns the state of the file. It becomes the method `upload` of the tag of these calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UploadConfig {
    /// The `operationId` of the call that creates the record.
    pub create: String,
    /// The `operationId` of the call that returns the record.
    pub retrieve: String,
    /// The property of the request for the file's name.
    pub filename: String,
    /// The property of the response with the id.
    pub id: String,
    /// The property of both responses with the state of the upload.
    pub status: String,
    /// The property of the response with the URL for the bytes.
    pub url: String,
    /// The property of the response with the headers to send with the bytes.
    pub headers: Option<String>,
    /// The state of a file that is ready for use.
    pub ready: String,
    /// The state of a file that could not be processed. In any other state, the upload is still in progress.
    pub failed: String,
    /// The state of a file whose bytes have not been sent yet. With it, the mock server acts as the storage.
    pub pending: Option<String>,
    /// The property of both responses with the size in bytes of a stored file; for the mock server.
    pub size: Option<String>,
    /// The property of both responses with the URL of a file that is ready; for the mock server.
    pub location: Option<String>,
    /// The interval between two polls of the state, in milliseconds.
    pub poll_every_ms: u64,
    /// The timeout from the end of the upload until the file is ready, in milliseconds.
    pub wait_at_most_ms: u64,
    /// The timeout of the request that sends the bytes, in milliseconds.
    pub put_timeout_ms: u64,
}

/// Tokens that a call creates and that expire. They become the methods `source` and `sources` of the call's tag, which
/// return a valid token at any time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TokenSourceConfig {
    /// The `operationId` of the call that creates a token.
    pub create: String,
    /// The property of the response with the token.
    pub token: String,
    /// The property of the response with the time of its expiry.
    pub expires: String,
    /// The property of the request for the scopes of the token, if a caller must always name them.
    pub scopes: Option<String>,
    /// How long before its expiry a token is refreshed, in milliseconds.
    pub margin_ms: u64,
    /// The default lifetime of a token in milliseconds; for the mock server.
    #[serde(default = "default_lifetime")]
    pub life_ms: u64,
    /// The property of the request for another time of expiry; for the mock server.
    pub asked: Option<String>,
}

/// The states of a resource that do not change any more. They become the method `is_final` of its type, for a program that requests the
/// resource until it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FinalStatesConfig {
    /// The `operationId` of the call that returns the resource.
    pub operation: String,
    /// The property with the state.
    pub property: String,
    /// The values that are final.
    pub values: Vec<String>,
}

/// One hour.
fn default_lifetime() -> u64 {
    3_600_000
}
