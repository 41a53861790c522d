//! The journal of a server: received requests and the problems with them, in order. It notifies those who wait for
//! a call.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use tokio::sync::watch;

use crate::server::records::recorded_request::RecordedRequest;

/// The number of requests, and of problems, that are kept. A test stays below it; a server that runs for days does
/// not.
const MAX_ENTRIES: usize = 10_000;

/// The total size of the request bodies that are kept. A single larger body is kept alone.
const MAX_BODY_BYTES: usize = 256 * 1024 * 1024;

/// A received request and its arguments.
#[derive(Debug)]
pub(crate) struct JournalEntry {
    number: u64,
    pub(crate) request: RecordedRequest,
    /// The arguments of the call as JSON text, if the request is valid.
    pub(crate) arguments: Option<String>,
}

impl JournalEntry {
    /// Returns the arguments if this is a valid call of the operation.
    pub(crate) fn arguments_of(&self, operation_id: &str) -> Option<&str> {
        self.arguments.as_deref().filter(|_| self.request.operation.as_deref() == Some(operation_id))
    }
}

#[derive(Debug, Default)]
struct Contents {
    last_number: u64,
    entries: VecDeque<JournalEntry>,
    /// The total size of the bodies of all entries.
    body_bytes: usize,
    /// Each problem with the number of its request.
    problems: VecDeque<(u64, String)>,
}

/// The journal of one server.
#[derive(Debug)]
pub(crate) struct Journal {
    contents: Mutex<Contents>,
    changes: watch::Sender<()>,
    /// Whether the test has verified the server since the last problem.
    is_verified: AtomicBool,
}

impl Journal {
    pub(crate) fn new() -> Self {
        Self {
            contents: Mutex::default(),
            changes: watch::Sender::new(()),
            is_verified: AtomicBool::new(false),
        }
    }

    /// Adds a request whose body is not read yet, and returns its number.
    pub(crate) fn add_request(&self, request: RecordedRequest) -> u64 {
        let number = {
            let mut contents = self.contents();
            contents.last_number += 1;
            let number = contents.last_number;
            if contents.entries.len() == MAX_ENTRIES
                && let Some(oldest) = contents.entries.pop_front()
            {
                contents.body_bytes -= oldest.request.body.len();
            }
            contents.entries.push_back(JournalEntry { number, request, arguments: None });
            number
        };
        self.changes.send_replace(());
        number
    }

    /// Sets the body of a request, and empties the oldest bodies while the total is above the limit.
    pub(crate) fn set_body(&self, number: u64, body: Bytes) {
        {
            let mut contents = self.contents();
            let Contents { entries, body_bytes, .. } = &mut *contents;
            if let Some(entry) = entries.iter_mut().rev().find(|entry| entry.number == number) {
                *body_bytes += body.len();
                entry.request.body = body;
            }
            for entry in entries.iter_mut().filter(|entry| entry.number != number) {
                if *body_bytes <= MAX_BODY_BYTES {
                    break;
                }
                *body_bytes -= std::mem::take(&mut entry.request.body).len();
            }
        }
        self.changes.send_replace(());
    }

    /// Updates the entry of a request. Does nothing if the journal was cleared since the request was received.
    pub(crate) fn update(&self, number: u64, update: impl FnOnce(&mut JournalEntry)) {
        if let Some(entry) = self.contents().entries.iter_mut().rev().find(|entry| entry.number == number) {
            update(entry);
        }
        self.changes.send_replace(());
    }

    /// Adds a problem with a request.
    pub(crate) fn add_problem(&self, number: u64, problem: String) {
        let mut contents = self.contents();
        if contents.problems.len() == MAX_ENTRIES {
            contents.problems.pop_front();
        }
        contents.problems.push_back((number, problem));
        self.is_verified.store(false, Ordering::SeqCst);
    }

    /// Maps the entries in order, and leaves out those for which the function returns `None`.
    pub(crate) fn filter_map<T>(&self, function: impl FnMut(&JournalEntry) -> Option<T>) -> Vec<T> {
        self.contents().entries.iter().filter_map(function).collect()
    }

    /// Describes the problems in order, each with its request.
    pub(crate) fn problems(&self) -> Vec<String> {
        let contents = self.contents();
        let request_line = |number: &u64| {
            let entry = contents.entries.iter().find(|entry| entry.number == *number);
            entry.map(|entry| format!("\nrequest: {}", entry.request.summary())).unwrap_or_default()
        };
        contents
            .problems
            .iter()
            .map(|(number, problem)| format!("{problem}{}", request_line(number)))
            .collect()
    }

    /// Remembers that the test has seen the problems so far.
    pub(crate) fn mark_verified(&self) {
        self.is_verified.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_verified(&self) -> bool {
        self.is_verified.load(Ordering::SeqCst)
    }

    pub(crate) fn clear(&self) {
        let mut contents = self.contents();
        contents.entries.clear();
        contents.body_bytes = 0;
        contents.problems.clear();
    }

    /// Notifies of every change from now on.
    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};

    use super::*;

    #[test]
    fn the_oldest_bodies_are_emptied_above_the_limit() {
        let journal = Journal::new();
        // All requests share one buffer: the limit counts the length of each body, not the memory that it occupies.
        let body = Bytes::from(vec![b'x'; 1 << 20]);
        let kept = MAX_BODY_BYTES / body.len();
        for _ in 0..kept + 3 {
            let number = journal.add_request(RecordedRequest {
                method: Method::POST,
                path: "/things".to_owned(),
                query: None,
                headers: HeaderMap::new(),
                body: Bytes::new(),
                operation: None,
                status: None,
                stubbed: false,
                replayed: false,
            });
            journal.set_body(number, body.clone());
        }
        let lengths = journal.filter_map(|entry| Some(entry.request.body.len()));
        assert_eq!(lengths.iter().filter(|length| **length == 0).count(), 3);
        assert_eq!((lengths[2], lengths[3]), (0, body.len()));
        journal.clear();
        assert_eq!(journal.contents().body_bytes, 0);
    }
}
