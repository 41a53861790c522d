//! YAML text to a tree, and the positions of its nodes.
//!
//! The tree is built from the parser's events without recursion, so depth, repeated keys and what aliases add up to are
//! all judged here, before any memory is spent on them.

use super::failure::Failure;
use super::limits::{MAX_ALIAS_BYTES, MAX_COMMAS, MAX_DEPTH, MAX_NODES};
use super::location::{Indexer, LineColumn, Locations};
use super::scalar;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashMap;

fn line_column(marker: Marker) -> LineColumn {
    (marker.line().max(1), marker.col() + 1)
}

/// The tree; every repeated key is a failure of its own, and the first of them counts in the tree.
pub(super) fn parse(text: &str, failures: &mut Vec<Failure>) -> Option<Value> {
    if text.bytes().filter(|byte| *byte == b',').count() > MAX_COMMAS {
        failures.push(Failure::too_large((1, 1)));
        return None;
    }
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let step = match event {
            Ok((event, span)) => builder.event(event, line_column(span.start), failures),
            Err(error) => Err(Failure::broken("YAML", error.info(), line_column(*error.marker()))),
        };
        match step {
            Ok(true) => {}
            Ok(false) => break,
            Err(failure) => {
                failures.push(failure);
                return None;
            }
        }
    }
    builder.root
}

#[derive(Default)]
struct Builder {
    root: Option<Value>,
    documents: usize,
    nodes: usize,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchor>,
    /// What anchors and aliases have copied so far.
    copied: usize,
}

/// A collection whose end has not been read.
struct Open {
    collection: Collection,
    anchor: usize,
    /// Bytes, roughly, of what it holds.
    weight: usize,
}

enum Collection {
    Map { map: Map<String, Value>, key: Option<String>, merges: bool },
    List(Vec<Value>),
}

struct Anchor {
    value: Value,
    weight: usize,
}

impl Builder {
    /// Whether to go on.
    fn event(
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
                let map = Map::new();
                self.open(Collection::Map { map, key: None, merges: false }, anchor, at)
            }
            Event::SequenceStart(anchor, _) => self.open(Collection::List(Vec::new()), anchor, at),
            Event::MappingEnd | Event::SequenceEnd => self.close(at),
            Event::Alias(id) => self.alias(id, at),
            Event::Scalar(text, style, anchor, tag) => {
                if self.expects_key() {
                    if anchor > 0 {
                        let value = Value::String(text.clone().into_owned());
                        self.anchors.insert(anchor, Anchor { value, weight: text.len() });
                    }
                    self.key(text, style, at, failures);
                    return Ok(true);
                }
                let weight = text.len() + size_of::<Value>();
                let value = resolve(text, style, tag.as_deref());
                self.value(value, weight, anchor, at)
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

    fn close(&mut self, at: LineColumn) -> Result<bool, Failure> {
        let Some(open) = self.open.pop() else {
            return Ok(true);
        };
        let value = match open.collection {
            Collection::Map { map, merges: false, .. } => Value::Object(map),
            Collection::Map { map, .. } => Value::Object(merge(map)),
            Collection::List(list) => Value::Array(list),
        };
        self.value(value, open.weight, open.anchor, at)
    }

    fn key(&mut self, text: Cow<'_, str>, style: ScalarStyle, at: LineColumn, failures: &mut Vec<Failure>) {
        let Some(Collection::Map { map, key, merges }) =
            self.open.last_mut().map(|open| &mut open.collection)
        else {
            return;
        };
        if text == "<<" && style == ScalarStyle::Plain {
            *merges = true;
        }
        if map.contains_key(text.as_ref()) {
            failures.push(Failure::repeated_key(&text, at));
        }
        *key = Some(text.into_owned());
    }

    fn alias(&mut self, id: usize, at: LineColumn) -> Result<bool, Failure> {
        if self.expects_key() {
            return Err(Failure::complex_key("an alias", at));
        }
        let Some(anchor) = self.anchors.get(&id) else {
            return Err(Failure::alias_loop(at));
        };
        let weight = anchor.weight;
        charge(&mut self.copied, weight, at)?;
        if self.open.len() + depth(&anchor.value) > MAX_DEPTH {
            return Err(Failure::too_deep(at));
        }
        let value = anchor.value.clone();
        self.value(value, weight, 0, at)
    }

    /// Puts a finished value where it belongs.
    fn value(&mut self, value: Value, weight: usize, anchor: usize, at: LineColumn) -> Result<bool, Failure> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Failure::too_large(at));
        }
        if anchor > 0 {
            charge(&mut self.copied, weight, at)?;
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
            Collection::Map { map, key, .. } => {
                if let Some(key) = key.take() {
                    open.weight += key.len();
                    map.entry(key).or_insert(value);
                }
            }
        }
        Ok(true)
    }
}

/// Counts what a copy costs, so that a few lines of aliases cannot fill the memory.
fn charge(copied: &mut usize, weight: usize, at: LineColumn) -> Result<(), Failure> {
    *copied = copied.saturating_add(weight);
    if *copied > MAX_ALIAS_BYTES { Err(Failure::alias_limit(at)) } else { Ok(()) }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Quoted text is a string; the tags of the core schema are honoured, others say nothing about JSON.
fn resolve(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let core = tag.filter(|tag| tag.is_yaml_core_schema()).map(|tag| tag.suffix.as_str());
    match core {
        Some("str" | "binary" | "timestamp") => Value::String(text.into_owned()),
        Some("int" | "float" | "bool" | "null") => scalar::plain(&text),
        _ if style == ScalarStyle::Plain => scalar::plain(&text),
        _ => Value::String(text.into_owned()),
    }
}

/// `<<: *base`: the members of the base that the mapping does not set itself.
fn merge(mut map: Map<String, Value>) -> Map<String, Value> {
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

/// Where each node stands. The text has been parsed before; a failure ends the index early.
pub(super) fn locations(text: &str) -> Locations {
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
            Event::Scalar(name, ..) if indexer.expects_key() => indexer.key(&name, at),
            Event::Scalar(..) | Event::Alias(_) => indexer.scalar(at),
            _ => {}
        }
    }
    indexer.finish()
}
