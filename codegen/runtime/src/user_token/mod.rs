//! User tokens: from a token that an API's proxy puts into a header to the user it speaks of. It knows neither the
//! header nor the issuer: a generated crate states both ([`UserTokens`], [`UserTokenScheme`]).
//!
//! ```
//! # use openapi_client_runtime::user_token::{UserTokenError, UserTokens, UserTokenVerifier};
//! # async fn example<T: UserTokens>(headers: &http::HeaderMap, key: &str) -> Result<(), UserTokenError> {
//! let verifier = UserTokenVerifier::<T>::with_keys("app_xxxxxxxxxxxxxx", key)?;
//! let token = verifier.verify_headers(headers).await?;
//! println!("{} uses {}", token.user_id.as_ref(), token.app_id.as_ref());
//! # Ok(())
//! # }
//! ```
//!
//! A token is a compact JWS (RFC 7515) signed with ES256 (RFC 7518) and nothing else, whatever it says of itself; its
//! claims are those of RFC 7519, and the keys a set of RFC 7517.

#[cfg(feature = "axum")]
mod axum;
mod claims;
mod error;
mod jws;
mod key_cache;
mod key_set;
#[cfg(test)]
mod tests;
mod verifier;

use std::fmt::Debug;

pub use self::{claims::UserToken, error::UserTokenError, verifier::UserTokenVerifier};

/// What a generated crate states about the user tokens of its API.
#[derive(Clone, Copy, Debug)]
pub struct UserTokenScheme {
    /// The header that carries the token.
    pub header: &'static str,
    /// The one issuer whose tokens are accepted.
    pub issuer: &'static str,
    /// Where the keys are.
    pub keys_url: &'static str,
    /// How long fetched keys are used, in seconds.
    pub keys_seconds: u64,
    /// How long it takes at least from one fetch to the next that an unknown key asks for, in seconds.
    pub cool_down_seconds: u64,
    /// How long a fetch may take, in seconds.
    pub timeout_seconds: u64,
    /// The environment variable that holds the id of the app.
    pub app_variable: &'static str,
    /// The environment variable that replaces the address of the keys.
    pub keys_url_variable: &'static str,
}

/// The user tokens of an API.
pub trait UserTokens: Sized + 'static {
    /// How they are carried and checked.
    const SCHEME: &'static UserTokenScheme;

    /// The identifier of a user.
    type UserId: From<String> + AsRef<str> + Clone + Debug + PartialEq + Send + Sync;

    /// The identifier of an app.
    type AppId: From<String> + AsRef<str> + Clone + Debug + PartialEq + Send + Sync;
}
