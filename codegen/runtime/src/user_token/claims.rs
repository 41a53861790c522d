//! Validates the claims of a token whose signature was verified (RFC 7519, section 4.1).

use std::time::Duration;

use serde_json::{Map, Value};

use super::{error::UserTokenError, scheme::UserTokens};

/// How far in the future `iat` may be, in seconds, even without a leeway. RFC 7519 gives `iat` no part in the validity of a token,
/// and the clocks of two machines differ.
const ISSUED_AT_LEEWAY: u64 = 10;

/// The verified user of a request.
///
/// With the feature `axum` it is an extractor: the [`UserTokenVerifier`](super::UserTokenVerifier) in the router's state
/// verifies the token before the handler runs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UserToken<T: UserTokens> {
    /// The user's id (`sub`).
    pub user_id: T::UserId,
    /// The app's id (`aud`); it equals the verifier's.
    pub app_id: T::AppId,
    /// When the token was issued (`iat`), in Unix seconds, if the token says so.
    pub issued_at: Option<u64>,
    /// When the token expires (`exp`), in Unix seconds, if the token says so.
    pub expires_at: Option<u64>,
}

impl<T: UserTokens> UserToken<T> {
    /// Validates every claim at the time `now` with a tolerance of `leeway`, both in seconds.
    pub(super) fn from_claims(
        claims: &Map<String, Value>,
        app_id: &str,
        now: u64,
        leeway: u64,
    ) -> Result<Self, UserTokenError> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        if text("iss") != Some(T::SCHEME.issuer) {
            return Err(UserTokenError::invalid("its issuer (`iss`) is not the expected one"));
        }
        // RFC 7519 allows a list of audiences. It is rejected, because a token for several apps would let each of them act as
        // the user towards the others.
        let audience =
            text("aud").ok_or(UserTokenError::invalid("its audience (`aud`) is not a single app id"))?;
        let user = text("sub").ok_or(UserTokenError::invalid("it has no user id (`sub`)"))?;
        let issued_at = parse_seconds(claims, "iat")?;
        let expires_at = parse_seconds(claims, "exp")?;
        let not_before = parse_seconds(claims, "nbf")?;
        if audience != app_id {
            return Err(UserTokenError::WrongApp);
        }
        if expires_at.is_some_and(|expires_at| now >= expires_at.saturating_add(leeway)) {
            return Err(UserTokenError::Expired);
        }
        let latest = now.saturating_add(leeway);
        if not_before.is_some_and(|not_before| not_before > latest) {
            return Err(UserTokenError::invalid("it is not valid yet (`nbf`)"));
        }
        let latest = now.saturating_add(leeway.max(ISSUED_AT_LEEWAY));
        if issued_at.is_some_and(|issued_at| issued_at > latest) {
            return Err(UserTokenError::invalid(
                "it was issued in the future (`iat`): check the local clock",
            ));
        }
        Ok(Self {
            user_id: user.to_owned().into(),
            app_id: audience.to_owned().into(),
            issued_at,
            expires_at,
        })
    }
}

/// Parses a `NumericDate` (RFC 7519, section 2) and drops fractions of a second.
fn parse_seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<u64>, UserTokenError> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_u64().or_else(|| {
        let number = value.as_f64().filter(|number| number.is_finite() && *number >= 0.0)?;
        Duration::try_from_secs_f64(number).ok().map(|time| time.as_secs())
    });
    seconds.map(Some).ok_or(UserTokenError::invalid("`iat`, `exp` or `nbf` is not a number of seconds"))
}
