//! Parses YAML into a tree, and indexes the positions of its nodes.
//!
//! The tree is built from the parser's events without recursion, so that depth, repeated keys and the size of expanded
//! aliases are checked before memory is allocated for them.

use super::failure::Failure;
use super::limits::{MAX_ALIAS_BYTES, MAX_COMMAS, MAX_DEPTH, MAX_NODES};
use super::location::{Indexer, LineColumn, Locations};
use super::marks::Marks;
use super::scalar;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};
use serde_json::map::Entry as MapEntry;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashMap;

fn line_column(marker: Marker) -> LineColumn {
    (marker.line().max(1), marker.col() + 1)
}

/// Parses a text, and marks the positions of its nodes. Each repeated key is a failure; the first occurrence is in the tree.
pub(super) fn parse_yaml(text: &str, failures: &mut Vec<Failure>) -> Option<(Value, Marks)> {
    if text.bytes().filter(|byte| *byte == b',').count() > MAX_COMMAS {
        failures.push(Failure::too_large((1, 1)));
        return None;
    }
    let mut builder = TreeBuilder::default();
    let mut marks = Marks::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let step = match event {
            Ok((event, span)) => {
                let at = line_column(span.start);
                mark_event(&mut marks, &event, builder.expects_key(), at);
                builder.handle_event(event, at, failures)
            }
            Err(error) => Err(Failure::broken_yaml(error.info(), line_column(*error.marker()))),
        };
        match step {
            Ok(true) => {}
            Ok(false) => break,
            Err(failure) => {
                builder.close_all(failures);
                failures.push(failure);
                builder.root = None;
                break;
            }
        }
    }
    // Those of a mapping are found where it ends.
    failures.sort_by_key(|failure| failure.at);
    marks.shrink();
    builder.root.map(|root| (root, marks))
}

fn mark_event(marks: &mut Marks, event: &Event<'_>, is_key: bool, at: LineColumn) {
    match event {
        Event::MappingStart(..) => marks.push_map(at),
        Event::SequenceStart(..) => marks.push_list(at),
        Event::MappingEnd | Event::SequenceEnd => marks.push_end(),
        Event::Scalar(name, ..) if is_key => marks.push_key(name, at),
        Event::Scalar(..) | Event::Alias(_) => marks.push_scalar(at),
        _ => {}
    }
}

/// Builds the tree from events.
#[derive(Default)]
struct TreeBuilder {
    root: Option<Value>,
    documents: usize,
    nodes: usize,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchor>,
    /// Empty buffers of mappings that are closed.
    spare: Vec<Vec<Entry>>,
    /// The approximate size of all copies that anchors and aliases made so far.
    copied: usize,
}

/// A collection whose end event has not been seen.
struct Open {
    collection: Collection,
    anchor: usize,
    /// The approximate size of its contents in bytes.
    weight: usize,
}

enum Collection {
    Map { entries: Vec<Entry>, key: Option<(String, LineColumn)>, merges: bool },
    List(Vec<Value>),
}

/// An entry of a mapping, with the position of its key.
type Entry = (String, LineColumn, Value);

struct Anchor {
    value: Value,
    weight: usize,
}

impl TreeBuilder {
    /// Returns whether the document goes on.
    fn handle_event(
        &mut self,
        event: Event<'_>,
        at: LineColumn,
        failures: &mut Vec<Failure>,
    ) -> Result<bool, Failure> {
        match event {
            Event::Nothing | Event::StreamStart | Event::DocumentEnd => Ok(true),
            Event::StreamEnd => Ok(false),
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Failure::several_documents(at));
                }
                Ok(true)
            }
            Event::MappingStart(anchor, _) => {
                let entries = self.spare.pop().unwrap_or_default();
                self.open(Collection::Map { entries, key: None, merges: false }, anchor, at)
            }
            Event::SequenceStart(anchor, _) => self.open(Collection::List(Vec::new()), anchor, at),
            Event::MappingEnd | Event::SequenceEnd => self.close(at, failures),
            Event::Alias(id) => self.expand_alias(id, at),
            Event::Scalar(text, style, anchor, tag) => {
                if self.expects_key() {
                    if anchor > 0 {
                        let value = Value::String(text.clone().into_owned());
                        self.anchors.insert(anchor, Anchor { value, weight: text.len() });
                    }
                    self.start_entry(text, style, at);
                    return Ok(true);
                }
                let weight = text.len() + size_of::<Value>();
                let value = resolve_scalar(text, style, tag.as_deref());
                self.add_value(value, weight, anchor, at)
            }
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last().map(|open| &open.collection), Some(Collection::Map { key: None, .. }))
    }

    fn open(&mut self, collection: Collection, anchor: usize, at: LineColumn) -> Result<bool, Failure> {
        if self.expects_key() {
            return Err(Failure::complex_key("a list or a mapping", at));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Failure::too_deep(at));
        }
        self.open.push(Open { collection, anchor, weight: size_of::<Value>() });
        Ok(true)
    }

    fn close(&mut self, at: LineColumn, failures: &mut Vec<Failure>) -> Result<bool, Failure> {
        let Some(open) = self.open.pop() else {
            return Ok(true);
        };
        let value = match open.collection {
            Collection::Map { mut entries, merges, .. } => {
                let map = make_map(&mut entries, failures);
                self.spare.push(entries);
                Value::Object(if merges { apply_merge_keys(map) } else { map })
            }
            Collection::List(list) => Value::Array(list),
        };
        self.add_value(value, open.weight, open.anchor, at)
    }

    /// Reports the repeated keys of mappings that do not end.
    fn close_all(&mut self, failures: &mut Vec<Failure>) {
        for open in self.open.drain(..) {
            if let Collection::Map { mut entries, .. } = open.collection {
                make_map(&mut entries, failures);
            }
        }
    }

    fn start_entry(&mut self, text: Cow<'_, str>, style: ScalarStyle, at: LineColumn) {
        let Some(Collection::Map { key, merges, .. }) = self.open.last_mut().map(|open| &mut open.collection)
        else {
            return;
        };
        if text == "<<" && style == ScalarStyle::Plain {
            *merges = true;
        }
        *key = Some((own_text(text), at));
    }

    fn expand_alias(&mut self, id: usize, at: LineColumn) -> Result<bool, Failure> {
        if self.expects_key() {
            return Err(Failure::complex_key("an alias", at));
        }
        let Some(anchor) = self.anchors.get(&id) else {
            return Err(Failure::alias_loop(at));
        };
        let weight = anchor.weight;
        count_copy(&mut self.copied, weight, at)?;
        if self.open.len() + nesting_depth(&anchor.value) > MAX_DEPTH {
            return Err(Failure::too_deep(at));
        }
        let value = anchor.value.clone();
        self.add_value(value, weight, 0, at)
    }

    /// Adds a complete value to the innermost open collection.
    fn add_value(
        &mut self,
        value: Value,
        weight: usize,
        anchor: usize,
        at: LineColumn,
    ) -> Result<bool, Failure> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Failure::too_large(at));
        }
        if anchor > 0 {
            count_copy(&mut self.copied, weight, at)?;
            let value = value.clone();
            self.anchors.insert(anchor, Anchor { value, weight });
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(value);
            return Ok(true);
        };
        open.weight += weight;
        match &mut open.collection {
            Collection::List(list) => list.push(value),
            Collection::Map { entries, key, .. } => {
                if let Some((key, at)) = key.take() {
                    open.weight += key.len();
                    entries.push((key, at, value));
                }
            }
        }
        Ok(true)
    }
}

/// The map of these entries, at its size: a document has tens of thousands. Takes the entries, and keeps the first of a key.
fn make_map(entries: &mut Vec<Entry>, failures: &mut Vec<Failure>) -> Map<String, Value> {
    let mut map = Map::with_capacity(entries.len());
    for (key, at, value) in entries.drain(..) {
        match map.entry(key) {
            MapEntry::Vacant(entry) => {
                entry.insert(value);
            }
            MapEntry::Occupied(entry) => failures.push(Failure::repeated_key(entry.key(), at)),
        }
    }
    map
}

/// The text, at its size: the parser's buffers are up to twice as large.
fn own_text(text: Cow<'_, str>) -> String {
    match text {
        Cow::Owned(text) if text.capacity() - text.len() <= text.len() / 8 => text,
        text => text.as_ref().to_owned(),
    }
}

/// Adds the size of a copy, so that a few lines of nested aliases cannot fill the memory.
fn count_copy(copied: &mut usize, weight: usize, at: LineColumn) -> Result<(), Failure> {
    *copied = copied.saturating_add(weight);
    if *copied > MAX_ALIAS_BYTES { Err(Failure::alias_limit(at)) } else { Ok(()) }
}

fn nesting_depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(nesting_depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(nesting_depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Converts a scalar. Quoted text is a string, unless a tag of the core schema says otherwise. Other tags are ignored.
fn resolve_scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let core = tag.filter(|tag| tag.is_yaml_core_schema()).map(|tag| tag.suffix.as_str());
    match core {
        Some("str" | "binary" | "timestamp") => Value::String(own_text(text)),
        Some("int" | "float" | "bool" | "null") => scalar::parse_plain_scalar(&text),
        _ if style == ScalarStyle::Plain => scalar::parse_plain_scalar(&text),
        _ => Value::String(own_text(text)),
    }
}

/// Applies the merge key `<<: *base` of YAML 1.1: adds the entries of the base that the mapping does not have itself.
fn apply_merge_keys(mut map: Map<String, Value>) -> Map<String, Value> {
    let bases = match map.shift_remove("<<") {
        Some(Value::Array(list)) => list,
        Some(base) => vec![base],
        None => Vec::new(),
    };
    for base in bases {
        match base {
            Value::Object(base) => {
                for (key, value) in base {
                    map.entry(key).or_insert(value);
                }
            }
            other => {
                map.insert("<<".to_owned(), other);
            }
        }
    }
    map
}

/// Indexes the positions of all nodes. In an invalid text, the index ends at the error.
pub(super) fn index_locations(text: &str) -> Locations {
    let mut indexer = Indexer::new();
    let mut parser = Parser::new_from_str(text);
    while let Some(Ok((event, span))) = parser.next_event() {
        if indexer.is_full() {
            break;
        }
        let at = line_column(span.start);
        match event {
            Event::MappingStart(..) => indexer.open_map(at),
            Event::SequenceStart(..) => indexer.open_list(at),
            Event::MappingEnd | Event::SequenceEnd => indexer.close(),
            Event::Scalar(name, ..) if indexer.expects_key() => indexer.add_key(&name, at),
            Event::Scalar(..) | Event::Alias(_) => indexer.add_scalar(at),
            _ => {}
        }
    }
    indexer.finish()
}
