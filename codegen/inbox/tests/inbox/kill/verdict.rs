//! Reads from the database and from the files of the processes what became of every event.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{EVENTS, processes::Processes};
use crate::support::{
    database::{Database, EVENTS as TABLE},
    events::message_id,
};

/// A handler that began.
#[derive(Debug)]
struct Start {
    /// In Unix milliseconds.
    time: i64,
    id: String,
    attempt: u32,
    /// The number of the process.
    process: String,
}

/// What became of the events.
#[derive(Debug)]
pub(super) struct Verdict {
    /// When each event was done, in Unix milliseconds.
    done: BTreeMap<String, i64>,
    /// Events that are stored and not done, with their state.
    unfinished: Vec<String>,
    effects: Vec<String>,
    /// Handlers that began.
    starts: Vec<Start>,
}

impl Verdict {
    pub(super) async fn read(database: &Database, processes: &Processes) -> Self {
        let rows = database.rows(format!("SELECT id, done_at FROM {TABLE} WHERE state = 'done'")).await;
        let unfinished =
            database.rows(format!("SELECT id || ' is ' || state, seq FROM {TABLE} WHERE state <> 'done'"));
        let unfinished = unfinished.await.into_iter().map(|(text, _)| text).collect();
        let mut starts = Vec::new();
        for file in processes.start_files() {
            let text = std::fs::read_to_string(&file).unwrap();
            let process = file.file_stem().unwrap().to_string_lossy();
            starts.extend(text.lines().filter_map(|line| parse_start(line, &process)));
        }
        Self { done: rows.into_iter().collect(), unfinished, effects: database.effects().await, starts }
    }

    /// Checks that every event is done, that it had its effect once, and that no handler began after that.
    pub(super) fn check(&self) {
        let expected: BTreeSet<String> = (0..EVENTS).map(message_id).collect();
        let distinct: BTreeSet<String> = self.effects.iter().cloned().collect();
        let lost: Vec<&String> = expected.difference(&distinct).take(10).collect();
        assert!(lost.is_empty(), "lost, among others: {lost:?}");
        assert_eq!(self.effects.len(), expected.len(), "effects that happened twice");
        assert!(self.unfinished.is_empty(), "not done: {:?}", self.unfinished);
        assert!(self.done.keys().eq(&expected), "{} events are done", self.done.len());
        let late: Vec<String> = self.starts.iter().filter_map(|start| self.describe_late(start)).collect();
        assert!(late.is_empty(), "{} handled after they were done:\n{}", late.len(), late.join("\n"));
        let begun: BTreeSet<&String> = self.starts.iter().map(|start| &start.id).collect();
        assert_eq!(begun.len(), expected.len(), "every handler wrote down that it began");
    }

    /// Describes all attempts at an event if one of them began after the event was done.
    fn describe_late(&self, start: &Start) -> Option<String> {
        let done = self.done[&start.id];
        if start.time <= done {
            return None;
        }
        let attempts = self.starts.iter().filter(|other| other.id == start.id);
        let attempts = attempts.map(|Start { time, attempt, process, .. }| {
            format!("attempt {attempt} of process {process} began {} ms after", time - done)
        });
        Some(format!("{}: {}", start.id, attempts.collect::<Vec<_>>().join(", ")))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (starts, effects) = (self.starts.len(), self.effects.len());
        write!(f, "{} events done, {effects} effects, {starts} handlers began", self.done.len())
    }
}

/// A line of a process. The last one may be cut off by the kill.
fn parse_start(line: &str, process: &str) -> Option<Start> {
    let mut words = line.split(' ');
    let (time, id) = (words.next()?.parse().ok()?, words.next()?.to_owned());
    Some(Start { time, id, attempt: words.next()?.parse().ok()?, process: process.to_owned() })
}
