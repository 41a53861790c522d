//! Waiting and the current time, which tests replace.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The end of a wait.
pub(super) type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How time passes.
#[derive(Clone)]
pub(super) struct Pace {
    wait: Arc<dyn Fn(Duration) -> Pause + Send + Sync>,
    now: fn() -> SystemTime,
}

impl Pace {
    /// The time of the system.
    pub(super) fn real() -> Self {
        Self { wait: Arc::new(|duration| Box::pin(tokio::time::sleep(duration))), now: SystemTime::now }
    }

    pub(super) fn wait(&self, duration: Duration) -> Pause {
        (self.wait)(duration)
    }

    /// The current time in milliseconds since 1970.
    pub(super) fn now_millis(&self) -> i64 {
        let since = (self.now)().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

/// A time of day in UTC, such as `09:30:00`.
pub(super) fn format_time_of_day(millis: i64) -> String {
    let seconds = millis.div_euclid(1000).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A duration such as `90s`, `10m` or `2h`; a number without a unit is in seconds.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let seconds = match unit {
        "ms" => return number.parse().map(Duration::from_millis).map_err(|error| error.to_string()),
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err("expected a number with a unit, such as 90s, 10m or 2h".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| "expected a number with a unit, such as 90s".to_owned())?;
    Ok(Duration::from_secs(number.saturating_mul(seconds)))
}

#[cfg(test)]
impl Pace {
    /// Time that passes at once: a wait only lets other tasks run.
    pub(super) fn immediate() -> Self {
        Self { wait: Arc::new(|_| Box::pin(tokio::task::yield_now())), now: SystemTime::now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        for (text, seconds) in [("0", 0), ("90", 90), ("90s", 90), ("10m", 600), ("2h", 7200), ("1d", 86_400)]
        {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse_duration("250ms"), Ok(Duration::from_millis(250)));
        for text in ["", "m", "10 m", "-1s", "1.5h", "1w", "99999999999999999999s"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_of_day_are_in_utc() {
        assert_eq!(format_time_of_day(1_767_225_600_000 + 34_200_999), "09:30:00");
        assert_eq!(format_time_of_day(-1000), "23:59:59");
    }
}
