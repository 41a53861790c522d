//! Verifies user tokens: tokens in which an API's proxy states which user sent a request. A generated crate declares the
//! header and the issuer ([`UserTokenScheme`], [`UserTokens`]).
//!
//! ```
//! # use openapi_client_runtime::user_token::{UserTokenError, UserTokenVerifier, UserTokens};
//! # async fn example<T: UserTokens>(headers: &http::HeaderMap, key: &str) -> Result<(), UserTokenError> {
//! let verifier = UserTokenVerifier::<T>::with_keys("app_xxxxxxxxxxxxxx", key)?;
//! let token = verifier.verify_headers(headers).await?;
//! println!("{} uses {}", token.user_id.as_ref(), token.app_id.as_ref());
//! # Ok(())
//! # }
//! ```
//!
//! A token is a compact JWS (RFC 7515) with the claims of a JWT (RFC 7519). The only accepted algorithm is ES256 (RFC 7518),
//! whatever the token's header says. The keys are a JWK set (RFC 7517).

#[cfg(feature = "axum")]
mod axum;
mod claims;
mod error;
mod jws;
mod key_cache;
mod key_set;
mod scheme;
#[cfg(test)]
mod tests;
mod verifier;

#[cfg(feature = "axum")]
pub use self::axum::HasUserTokenVerifier;
pub use self::{
    claims::UserToken,
    error::UserTokenError,
    scheme::{UserTokenScheme, UserTokens},
    verifier::UserTokenVerifier,
};

/// The old name of [`UserTokenVerifier`].
#[deprecated(since = "0.2.0", note = "renamed to `UserTokenVerifier`")]
pub type Verifier<T> = UserTokenVerifier<T>;

/// The old name of [`UserTokenScheme`].
#[deprecated(since = "0.2.0", note = "renamed to `UserTokenScheme`")]
pub type Scheme = UserTokenScheme;

/// The old name of [`UserTokenError`].
#[deprecated(since = "0.2.0", note = "renamed to `UserTokenError`")]
pub type TokenError = UserTokenError;
