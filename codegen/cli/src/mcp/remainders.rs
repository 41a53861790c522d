//! What did not fit into a result, and further pages, by the cursors that ask for them.

use std::{collections::VecDeque, sync::Arc};

use openapi_client_description::JsonValue;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::fitting::measure;
use crate::call::{Call, Pages};

/// How much is kept for cursors, in bytes of JSON; the oldest is forgotten first.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// How many cursors are known at most.
const MAX_CURSORS: usize = 500;

/// What cursors ask for.
#[derive(Default)]
pub(super) struct Remainders {
    entries: VecDeque<Entry>,
    bytes: usize,
}

struct Entry {
    cursor: String,
    bytes: usize,
    rest: Rest,
}

/// What a cursor asks for.
#[derive(Clone)]
pub(super) enum Rest {
    /// A part of a result.
    Part { operation: String, path: String, value: Arc<JsonValue> },
    /// The next page of a list.
    Page(Arc<NextPage>),
}

/// The next page of a list, which is requested once.
pub(super) struct NextPage {
    pub(super) call: Call,
    pub(super) state: Mutex<PageState>,
}

/// Whether a page was requested.
pub(super) enum PageState {
    Open(Pages),
    /// The body and the cursor of the page after it. A client that lost the response asks again.
    Received {
        body: JsonValue,
        next: Option<String>,
    },
    Failed,
}

impl Remainders {
    /// Keeps what is missing, and makes the cursor that asks for it.
    pub(super) fn keep(&mut self, rest: Rest) -> String {
        let bytes = match &rest {
            Rest::Part { value, .. } => measure(value),
            // A page of usual size, once it is received.
            Rest::Page(_) => 64 * 1024,
        };
        let cursor = format!("next-{}", Uuid::new_v4().simple());
        self.bytes += bytes;
        self.entries.push_back(Entry { cursor: cursor.clone(), bytes, rest });
        while self.entries.len() > 1 && (self.bytes > MAX_BYTES || self.entries.len() > MAX_CURSORS) {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.bytes;
        }
        cursor
    }

    pub(super) fn find(&self, cursor: &str) -> Option<Rest> {
        self.entries.iter().find(|entry| entry.cursor == cursor).map(|entry| entry.rest.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: String) -> Rest {
        Rest::Part {
            operation: "a".to_owned(),
            path: String::new(),
            value: Arc::new(JsonValue::String(text)),
        }
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut remainders = Remainders::default();
        let first = remainders.keep(part("1".to_owned()));
        assert!(matches!(remainders.find(&first), Some(Rest::Part { .. })));
        for _ in 0..MAX_CURSORS {
            remainders.keep(part("2".to_owned()));
        }
        assert!(remainders.find(&first).is_none());
        assert_eq!(remainders.entries.len(), MAX_CURSORS);
        let large = remainders.keep(part("3".repeat(MAX_BYTES + 1)));
        assert!(remainders.find(&large).is_some());
        assert_eq!(remainders.entries.len(), 1);
        let small = remainders.keep(part("4".to_owned()));
        assert!(remainders.find(&large).is_none() && remainders.find(&small).is_some());
        assert_eq!(remainders.bytes, 3);
    }
}
