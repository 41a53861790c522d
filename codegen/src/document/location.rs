//! Pointer → line and column, for a whole text. Built from a stream of nodes, whatever the format.

use super::limits::MAX_DEPTH;
use super::pointer;
use std::collections::HashMap;

/// Bytes of pointers that an index may hold; a node beyond them is found by its nearest ancestor.
const MAX_INDEX_BYTES: usize = 128 << 20;

/// A line and a column, both counted from 1.
pub(super) type LineColumn = (usize, usize);

/// Begins the number behind the pointer of a repeated key, which could not be told from the first one's otherwise.
const REPETITION: char = '\0';

/// Where each node of a text stands. Only ever asked, never iterated.
#[derive(Debug, Default)]
pub struct Locations {
    nodes: HashMap<String, LineColumn>,
    /// Bytes of all pointers together.
    bytes: usize,
    /// Every repetition of a key in one mapping, in the order of the text.
    pub(super) repeated: Vec<(String, LineColumn)>,
}

impl Locations {
    /// The position of the node, or of its nearest ancestor that stands in the text.
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
}

impl Locations {
    /// The last node that begins at or before the position, and the longest pointer where several begin there.
    pub(super) fn last_before(&self, at: LineColumn) -> &str {
        let before = self.nodes.iter().filter(|(_, begins)| **begins <= at);
        before
            .max_by_key(|(pointer, begins)| (**begins, pointer.len(), *pointer))
            // What follows the sign marks a repetition.
            .and_then(|(pointer, _)| pointer.split(REPETITION).next())
            .unwrap_or("")
    }
}

enum Frame {
    Map { key: Option<LineColumn> },
    List { next: usize },
}

/// Follows the nodes of a text and notes where each begins.
pub(super) struct Indexer {
    pointer: String,
    /// Each open collection, with the length of the pointer up to it.
    frames: Vec<(Frame, usize)>,
    locations: Locations,
}

impl Indexer {
    pub(super) fn new() -> Self {
        Self { pointer: String::new(), frames: Vec::new(), locations: Locations::default() }
    }

    /// A key of the innermost mapping; its value comes next.
    pub(super) fn key(&mut self, name: &str, at: LineColumn) {
        if let Some((Frame::Map { key }, base)) = self.frames.last_mut() {
            *key = Some(at);
            self.pointer.truncate(*base);
            pointer::push(&mut self.pointer, name);
            if self.locations.nodes.contains_key(&self.pointer) {
                let repeated = &mut self.locations.repeated;
                repeated.push((self.pointer.clone(), at));
                // What stands below the repetition must not be taken for repetitions as well.
                self.pointer.push_str(&format!("{REPETITION}{}", repeated.len()));
            }
        }
    }

    /// A scalar or an alias. On the line of its key it is pointed to itself, elsewhere the key is.
    pub(super) fn scalar(&mut self, at: LineColumn) {
        let key = self.enter();
        let at = match key {
            Some(key) if key.0 != at.0 => key,
            _ => at,
        };
        self.note(at);
    }

    /// The start of a mapping.
    pub(super) fn open_map(&mut self, at: LineColumn) {
        let key = self.enter();
        self.note(key.unwrap_or(at));
        let base = self.pointer.len();
        self.frames.push((Frame::Map { key: None }, base));
    }

    /// The start of a sequence.
    pub(super) fn open_list(&mut self, at: LineColumn) {
        let key = self.enter();
        self.note(key.unwrap_or(at));
        let base = self.pointer.len();
        self.frames.push((Frame::List { next: 0 }, base));
    }

    /// The end of the innermost collection.
    pub(super) fn close(&mut self) {
        if let Some((_, base)) = self.frames.pop() {
            self.pointer.truncate(base);
        }
    }

    /// Whether the next scalar of the innermost collection is a key.
    pub(super) fn expects_key(&self) -> bool {
        matches!(self.frames.last(), Some((Frame::Map { key: None }, _)))
    }

    /// Whether to stop: what is deeper or longer than a document may be is not worth finding.
    pub(super) fn is_full(&self) -> bool {
        self.frames.len() > MAX_DEPTH || self.locations.bytes > MAX_INDEX_BYTES
    }

    pub(super) fn finish(self) -> Locations {
        self.locations
    }

    /// Moves the pointer to the value that begins now; its key's position if it has one.
    fn enter(&mut self) -> Option<LineColumn> {
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

    /// The first occurrence of a repeated key keeps its place.
    fn note(&mut self, at: LineColumn) {
        self.locations.bytes += self.pointer.len() + size_of::<(String, LineColumn)>();
        self.locations.nodes.entry(self.pointer.clone()).or_insert(at);
    }
}
