//! The claims of a token whose signature was right into the user it speaks of (RFC 7519, section 4.1).

use serde_json::{Map, Value};

use super::{UserTokenError, UserTokens, jws::invalid};

/// A user, as a token says that was signed for this app.
///
/// With the feature `axum` it is an argument of handlers, verified by the [`UserTokenVerifier`](super::UserTokenVerifier) in the router's state.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UserToken<T: UserTokens> {
    /// The user (`sub`).
    pub user_id: T::UserId,
    /// The app (`aud`), which is the verifier's own.
    pub app_id: T::AppId,
    /// When the token was made (`iat`), in Unix seconds, if it tells.
    pub issued_at: Option<u64>,
    /// From when on it is no longer valid (`exp`), in Unix seconds, if it tells.
    pub expires_at: Option<u64>,
}

impl<T: UserTokens> UserToken<T> {
    /// Checks every claim at `now`, give or take `leeway`, both in seconds.
    pub(super) fn of(
        claims: &Map<String, Value>,
        app_id: &str,
        now: u64,
        leeway: u64,
    ) -> Result<Self, UserTokenError> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        if text("iss") != Some(T::SCHEME.issuer) {
            return Err(invalid("its issuer is another one"));
        }
        // One app only: a list would make a token for one app valid for another.
        let audience = text("aud").ok_or(invalid("it is not for one app"))?;
        let user = text("sub").ok_or(invalid("it names no user"))?;
        let issued_at = seconds(claims, "iat")?;
        let expires_at = seconds(claims, "exp")?;
        let not_before = seconds(claims, "nbf")?;
        if audience != app_id {
            return Err(UserTokenError::WrongApp);
        }
        if expires_at.is_some_and(|expires_at| now >= expires_at.saturating_add(leeway)) {
            return Err(UserTokenError::Expired);
        }
        let ahead = now.saturating_add(leeway);
        if not_before.is_some_and(|not_before| not_before > ahead) {
            return Err(invalid("it is not valid yet"));
        }
        if issued_at.is_some_and(|issued_at| issued_at > ahead) {
            return Err(invalid("it was made in the future: compare the clocks"));
        }
        Ok(Self {
            user_id: user.to_owned().into(),
            app_id: audience.to_owned().into(),
            issued_at,
            expires_at,
        })
    }
}

/// A time of RFC 7519: a number of seconds. A part of a second is cut off, what is none makes the token invalid.
fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<u64>, UserTokenError> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let number = value.as_u64().map(Some).or_else(|| {
        let number = value.as_f64().filter(|number| number.is_finite() && *number >= 0.0)?;
        Some(std::time::Duration::try_from_secs_f64(number).ok().map(|time| time.as_secs()))
    });
    number.flatten().map(Some).ok_or(invalid("one of its times is no number of seconds"))
}
