//! Flows of several calls, which the document describes only call by call: uploads, and tokens that are renewed.

use serde::Deserialize;

/// An upload: a call makes a file's record and names a storage, which takes the bytes by PUT, and another call tells when
/// the file is ready. It becomes the method `upload` of the tag of those two.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Upload {
    /// The `operationId` of the call that makes the record.
    pub create: String,
    /// The `operationId` of the call that gives the record.
    pub retrieve: String,
    /// The member of the request that holds the file's name.
    pub filename: String,
    /// The member of the answer that holds the id.
    pub id: String,
    /// The member of both answers that says how far the upload is.
    pub status: String,
    /// The member of the answer that holds the address for the bytes.
    pub url: String,
    /// The member of the answer that holds the headers to send with the bytes.
    pub headers: Option<String>,
    /// The status of a file that can be used.
    pub ready: String,
    /// The status of a file that never will be; any other means that it is not ready yet.
    pub failed: String,
    /// The status of a file whose bytes are still to come. With it the mock of the crate plays the storage.
    pub pending: Option<String>,
    /// The member of both answers that holds the number of bytes, once they are stored; for the mock.
    pub size: Option<String>,
    /// The member of both answers that holds the address to read the file at, once it is ready; for the mock.
    pub location: Option<String>,
    /// Milliseconds from one look at the status to the next.
    pub poll_every_ms: u64,
    /// Milliseconds to wait until the file is ready, once its bytes are sent.
    pub wait_at_most_ms: u64,
    /// The most milliseconds that sending the bytes may take.
    pub put_timeout_ms: u64,
}

/// Tokens that a call mints and that expire. They become the methods `source` and `sources` of the call's tag, which give
/// a token that is always valid.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TokenSource {
    /// The `operationId` of the call that mints a token.
    pub create: String,
    /// The member of the answer that holds the token.
    pub token: String,
    /// The member of the answer that holds the time at which it expires.
    pub expires: String,
    /// The member of the request that lists what a token may be used for, if a caller always has to state that.
    pub scopes: Option<String>,
    /// How long before its end a token is renewed, in milliseconds.
    pub margin_ms: u64,
    /// How long a token lives for which no other end is asked, in milliseconds; for the mock of the crate.
    #[serde(default = "hour")]
    pub life_ms: u64,
    /// The member of the request that asks for another end; for the mock.
    pub asked: Option<String>,
}

/// The usual life of a token.
fn hour() -> u64 {
    3_600_000
}
