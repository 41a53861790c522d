//! A minted token: from the answer to what is left of its life.

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use http::{HeaderMap, header::DATE};
use serde_json::Value;

use super::TokenFlow;
use crate::{
    call::draft::Draft,
    call::execute::execute,
    clock::Instant,
    clock::wall::WallClock,
    error::{Error, ErrorKind},
    json::Decode,
    response::parts::ResponseParts,
    secret::Secret,
};

/// A token and the time at which it expires. `Debug` does not show the token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IssuedToken {
    /// The token.
    pub token: Secret,
    /// When it expires, as the server says it, by the server's clock.
    pub expires_at: DateTime<FixedOffset>,
    /// The same by a clock that nobody sets.
    pub(super) deadline: Instant,
}

/// The longest life that is believed, so that no time overflows.
const LONGEST: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

impl IssuedToken {
    /// How much longer it is valid, whatever the local time of day is.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// Makes the call, and reads the token from its answer.
pub(super) async fn mint(
    draft: Box<Draft>,
    flow: &TokenFlow,
    clock: &WallClock,
) -> Result<IssuedToken, Error> {
    // Counted from before the request, so that the time that the answer takes is on the safe side.
    let begun = Instant::now();
    let mut parts = execute(draft, false).await?;
    let answer: Value = parts.decode()?;
    let token = answer.get(flow.token).and_then(Value::as_str).filter(|token| !token.is_empty());
    let Some(token) = token else { return Err(unfit(&parts, flow.token, "no token")) };
    let expires_at = answer.get(flow.expires).cloned().and_then(|time| DateTime::decode(time).ok());
    let Some(expires_at) = expires_at else { return Err(unfit(&parts, flow.expires, "no date and time")) };
    let now = server_seconds(&parts.headers).unwrap_or_else(|| clock.unix_seconds());
    let Some(life) = life(expires_at.timestamp_millis(), now) else {
        return Err(unfit(&parts, flow.expires, "over already: compare the clocks"));
    };
    Ok(IssuedToken { token: token.into(), expires_at, deadline: begun + life.min(LONGEST) })
}

/// What is left until a time, from a second of which nobody knows how much has passed.
fn life(expires_ms: i64, now_seconds: u64) -> Option<Duration> {
    let now_ms = i64::try_from(now_seconds).ok()?.checked_add(1)?.checked_mul(1000)?;
    let left = u64::try_from(expires_ms.checked_sub(now_ms)?).ok().filter(|left| *left > 0)?;
    Some(Duration::from_millis(left))
}

/// The time on the server's clock.
fn server_seconds(headers: &HeaderMap) -> Option<u64> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    date.duration_since(std::time::UNIX_EPOCH).ok().map(|since| since.as_secs())
}

/// The body is left out: it may hold the token.
fn unfit(parts: &ResponseParts, member: &str, what: &str) -> Error {
    let text = format!("the answer ({}) is of no use: `{member}` is {what}", parts.status);
    Error::new(ErrorKind::Decode, text).edit(|inner| {
        inner.operation = parts.operation.id;
        inner.status = Some(parts.status);
        inner.path = Some(member.to_owned());
        inner.request_id = parts.request_id().map(str::to_owned);
        inner.attempts = parts.attempts;
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_life_is_counted_on_the_safe_side() {
        assert_eq!(life(10_500, 5), Some(Duration::from_millis(4_500)));
        for (expires, now) in [(6_000, 5), (0, 5), (-5, 0), (i64::MIN, 1), (1, u64::MAX)] {
            assert_eq!(life(expires, now), None, "{expires} {now}");
        }
    }

    #[test]
    fn the_servers_clock_is_read() {
        let headers = |date: &'static str| HeaderMap::from_iter([(DATE, HeaderValue::from_static(date))]);
        assert_eq!(server_seconds(&headers("Thu, 01 Jan 1970 00:01:05 GMT")), Some(65));
        assert_eq!(server_seconds(&headers("soon")), None);
        assert_eq!(server_seconds(&HeaderMap::new()), None);
    }
}
