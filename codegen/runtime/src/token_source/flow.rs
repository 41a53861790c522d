//! What a generated crate declares about a call that mints tokens.

/// The fields of the minting call's request and response, and when to refresh a token.
#[derive(Clone, Copy, Debug)]
pub struct TokenFlow {
    /// The response field with the token.
    pub token: &'static str,
    /// The response field with the time at which the token expires.
    pub expires: &'static str,
    /// The request field with the token's scopes, if the call has one.
    pub scopes: Option<&'static str>,
    /// How long before its expiry a token is refreshed, in milliseconds.
    pub margin_ms: u64,
}
