//! How long a server asks to wait: in its headers, or in the sentence of its message.

use std::time::{Duration, SystemTime};

use http::{
    HeaderMap,
    header::{DATE, RETRY_AFTER},
};

/// The wait that an answer asks for, if it asks for one.
pub(crate) fn server_wait(headers: &HeaderMap, message: Option<&str>, patterns: &[&str]) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(milliseconds) = text("retry-after-ms").and_then(seconds) {
        return Some(milliseconds / 1000);
    }
    if let Some(value) = text(RETRY_AFTER.as_str()) {
        if let Some(wait) = seconds(value) {
            return Some(wait);
        }
        if let Ok(until) = httpdate::parse_http_date(value) {
            // Measured on the server's own clock where it tells it, so that a wrong clock here does no harm.
            let now =
                text(DATE.as_str()).and_then(|date| httpdate::parse_http_date(date).ok()).or_else(now)?;
            return Some(until.duration_since(now).unwrap_or_default());
        }
    }
    let message = message?;
    patterns.iter().find_map(|pattern| in_message(message, pattern))
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn now() -> Option<SystemTime> {
    Some(SystemTime::now())
}

/// The standard library has no clock in a browser.
#[cfg(target_arch = "wasm32")]
pub(crate) fn now() -> Option<SystemTime> {
    Duration::try_from_secs_f64(js_sys::Date::now() / 1000.0).ok().map(|since| SystemTime::UNIX_EPOCH + since)
}

/// A decimal number as seconds. Parsed by hand: floating point would add 15 KB to a program that has no other use for it.
fn seconds(number: &str) -> Option<Duration> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let nanos = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanos = nanos.fold(0, |nanos, digit| nanos * 10 + u32::from(digit - b'0'));
    Some(Duration::new(whole.parse().ok()?, nanos))
}

/// Finds `Try again in {seconds} seconds` in a message. Only what stands before the number has to be there word for
/// word; after it a unit may stand, and seconds are meant without one (`1 second` is no `seconds`).
fn in_message(message: &str, pattern: &str) -> Option<Duration> {
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
    let number = seconds(rest.get(..end)?.trim_end_matches('.'))?;
    let unit = rest.get(end..)?.trim_start();
    Some(if unit.starts_with("ms") || unit.starts_with("milli") {
        number / 1000
    } else if unit.starts_with("min") {
        number * 60
    } else if unit.starts_with("hour") {
        number * 3600
    } else {
        number
    })
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn wait(headers: &[(&'static str, &'static str)], message: Option<&str>) -> Option<f64> {
        let map = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        server_wait(&map, message, &["Try again in {seconds} seconds"]).map(|wait| wait.as_secs_f64())
    }

    #[test]
    fn headers_come_first() {
        assert_eq!(wait(&[("retry-after-ms", "1500"), ("retry-after", "9")], None), Some(1.5));
        assert_eq!(wait(&[("retry-after", "9")], Some("Try again in 3 seconds.")), Some(9.0));
        let date = ("date", "Fri, 20 Nov 2026 12:00:00 GMT");
        assert_eq!(wait(&[date, ("retry-after", "Fri, 20 Nov 2026 12:00:07 GMT")], None), Some(7.0));
        assert_eq!(wait(&[date, ("retry-after", "Friday, 20-Nov-26 12:00:07 GMT")], None), Some(7.0));
        assert_eq!(wait(&[date, ("retry-after", "Fri, 20 Nov 2026 11:00:00 GMT")], None), Some(0.0));
    }

    #[test]
    fn nonsense_is_no_wait() {
        for value in ["", "soon", "-1", "NaN", "inf", "1e999", "Fri"] {
            assert_eq!(wait(&[("retry-after", value)], None), None, "{value}");
        }
    }

    #[test]
    fn the_message_is_read() {
        assert_eq!(wait(&[], Some("Try again in 12 seconds.")), Some(12.0));
        assert_eq!(wait(&[], Some("Slow down! try again in 1 second")), Some(1.0));
        assert_eq!(wait(&[], Some("Try again in 250 ms")), Some(0.25));
        assert_eq!(wait(&[], Some("Try again in 2 minutes.")), Some(120.0));
        assert_eq!(wait(&[], Some("Try again in 3.")), Some(3.0));
        assert_eq!(wait(&[], Some("Try again in a moment")), None);
        assert_eq!(wait(&[], Some("No.")), None);
        assert_eq!(wait(&[], None), None);
    }
}
