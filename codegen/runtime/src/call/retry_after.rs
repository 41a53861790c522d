//! Parses the delay that a server asks for, from headers or from the error message.

use std::time::Duration;

use http::{
    HeaderMap,
    header::{DATE, RETRY_AFTER},
};

use crate::clock;

/// The longest delay that is told apart from longer ones, about 31,700 years: sums with it do not overflow anywhere.
const LONGEST_DELAY: Duration = Duration::from_secs(999_999_999_999);

/// The delay that a response asks for, if any: from `retry-after-ms`, from `Retry-After` (RFC 9110, section 10.2.3) or
/// from the error message, in this order. At most [`LONGEST_DELAY`].
pub(crate) fn parse_retry_after(
    headers: &HeaderMap,
    message: Option<&str>,
    patterns: &[&str],
) -> Option<Duration> {
    parse_any(headers, message, patterns).map(|delay| delay.min(LONGEST_DELAY))
}

fn parse_any(headers: &HeaderMap, message: Option<&str>, patterns: &[&str]) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(milliseconds) = text("retry-after-ms").and_then(parse_seconds) {
        return Some(milliseconds / 1000);
    }
    if let Some(value) = text(RETRY_AFTER.as_str()) {
        if let Some(delay) = parse_seconds(value) {
            return Some(delay);
        }
        if let Ok(until) = httpdate::parse_http_date(value) {
            // Relative to the header `Date` if there is one, so that a wrong local clock does not matter.
            let date = text(DATE.as_str()).and_then(|date| httpdate::parse_http_date(date).ok());
            return Some(until.duration_since(date.or_else(clock::system_time)?).unwrap_or_default());
        }
    }
    let message = message?;
    patterns.iter().find_map(|pattern| parse_message(message, pattern))
}

/// Parses a decimal number of seconds. By hand: the standard parser of floating point numbers would add 15 KB to a program
/// that does not use it otherwise.
fn parse_seconds(number: &str) -> Option<Duration> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 12 {
        return Some(LONGEST_DELAY);
    }
    let nanos = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanos = nanos.fold(0, |nanos, digit| nanos * 10 + u32::from(digit - b'0'));
    let seconds = whole.bytes().fold(0, |seconds, digit| seconds * 10 + u64::from(digit - b'0'));
    Some(Duration::new(seconds, nanos))
}

/// Finds a pattern such as `Try again in {seconds} seconds` in a message.
///
/// Only the text before the number must match, because the unit varies (`1 second`, `2 minutes`). Without a unit the
/// number is in seconds.
fn parse_message(message: &str, pattern: &str) -> Option<Duration> {
    let (before, _) = pattern.split_once("{seconds}")?;
    let lower = message.to_ascii_lowercase();
    let before = before.to_ascii_lowercase();
    let start = if before.is_empty() {
        lower.find(|letter: char| letter.is_ascii_digit())?
    } else {
        lower.find(&before)?
    };
    let rest = lower.get(start + before.len()..)?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
    let number = parse_seconds(rest.get(..end)?.trim_end_matches('.'))?;
    let unit = rest.get(end..)?.trim_start();
    Some(if unit.starts_with("ms") || unit.starts_with("milli") {
        number / 1000
    } else if unit.starts_with("min") {
        number.saturating_mul(60)
    } else if unit.starts_with("hour") {
        number.saturating_mul(3600)
    } else {
        number
    })
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn delay(headers: &[(&'static str, &'static str)], message: Option<&str>) -> Option<f64> {
        let map = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        parse_retry_after(&map, message, &["Try again in {seconds} seconds"]).map(|delay| delay.as_secs_f64())
    }

    #[test]
    fn headers_take_precedence() {
        assert_eq!(delay(&[("retry-after-ms", "1500"), ("retry-after", "9")], None), Some(1.5));
        assert_eq!(delay(&[("retry-after", "9")], Some("Try again in 3 seconds.")), Some(9.0));
        let date = ("date", "Fri, 20 Nov 2026 12:00:00 GMT");
        assert_eq!(delay(&[date, ("retry-after", "Fri, 20 Nov 2026 12:00:07 GMT")], None), Some(7.0));
        assert_eq!(delay(&[date, ("retry-after", "Friday, 20-Nov-26 12:00:07 GMT")], None), Some(7.0));
        assert_eq!(delay(&[date, ("retry-after", "Fri, 20 Nov 2026 11:00:00 GMT")], None), Some(0.0));
    }

    #[test]
    fn invalid_values_are_ignored() {
        for value in
            ["", "soon", "-1", "-99999999999999999999", "NaN", "inf", "1e999", "Fri", ".", "1.x", "0x1"]
        {
            assert_eq!(delay(&[("retry-after", value)], None), None, "{value}");
            assert_eq!(delay(&[("retry-after-ms", value)], None), None, "{value}");
        }
    }

    #[test]
    fn absurd_delays_are_kept_up_to_a_limit() {
        let longest = LONGEST_DELAY.as_secs_f64();
        for value in ["1000000000000", "18446744073709551616", "99999999999999999999999999999999999999.5"] {
            assert_eq!(delay(&[("retry-after", value)], None), Some(longest), "{value}");
            assert_eq!(delay(&[("retry-after-ms", value)], None), Some(longest / 1000.0), "{value}");
            assert_eq!(delay(&[], Some(&format!("Try again in {value} hours"))), Some(longest), "{value}");
        }
        assert_eq!(delay(&[("retry-after", "99999999999")], None), Some(99_999_999_999.0));
        assert_eq!(delay(&[("retry-after", "000000000000000000007")], None), Some(7.0));
        assert_eq!(delay(&[], Some("Try again in 999999999999 hours")), Some(longest));
        let date = ("date", "Thu, 01 Jan 1970 00:00:00 GMT");
        let years = delay(&[date, ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")], None);
        assert_eq!(years, Some(253_402_300_799.0));
    }

    #[test]
    fn messages_are_parsed() {
        assert_eq!(delay(&[], Some("Try again in 12 seconds.")), Some(12.0));
        assert_eq!(delay(&[], Some("Slow down! try again in 1 second")), Some(1.0));
        assert_eq!(delay(&[], Some("Try again in 250 ms")), Some(0.25));
        assert_eq!(delay(&[], Some("Try again in 2 minutes.")), Some(120.0));
        assert_eq!(delay(&[], Some("Try again in 3.")), Some(3.0));
        assert_eq!(delay(&[], Some("Try again in a moment")), None);
        assert_eq!(delay(&[], Some("No.")), None);
        assert_eq!(delay(&[], None), None);
    }
}
