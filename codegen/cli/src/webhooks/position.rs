//! What was forwarded: so that a restart neither loses nor repeats a delivery.

use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    error::CliError,
    private_file::{append_private, read_private, write_private},
    text::to_hex,
};

/// An API lists a delivery some time after it sent it, and not always in order: the time before the newest delivery that is asked
/// for again, in milliseconds.
pub(super) const OVERLAP: i64 = 10 * 60 * 1000;

/// How many deliveries are remembered. With more within the overlap, the oldest are not asked for again, except those that are
/// being forwarded and what came after them.
const MAX_DONE: usize = 20_000;

/// How far back a restart goes, in milliseconds: what is older is left to `deliveries replay`.
const MAX_AGE: i64 = 24 * 60 * 60 * 1000;

/// How far in the future the time of a delivery may be and still count, in milliseconds: clocks differ.
const CLOCK_ERROR: i64 = 10 * 60 * 1000;

/// What was forwarded to one consumer, from one account.
pub(super) struct Position {
    path: PathBuf,
    /// Locked for as long as the command runs.
    _lock: File,
    state: State,
    /// The deliveries that are being forwarded, with their times.
    open: BTreeMap<String, i64>,
    newest: i64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    /// Deliveries before this time are not asked for, in milliseconds since 1970; `None` before the first poll.
    since: Option<i64>,
    /// The deliveries since then that were forwarded or given up, with their times.
    done: BTreeMap<String, i64>,
}

impl Position {
    /// Opens the file for a consumer and an account, which `scope` tells apart from others.
    pub(super) fn open(folder: &Path, scope: &[&str]) -> Result<Self, CliError> {
        let mut hash = Sha256::new();
        for part in scope {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let name = to_hex(hash.finalize().get(..8).unwrap_or_default());
        let path = folder.join("listen").join(format!("{name}.json"));
        let lock = append_private(&path.with_extension("lock"))?;
        match lock.try_lock() {
            Ok(()) | Err(TryLockError::Error(_)) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(CliError::usage("another `listen` forwards the same deliveries to the same URL")
                    .hint("end it, or forward to another URL"));
            }
        }
        // A file that is damaged is like none: it is no reason not to start.
        let state =
            read_private(&path)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Ok(Self { path, _lock: lock, state, open: BTreeMap::new(), newest: i64::MIN })
    }

    /// The time since which deliveries are asked for; `None` before the first poll of a new position.
    pub(super) fn since(&self) -> Option<i64> {
        self.state.since
    }

    /// Goes back to where the last run ended, but not further than a day.
    pub(super) fn limit_age(&mut self, now: i64) {
        let oldest = now.saturating_sub(MAX_AGE);
        self.state.since = self.state.since.map(|since| since.max(oldest));
    }

    /// Begins at this time, or where the last run ended if that is earlier. What is known to be done is not repeated.
    pub(super) fn extend_to(&mut self, time: i64) {
        self.state.since = Some(self.state.since.map_or(time, |since| since.min(time)));
    }

    /// Begins after what the API lists now.
    pub(super) fn begin_after(&mut self, listed: impl Iterator<Item = (String, i64)>, now: i64) {
        let listed: Vec<(String, i64)> = listed.collect();
        let latest = now.saturating_add(CLOCK_ERROR);
        let newest = listed.iter().map(|(_, time)| *time).filter(|time| *time <= latest).max();
        let since = newest.map_or(i64::MIN, |newest| newest.saturating_sub(OVERLAP));
        self.state.done = listed.into_iter().filter(|(_, time)| *time >= since).collect();
        self.state.since = Some(since);
    }

    /// Whether a delivery is to be forwarded: it was neither forwarded nor is it being forwarded.
    pub(super) fn is_new(&self, key: &str, time: i64) -> bool {
        let is_recent = self.state.since.is_some_and(|since| time >= since);
        is_recent && !self.state.done.contains_key(key) && !self.open.contains_key(key)
    }

    /// A delivery is being forwarded. Until it is done, a restart forwards it.
    pub(super) fn mark_open(&mut self, key: &str, time: i64) {
        self.open.insert(key.to_owned(), time);
    }

    /// A delivery was forwarded, given up or passed over.
    pub(super) fn mark_done(&mut self, key: &str, time: i64, now: i64) {
        self.open.remove(key);
        self.state.done.insert(key.to_owned(), time);
        if time <= now.saturating_add(CLOCK_ERROR) {
            self.newest = self.newest.max(time);
        }
    }

    /// How many deliveries are being forwarded.
    pub(super) fn open_count(&self) -> usize {
        self.open.len()
    }

    /// Writes the file.
    pub(super) fn save(&mut self) -> Result<(), CliError> {
        self.forget_old();
        let text = serde_json::to_string(&self.state)
            .map_err(|error| CliError::usage(format!("cannot encode the position: {error}")))?;
        write_private(&self.path, &text)
    }

    /// Forgets what the API is not asked for any more.
    fn forget_old(&mut self) {
        let oldest_open = self.open.values().min().copied().unwrap_or(i64::MAX);
        let mut since = self.newest.saturating_sub(OVERLAP).min(oldest_open);
        if self.state.done.len() > MAX_DONE {
            let mut times: Vec<i64> = self.state.done.values().copied().collect();
            times.sort_unstable();
            let surplus = times.len() - MAX_DONE;
            since = since.max(times.get(surplus).copied().unwrap_or(since));
        }
        // Last, so that no limit passes a delivery that a restart has to forward.
        let since = since.max(self.state.since.unwrap_or(i64::MIN)).min(oldest_open);
        self.state.since = self.state.since.map(|_| since);
        self.state.done.retain(|_, time| *time >= since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_io::TestFolder;

    const NOW: i64 = 1_800_000_000_000;

    fn open(folder: &TestFolder) -> Position {
        Position::open(&folder.0, &["shop", "production"]).unwrap()
    }

    #[test]
    fn what_was_listed_before_the_start_is_not_forwarded() {
        let folder = TestFolder::new();
        let mut position = open(&folder);
        assert_eq!(position.since(), None);
        let listed = [("old", NOW - 86_400_000), ("new", NOW)];
        position.begin_after(listed.map(|(key, time)| (key.to_owned(), time)).into_iter(), NOW);
        for (key, time, is_new) in [
            ("old", NOW - 86_400_000, false),
            ("new", NOW, false),
            ("late", NOW - 1000, true),
            ("next", NOW + 5, true),
        ] {
            assert_eq!(position.is_new(key, time), is_new, "{key}");
        }
    }

    #[test]
    fn a_restart_repeats_only_what_was_not_done() {
        let folder = TestFolder::new();
        let mut position = open(&folder);
        position.begin_after(std::iter::empty(), NOW);
        for key in ["a", "b"] {
            assert!(position.is_new(key, NOW));
            position.mark_open(key, NOW);
            assert!(!position.is_new(key, NOW));
        }
        position.mark_done("a", NOW, NOW);
        position.save().unwrap();
        drop(position);
        let position = open(&folder);
        assert!(!position.is_new("a", NOW) && position.is_new("b", NOW));
    }

    #[test]
    fn the_file_stays_small_and_keeps_what_is_open() {
        let folder = TestFolder::new();
        let mut position = open(&folder);
        position.begin_after(std::iter::empty(), NOW);
        position.mark_open("hangs", NOW);
        for number in 0..100 {
            position.mark_done(&format!("d{number}"), NOW + number * 60_000, NOW + number * 60_000);
        }
        position.save().unwrap();
        assert_eq!((position.since(), position.state.done.len()), (Some(NOW), 100));
        position.mark_done("hangs", NOW, NOW + 100 * 60_000);
        position.save().unwrap();
        // The overlap of ten minutes is left.
        assert_eq!((position.since(), position.state.done.len()), (Some(NOW + 89 * 60_000), 11));
        for number in 0..i64::try_from(MAX_DONE).unwrap() + 10 {
            position.mark_done(&format!("e{number}"), NOW + 99 * 60_000 + number / 100, NOW + 100 * 60_000);
        }
        position.save().unwrap();
        assert!(position.state.done.len() <= MAX_DONE + 100);
    }

    #[test]
    fn a_delivery_that_is_open_is_kept_among_very_many() {
        let folder = TestFolder::new();
        let mut position = open(&folder);
        position.begin_after(std::iter::empty(), NOW);
        position.mark_open("hangs", NOW);
        for number in 1..=i64::try_from(MAX_DONE).unwrap() + 100 {
            position.mark_done(&format!("d{number}"), NOW + number, NOW + number);
        }
        position.save().unwrap();
        drop(position);
        let mut position = open(&folder);
        assert!(position.is_new("hangs", NOW) && !position.is_new("d1", NOW + 1));
        position.mark_done("hangs", NOW, NOW);
        position.save().unwrap();
        assert!(position.state.done.len() <= MAX_DONE, "{}", position.state.done.len());
    }

    #[test]
    fn an_earlier_begin_extends_the_position_and_a_later_one_does_not_cut_it() {
        let folder = TestFolder::new();
        let mut position = open(&folder);
        position.extend_to(NOW);
        assert_eq!(position.since(), Some(NOW));
        position.extend_to(NOW + 1000);
        assert_eq!(position.since(), Some(NOW));
        position.extend_to(NOW - 1000);
        assert_eq!(position.since(), Some(NOW - 1000));
    }

    #[test]
    fn a_time_in_the_far_future_does_not_move_the_position() {
        let folder = TestFolder::new();
        let mut position = open(&folder);
        position.begin_after([("x".to_owned(), i64::MAX)].into_iter(), NOW);
        position.mark_done("y", i64::MAX, NOW);
        position.save().unwrap();
        assert!(position.is_new("z", NOW) && !position.is_new("y", i64::MAX));
    }

    #[test]
    fn a_second_run_for_the_same_consumer_is_refused() {
        let folder = TestFolder::new();
        let first = open(&folder);
        let error = Position::open(&folder.0, &["shop", "production"]).err().unwrap();
        assert!(error.message.contains("another `listen`"), "{}", error.message);
        assert!(Position::open(&folder.0, &["shop", "sandbox"]).is_ok());
        drop(first);
        open(&folder);
    }

    #[test]
    fn a_damaged_file_is_like_none() {
        let folder = TestFolder::new();
        let path = open(&folder).path.clone();
        write_private(&path, "{\"since\":").unwrap();
        assert_eq!(open(&folder).since(), None);
    }
}
