//! The time of day in milliseconds, from the system or from a test.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

type Now = dyn Fn() -> SystemTime + Send + Sync;

/// The clock that the settings contain.
#[derive(Clone, Default)]
pub(crate) struct Clock(Option<Arc<Now>>);

impl Clock {
    pub(crate) fn custom(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(now)))
    }

    /// The time in milliseconds since 1970.
    pub(crate) fn read_millis(&self) -> i64 {
        to_millis(self.0.as_deref().map_or_else(SystemTime::now, |now| now()))
    }

    /// The time, if a test sets it. PostgreSQL uses its own clock otherwise, which all machines share.
    #[cfg(feature = "postgres")]
    pub(crate) fn read_custom(&self) -> Option<i64> {
        self.0.is_some().then(|| self.read_millis())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "custom" } else { "system" })
    }
}

/// Milliseconds since 1970; 0 before.
pub(crate) fn to_millis(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, duration_to_millis)
}

pub(crate) fn duration_to_millis(duration: Duration) -> i64 {
    // Two centuries, so that no sum with a time overflows.
    const LONGEST: i64 = 200 * 366 * 24 * 60 * 60 * 1000;
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX).min(LONGEST)
}

/// Seconds since 1970, from milliseconds.
pub(crate) fn millis_to_seconds(millis: i64) -> u64 {
    u64::try_from(millis / 1000).unwrap_or(0)
}

pub(crate) fn from_millis(millis: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}
