//! What a generated crate declares about the user tokens of its API.

use std::fmt::Debug;

/// How the API passes and signs user tokens.
#[derive(Clone, Copy, Debug)]
pub struct UserTokenScheme {
    /// The header that carries the token.
    pub header: &'static str,
    /// The issuer (`iss`) of the tokens; tokens of other issuers are rejected.
    pub issuer: &'static str,
    /// The URL of the issuer's JWK set.
    pub keys_url: &'static str,
    /// How long fetched keys are cached, in seconds; twice as long while they cannot be fetched again.
    pub keys_seconds: u64,
    /// The shortest time between two fetches that unknown key ids cause, and the longest pause after a failed fetch, in seconds.
    pub cool_down_seconds: u64,
    /// The timeout of a fetch with its repetition, in seconds.
    pub timeout_seconds: u64,
    /// The environment variable that holds the app id.
    pub app_variable: &'static str,
    /// The environment variable that replaces the URL of the JWK set.
    pub keys_url_variable: &'static str,
}

/// The user tokens of an API: implemented by a generated type.
pub trait UserTokens: Sized + 'static {
    /// How the tokens are passed and signed.
    const SCHEME: &'static UserTokenScheme;

    /// The type of a user id.
    type UserId: From<String> + AsRef<str> + Clone + Debug + PartialEq + Send + Sync;

    /// The type of an app id.
    type AppId: From<String> + AsRef<str> + Clone + Debug + PartialEq + Send + Sync;
}
