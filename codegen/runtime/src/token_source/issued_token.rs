//! Makes the minting call and computes the remaining lifetime of the token.

use std::time::{Duration, UNIX_EPOCH};

use chrono::{DateTime, FixedOffset};
use http::{HeaderMap, header::DATE};
use serde_json::Value;

use super::flow::TokenFlow;
use crate::{
    call::draft::Draft,
    call::execute::execute,
    clock::Instant,
    clock::wall::WallClock,
    error::{Error, ErrorKind},
    json::Decode,
    response::parts::ResponseParts,
    secret::{Secret, trim_secret},
};

/// A token and its expiry. `Debug` does not show the token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IssuedToken {
    /// The token.
    pub token: Secret,
    /// When the token expires, by the server's clock.
    pub expires_at: DateTime<FixedOffset>,
    /// When the token expires, by the local monotonic clock.
    pub(super) deadline: Instant,
}

/// Longer lifetimes are cut to this, so that no deadline overflows.
const MAX_LIFETIME: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

impl IssuedToken {
    /// The remaining lifetime. It does not depend on the local time of day.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// Makes the minting call and reads the token from its response.
pub(super) async fn mint_token(
    draft: Box<Draft>,
    flow: &TokenFlow,
    clock: &WallClock,
) -> Result<IssuedToken, Error> {
    // The lifetime is counted from the start of the request: the computed deadline is then never later than the real one.
    let started_at = Instant::now();
    let mut parts = execute(draft, false).await?;
    let response: Value = parts.decode()?;
    let token =
        response.get(flow.token).and_then(Value::as_str).filter(|token| !trim_secret(token).is_empty());
    let Some(token) = token else {
        return Err(decode_error(&parts, flow.token, "expected a token, a string that is not blank"));
    };
    let expires_at = response.get(flow.expires).cloned().and_then(|time| DateTime::decode(time).ok());
    let Some(expires_at) = expires_at else {
        return Err(decode_error(&parts, flow.expires, "expected a date and time"));
    };
    let now = server_unix_seconds(&parts.headers).unwrap_or_else(|| clock.unix_seconds());
    let Some(lifetime) = remaining_lifetime(expires_at.timestamp_millis(), now) else {
        let message = "the token has already expired; if the server's clock is right, check the local clock";
        return Err(decode_error(&parts, flow.expires, message));
    };
    Ok(IssuedToken { token: token.into(), expires_at, deadline: started_at + lifetime.min(MAX_LIFETIME) })
}

/// The time between now and the expiry. `now_seconds` is rounded down, so the current second counts as over.
fn remaining_lifetime(expires_ms: i64, now_seconds: u64) -> Option<Duration> {
    let now_ms = i64::try_from(now_seconds).ok()?.checked_add(1)?.checked_mul(1000)?;
    let remaining = u64::try_from(expires_ms.checked_sub(now_ms)?).ok().filter(|remaining| *remaining > 0)?;
    Some(Duration::from_millis(remaining))
}

/// The server's time from the `Date` header.
fn server_unix_seconds(headers: &HeaderMap) -> Option<u64> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    date.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs())
}

/// The error does not contain the body, which may hold the token.
fn decode_error(parts: &ResponseParts, field: &str, message: &str) -> Error {
    let text = format!("cannot decode the response ({}) at `{field}`: {message}", parts.status);
    Error::new(ErrorKind::Decode, text).edit(|inner| {
        inner.operation = parts.operation.id;
        inner.status = Some(parts.status);
        inner.path = Some(field.to_owned());
        inner.request_id = parts.request_id().map(str::to_owned);
        inner.attempts = parts.attempts;
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_lifetime_is_rounded_down() {
        assert_eq!(remaining_lifetime(10_500, 5), Some(Duration::from_millis(4_500)));
        for (expires, now) in [(6_000, 5), (0, 5), (-5, 0), (i64::MIN, 1), (1, u64::MAX)] {
            assert_eq!(remaining_lifetime(expires, now), None, "{expires} {now}");
        }
    }

    #[test]
    fn the_date_header_is_parsed() {
        let headers = |date: &'static str| HeaderMap::from_iter([(DATE, HeaderValue::from_static(date))]);
        assert_eq!(server_unix_seconds(&headers("Thu, 01 Jan 1970 00:01:05 GMT")), Some(65));
        assert_eq!(server_unix_seconds(&headers("soon")), None);
        assert_eq!(server_unix_seconds(&HeaderMap::new()), None);
    }
}
