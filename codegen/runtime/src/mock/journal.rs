//! What came and what was wrong with it, in order, and word of it to those who wait.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::watch;

use super::recorded::Recorded;

/// A request with what was asked by it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    number: u64,
    pub(crate) raw: Recorded,
    /// What was asked, as JSON text, once the request was found to be right.
    pub(crate) arguments: Option<String>,
}

#[derive(Debug, Default)]
struct Pages {
    next: u64,
    entries: Vec<Entry>,
    faults: Vec<(u64, String)>,
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
    pub(crate) fn open(&self, raw: Recorded) -> u64 {
        let number = {
            let mut pages = self.pages();
            pages.next += 1;
            let number = pages.next;
            pages.entries.push(Entry { number, raw, arguments: None });
            number
        };
        self.changed.send_replace(());
        number
    }

    /// Adds to what is known of a request. One that was cleared away meanwhile stays away.
    pub(crate) fn add(&self, number: u64, add: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.pages().entries.iter_mut().find(|entry| entry.number == number) {
            add(entry);
        }
        self.changed.send_replace(());
    }

    /// Writes down what was wrong with a request.
    pub(crate) fn fault(&self, number: u64, fault: String) {
        self.pages().faults.push((number, fault));
        self.asked.store(false, Ordering::SeqCst);
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.pages().entries.clone()
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
