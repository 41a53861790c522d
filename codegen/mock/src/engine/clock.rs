//! The time of the data that a server generates.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, SubsecRound as _, TimeDelta, Utc};

use crate::engine::random::random_number;

/// The number of days before the start of the server in which generated objects were made.
const DAYS: u64 = 28;

/// 1 January 2026: the time of values that are made without a server, so that they are the same on every day.
const SAMPLE_TIME: Duration = Duration::from_secs(1_767_225_600);

/// The clock of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    /// Generated objects are older than this time, whenever they are generated, so that they stay the same.
    started: DateTime<Utc>,
    is_stopped: bool,
}

impl Clock {
    /// A clock that is always at a time, or goes if there is none.
    pub(crate) fn new(time: Option<SystemTime>) -> Self {
        let started = DateTime::<Utc>::from(time.unwrap_or_else(SystemTime::now));
        Self { started, is_stopped: time.is_some() }
    }

    /// The clock of values that are made without a server.
    pub(crate) fn for_samples() -> Self {
        Self::new(Some(UNIX_EPOCH + SAMPLE_TIME))
    }

    /// The current time, to the millisecond.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let now = if self.is_stopped { self.started } else { DateTime::<Utc>::from(SystemTime::now()) };
        now.trunc_subsecs(3)
    }

    /// The time from which the times of generated objects are counted.
    pub(crate) fn started(&self) -> DateTime<Utc> {
        self.started.trunc_subsecs(0)
    }

    /// When the object with a key was made, if no call made it.
    pub(crate) fn time_of(&self, seed: u64, key: &str) -> DateTime<Utc> {
        let random = random_number(seed, key);
        let minutes = 1 + random % (DAYS * 24 * 60);
        before(self.started(), i64::try_from(minutes * 60).unwrap_or_default())
    }

    /// When the item of a list at a position was made, if no call made it: later items are older.
    pub(crate) fn time_of_item(&self, seed: u64, key: &str, position: usize) -> DateTime<Utc> {
        let minutes = i64::try_from(1 + random_number(seed, key) % (23 * 60)).unwrap_or_default();
        let days = i64::try_from(position).unwrap_or_default();
        before(self.started(), days.saturating_mul(86_400).saturating_add(minutes * 60))
    }
}

/// The time a number of seconds before another.
pub(crate) fn before(time: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
    TimeDelta::try_seconds(seconds).and_then(|delta| time.checked_sub_signed(delta)).unwrap_or(time)
}

/// A time as RFC 3339 writes it.
pub(crate) fn format_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
