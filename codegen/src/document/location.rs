//! Maps the pointers of a text's nodes to lines and columns. Both formats feed their nodes into one [`Indexer`].

use super::limits::MAX_DEPTH;
use super::pointer;
use std::collections::HashMap;

/// The size of an index in bytes. A node beyond the limit is found through its nearest ancestor.
const MAX_INDEX_BYTES: usize = 128 << 20;

/// A line and a column, both counted from 1.
pub(super) type LineColumn = (usize, usize);

/// Separates the pointer of a repeated key from a number that makes it unique.
const REPETITION: char = '\0';

/// The positions of a text's nodes.
#[derive(Debug, Default)]
pub struct Locations {
    nodes: HashMap<String, LineColumn>,
    /// The size of all entries together.
    bytes: usize,
    /// Every repeated key with its position, in the order of the text.
    pub(super) repeated: Vec<(String, LineColumn)>,
}

impl Locations {
    /// Adds a node.
    pub(super) fn insert(&mut self, pointer: &str, at: LineColumn) {
        self.bytes += pointer.len() + size_of::<(String, LineColumn)>();
        if self.bytes <= MAX_INDEX_BYTES {
            self.nodes.entry(pointer.to_owned()).or_insert(at);
        }
    }

    /// The position of the node, or of its nearest ancestor that is in the text.
    #[must_use]
    pub fn find(&self, pointer: &str) -> Option<LineColumn> {
        let mut pointer = pointer;
        loop {
            if let Some(position) = self.nodes.get(pointer) {
                return Some(*position);
            }
            pointer = pointer::parent(pointer)?.0;
        }
    }

    /// The pointer of the last node that starts at or before the position; the innermost, if several start there.
    pub(super) fn last_before(&self, at: LineColumn) -> &str {
        let before = self.nodes.iter().filter(|(_, start)| **start <= at);
        before
            .max_by_key(|(pointer, start)| (**start, pointer.len(), *pointer))
            .and_then(|(pointer, _)| pointer.split(REPETITION).next())
            .unwrap_or("")
    }
}

enum Frame {
    Map { key: Option<LineColumn> },
    List { next: usize },
}

/// Builds [`Locations`] from the nodes of a text in their order.
pub(super) struct Indexer {
    pointer: String,
    /// The open collections, each with the length of its pointer.
    frames: Vec<(Frame, usize)>,
    locations: Locations,
}

impl Indexer {
    pub(super) fn new() -> Self {
        Self { pointer: String::new(), frames: Vec::new(), locations: Locations::default() }
    }

    /// Enters a key of the innermost mapping. Its value must follow.
    pub(super) fn add_key(&mut self, name: &str, at: LineColumn) {
        if let Some((Frame::Map { key }, base)) = self.frames.last_mut() {
            *key = Some(at);
            self.pointer.truncate(*base);
            pointer::push_segment(&mut self.pointer, name);
            if self.locations.nodes.contains_key(&self.pointer) {
                let repeated = &mut self.locations.repeated;
                repeated.push((self.pointer.clone(), at));
                // With a pointer of its own, the repeated key's value does not count as repeated too.
                self.pointer.push_str(&format!("{REPETITION}{}", repeated.len()));
            }
        }
    }

    /// Enters a scalar or an alias. Its position is its own if it is on the line of its key, and else the key's: the key is
    /// what a reader recognizes.
    pub(super) fn add_scalar(&mut self, at: LineColumn) {
        let key = self.start_value();
        let at = match key {
            Some(key) if key.0 != at.0 => key,
            _ => at,
        };
        self.record(at);
    }

    /// Starts a mapping.
    pub(super) fn open_map(&mut self, at: LineColumn) {
        let key = self.start_value();
        self.record(key.unwrap_or(at));
        let base = self.pointer.len();
        self.frames.push((Frame::Map { key: None }, base));
    }

    /// Starts a sequence.
    pub(super) fn open_list(&mut self, at: LineColumn) {
        let key = self.start_value();
        self.record(key.unwrap_or(at));
        let base = self.pointer.len();
        self.frames.push((Frame::List { next: 0 }, base));
    }

    /// Ends the innermost collection.
    pub(super) fn close(&mut self) {
        if let Some((_, base)) = self.frames.pop() {
            self.pointer.truncate(base);
        }
    }

    /// Whether the next scalar of the innermost collection is a key.
    pub(super) fn expects_key(&self) -> bool {
        matches!(self.frames.last(), Some((Frame::Map { key: None }, _)))
    }

    /// Whether the text exceeds a limit. Such a document is rejected, so the index may stay incomplete.
    pub(super) fn is_full(&self) -> bool {
        self.frames.len() > MAX_DEPTH || self.locations.bytes > MAX_INDEX_BYTES
    }

    pub(super) fn finish(self) -> Locations {
        self.locations
    }

    /// Moves the pointer to the value that starts now. Returns the position of its key, if it has one.
    fn start_value(&mut self) -> Option<LineColumn> {
        match self.frames.last_mut() {
            Some((Frame::Map { key }, _)) => key.take(),
            Some((Frame::List { next }, base)) => {
                self.pointer.truncate(*base);
                pointer::push_index(&mut self.pointer, *next);
                *next += 1;
                None
            }
            None => None,
        }
    }

    fn record(&mut self, at: LineColumn) {
        self.locations.bytes += self.pointer.len() + size_of::<(String, LineColumn)>();
        self.locations.nodes.entry(self.pointer.clone()).or_insert(at);
    }
}
