//! What came and what was wrong with it, in order, and word of it to those who wait.

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

/// How many requests, and how many faults, are kept: the last ones. A test has less, a server of its own may run for days.
const KEPT: usize = 10_000;

/// How many bytes of bodies are kept, unless one alone has more: those of the last requests.
const KEPT_BYTES: usize = 256 * 1024 * 1024;

/// A request with what was asked by it.
#[derive(Debug)]
pub(crate) struct Entry {
    number: u64,
    pub(crate) raw: RecordedRequest,
    /// What was asked, as JSON text, once the request was found to be right.
    pub(crate) arguments: Option<String>,
}

impl Entry {
    /// What was asked of this operation; `None` if it was another, or the request was wrong.
    pub(crate) fn asked(&self, id: &str) -> Option<&str> {
        self.arguments.as_deref().filter(|_| self.raw.operation.as_deref() == Some(id))
    }
}

#[derive(Debug, Default)]
struct Pages {
    next: u64,
    entries: VecDeque<Entry>,
    /// How many bytes the bodies of the entries have.
    bytes: usize,
    faults: VecDeque<(u64, String)>,
}

/// The record of one server.
#[derive(Debug)]
pub(crate) struct Journal {
    pages: Mutex<Pages>,
    changed: watch::Sender<()>,
    /// Whether a test has asked for the faults since the last one.
    pub(crate) asked: AtomicBool,
}

impl Journal {
    pub(crate) fn new() -> Self {
        Self { pages: Mutex::default(), changed: watch::Sender::new(()), asked: AtomicBool::new(false) }
    }

    /// Writes down a request that begins to come; the number is its own.
    pub(crate) fn open(&self, raw: RecordedRequest) -> u64 {
        let number = {
            let mut pages = self.pages();
            pages.next += 1;
            let number = pages.next;
            if pages.entries.len() == KEPT
                && let Some(oldest) = pages.entries.pop_front()
            {
                pages.bytes -= oldest.raw.body.len();
            }
            pages.entries.push_back(Entry { number, raw, arguments: None });
            number
        };
        self.changed.send_replace(());
        number
    }

    /// Adds the body of a request, for which those of the oldest may have to give way.
    pub(crate) fn body(&self, number: u64, body: Bytes) {
        {
            let mut pages = self.pages();
            let Pages { entries, bytes, .. } = &mut *pages;
            if let Some(entry) = entries.iter_mut().rev().find(|entry| entry.number == number) {
                *bytes += body.len();
                entry.raw.body = body;
            }
            for entry in entries.iter_mut().filter(|entry| entry.number != number) {
                if *bytes <= KEPT_BYTES {
                    break;
                }
                *bytes -= std::mem::take(&mut entry.raw.body).len();
            }
        }
        self.changed.send_replace(());
    }

    /// Adds to what is known of a request. One that was cleared away meanwhile stays away.
    pub(crate) fn add(&self, number: u64, add: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.pages().entries.iter_mut().rev().find(|entry| entry.number == number) {
            add(entry);
        }
        self.changed.send_replace(());
    }

    /// Writes down what was wrong with a request.
    pub(crate) fn fault(&self, number: u64, fault: String) {
        let mut pages = self.pages();
        if pages.faults.len() == KEPT {
            pages.faults.pop_front();
        }
        pages.faults.push_back((number, fault));
        self.asked.store(false, Ordering::SeqCst);
    }

    /// What is made of each request that is kept, in order; nothing of those of which nothing is made.
    pub(crate) fn map<T>(&self, make: impl FnMut(&Entry) -> Option<T>) -> Vec<T> {
        self.pages().entries.iter().filter_map(make).collect()
    }

    /// What was wrong, each with its request.
    pub(crate) fn faults(&self) -> Vec<String> {
        let pages = self.pages();
        let line = |number: &u64| {
            let entry = pages.entries.iter().find(|entry| entry.number == *number);
            entry.map(|entry| format!("\n{}", entry.raw.line())).unwrap_or_default()
        };
        pages.faults.iter().map(|(number, fault)| format!("{fault}{}", line(number))).collect()
    }

    pub(crate) fn clear(&self) {
        let mut pages = self.pages();
        pages.entries.clear();
        pages.bytes = 0;
        pages.faults.clear();
    }

    /// Tells of every change from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};

    use super::*;

    #[test]
    fn the_bodies_of_the_last_requests_are_kept() {
        let journal = Journal::new();
        // One buffer for all: what is counted is what each would be alone.
        let body = Bytes::from(vec![b'x'; 1 << 20]);
        let kept = KEPT_BYTES / body.len();
        for _ in 0..kept + 3 {
            let number = journal.open(RecordedRequest {
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
            journal.body(number, body.clone());
        }
        let lengths = journal.map(|entry| Some(entry.raw.body.len()));
        assert_eq!(lengths.iter().filter(|length| **length == 0).count(), 3);
        assert_eq!((lengths[2], lengths[3]), (0, body.len()));
        journal.clear();
        assert_eq!(journal.pages().bytes, 0);
    }
}
