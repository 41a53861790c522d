//! `$ref`: what it names, where that is, and what stands in its place afterwards.
//!
//! A reference to a component schema stays. One to a schema anywhere else makes that schema a component of its own, so
//! that cycles cost nothing. Everything that is no schema is copied to where it is named.

use super::context::{Context, kind_of};
use crate::diagnostic::Diagnostic;
use crate::document::pointer;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// How many nodes may be copied in all: some hundred times what the largest published documents need.
pub(super) const MAX_COPIED: usize = 2_000_000;

/// How many references may lead to one another before a node is reached. What is copied in is walked by recursion.
const MAX_CHAIN: usize = 32;

/// The text before the name of a component schema, in the document as in what lowering writes.
pub(super) const SCHEMAS: &str = "#/components/schemas/";

/// What a reference names, by its text alone.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A component schema, by name.
    Schema(String),
    /// Any other node of the document, by pointer.
    Node(String),
    /// Another file, or an anchor.
    Foreign,
}

/// Reads the text of a reference: a URI fragment that holds a pointer, so both escapes may occur.
pub(super) fn parse(reference: &str) -> Target {
    let Some(fragment) = reference.strip_prefix('#') else {
        return Target::Foreign;
    };
    let pointer = percent_decode(fragment);
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Target::Foreign;
    }
    let segments: Vec<Cow<'_, str>> = pointer::segments(&pointer).collect();
    match segments.as_slice() {
        [components, schemas, name] if components == "components" && schemas == "schemas" => {
            Target::Schema(name.clone().into_owned())
        }
        _ => Target::Node(pointer.into_owned()),
    }
}

/// `%20` to a blank; a percent sign that begins no escape stays.
fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = tail
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .filter(|hex| *first == b'%' && hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match escape {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    match String::from_utf8(bytes) {
        Ok(decoded) => Cow::Owned(decoded),
        Err(_) => Cow::Borrowed(text),
    }
}

/// Schemas on their way to becoming components.
#[derive(Default)]
pub(super) struct Hoists {
    /// The component's name for each pointer that was hoisted. Only ever asked.
    names: HashMap<String, String>,
    taken: HashSet<String>,
    /// The last number that was tried behind a name that is taken.
    numbers: HashMap<String, usize>,
    /// Not yet put into the tree, in the order in which they were found.
    pub(super) waiting: Vec<(String, String)>,
}

impl Context<'_> {
    /// What a reference to a schema is to be replaced by; `None`, with a message, if it leads nowhere.
    pub(super) fn schema_reference(&mut self, reference: &str, at: &str) -> Option<String> {
        let mut seen: Vec<String> = Vec::new();
        let mut text = reference.to_owned();
        loop {
            if seen.len() > MAX_CHAIN {
                self.error(
                    "ref-chain",
                    &pointer::join(at, "$ref"),
                    "too many references lead to one another here",
                );
                return None;
            }
            if seen.contains(&text) {
                self.leads_to_itself(reference, at);
                return None;
            }
            match parse(&text) {
                Target::Foreign => {
                    self.foreign(&text, at);
                    return None;
                }
                Target::Schema(name) => {
                    if !self.targets.has_schema(&name) {
                        self.dangling(reference, at);
                        return None;
                    }
                    return Some(format!("{SCHEMAS}{name}"));
                }
                Target::Node(pointer) => {
                    let Some(node) = self.targets.node(&pointer) else {
                        self.dangling(reference, at);
                        return None;
                    };
                    let only_reference = node
                        .as_object()
                        .filter(|map| map.len() == 1)
                        .and_then(|map| map.get("$ref"))
                        .and_then(Value::as_str)
                        .map(str::to_owned);
                    let Some(next) = only_reference else {
                        let name = self.hoist(&pointer);
                        return Some(format!("{SCHEMAS}{name}"));
                    };
                    seen.push(std::mem::replace(&mut text, next));
                }
            }
        }
    }

    /// The name of the component that the schema at this pointer becomes.
    fn hoist(&mut self, target: &str) -> String {
        if let Some(name) = self.hoists.names.get(target) {
            return name.clone();
        }
        let wanted =
            hoisted_name(target, |operation| self.targets.operation_id(operation).map(str::to_owned));
        let mut name = wanted.clone();
        while self.targets.has_schema(&name) || self.hoists.taken.contains(&name) {
            let number = self.hoists.numbers.entry(wanted.clone()).or_insert(1);
            *number += 1;
            name = format!("{wanted}{number}");
        }
        self.hoists.taken.insert(name.clone());
        self.hoists.names.insert(target.to_owned(), name.clone());
        self.hoists.waiting.push((name.clone(), target.to_owned()));
        name
    }

    /// Replaces a reference to anything but a schema by a copy of its target, and calls `visit` with it. Members beside
    /// the reference win over those of the target.
    pub(super) fn inlined(
        &mut self,
        value: &mut Value,
        at: &mut String,
        visit: impl FnOnce(&mut Self, &mut Value, &mut String),
    ) {
        let Some(Value::String(reference)) = value.get("$ref") else {
            return visit(self, value, at);
        };
        let reference = reference.clone();
        let Some((pointer, mut target)) = self.copy_of(&reference, at) else {
            return;
        };
        if let (Some(target), Value::Object(siblings)) = (target.as_object_mut(), &mut *value) {
            for (key, sibling) in std::mem::take(siblings) {
                if key != "$ref" {
                    let place = pointer::join(at, &key);
                    let own = self.origins.original(&place).into_owned();
                    self.origins.record(place, own);
                    target.insert(key, sibling);
                }
            }
            if let Some(name) = component_name(&pointer) {
                target.insert("x-codegen-component".to_owned(), Value::String(name));
            }
        }
        self.origins.record(at.clone(), pointer.clone());
        *value = target;
        self.inlining.push(pointer);
        visit(self, value, at);
        self.inlining.pop();
    }

    /// The node at the end of a chain of references, and its pointer.
    fn copy_of(&mut self, reference: &str, at: &str) -> Option<(String, Value)> {
        let mut seen: Vec<String> = Vec::new();
        let mut text = reference.to_owned();
        loop {
            let Target::Node(pointer) = parse(&text) else {
                match parse(&text) {
                    Target::Foreign => self.foreign(&text, at),
                    _ => self.dangling(reference, at),
                }
                return None;
            };
            if seen.len() + self.inlining.len() > MAX_CHAIN {
                self.error(
                    "ref-chain",
                    &pointer::join(at, "$ref"),
                    "too many references lead to one another here",
                );
                return None;
            }
            if seen.contains(&pointer) || self.inlining.contains(&pointer) {
                self.leads_to_itself(reference, at);
                return None;
            }
            let Some(node) = self.targets.node(&pointer) else {
                self.dangling(reference, at);
                return None;
            };
            if let Some(Value::String(next)) = node.get("$ref") {
                text = next.clone();
                seen.push(pointer);
                continue;
            }
            if !node.is_object() {
                let message = format!("`{reference}` names {}, not an object", kind_of(node));
                self.error("dangling-ref", &pointer::join(at, "$ref"), message);
                return None;
            }
            let count = nodes(node);
            if !self.may_copy(count) {
                return None;
            }
            let copy = self.targets.node(&pointer)?.clone();
            return Some((pointer, copy));
        }
    }

    /// Counts nodes that are written once and needed again. Whether that many may still be added.
    pub(super) fn may_copy(&mut self, count: usize) -> bool {
        self.inlined = self.inlined.saturating_add(count);
        if self.inlined > MAX_COPIED {
            self.too_many_references();
        }
        self.inlined <= MAX_COPIED
    }

    pub(super) fn too_many_references(&mut self) {
        let message = "what the references of the document name adds up to too much to be copied";
        self.error("reference-limit", "", message);
    }

    fn dangling(&mut self, reference: &str, at: &str) {
        let diagnostic = Diagnostic::error("dangling-ref", format!("`{reference}` names nothing"))
            .help("correct the reference, or add its target, by an action of the overlay");
        self.report(diagnostic, &pointer::join(at, "$ref"));
    }

    fn leads_to_itself(&mut self, reference: &str, at: &str) {
        let message = format!("`{reference}` leads only back to itself");
        self.error("ref-loop", &pointer::join(at, "$ref"), message);
    }

    fn foreign(&mut self, reference: &str, at: &str) {
        let message = format!("`{reference}` does not name a node of this document by its pointer");
        let diagnostic = Diagnostic::error("foreign-ref", message).help(
            "bundle all files into one document first; references look like `#/components/schemas/Name`",
        );
        self.report(diagnostic, &pointer::join(at, "$ref"));
    }
}

pub(super) fn nodes(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(nodes).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(nodes).sum::<usize>(),
        _ => 1,
    }
}

/// `NotFound` for `/components/responses/NotFound`.
fn component_name(target: &str) -> Option<String> {
    let segments: Vec<_> = pointer::segments(target).collect();
    match segments.as_slice() {
        [components, _, name] if components == "components" => Some(name.clone().into_owned()),
        _ => None,
    }
}

/// A readable name from a pointer: the component or operation it lies in, then the members on the way.
fn hoisted_name(target: &str, operation_id: impl Fn(&str) -> Option<String>) -> String {
    let segments: Vec<_> = pointer::segments(target).collect();
    let strs: Vec<&str> = segments.iter().map(|s| &**s).collect();
    let (mut name, rest): (String, &[&str]) = match strs.as_slice() {
        ["components", _, name, rest @ ..] => (capitalised(name), rest),
        ["paths" | "webhooks", path, method, rest @ ..] => {
            let operation = pointer::from_segments([strs.first().copied().unwrap_or(""), path, method]);
            let id = operation_id(&operation).unwrap_or_else(|| format!("{method} {path}"));
            (capitalised(&id), rest)
        }
        all => (String::new(), all),
    };
    let mut rest = rest.iter();
    while let Some(segment) = rest.next() {
        match *segment {
            // The name of a definition is a name already.
            "$defs" | "definitions" => {
                name = rest.next().map(|s| capitalised(s)).unwrap_or(name);
            }
            "content" => {
                rest.next();
            }
            "properties" | "schema" | "headers" => {}
            "items" => name.push_str("Item"),
            "additionalProperties" => name.push_str("Value"),
            "responses" => name.push_str("Response"),
            "requestBody" => name.push_str("Request"),
            "parameters" => name.push_str("Parameter"),
            other => name.push_str(&capitalised(other)),
        }
    }
    if name.is_empty() { "Hoisted".to_owned() } else { name }
}

/// `get /users/{id}` to `GetUsersId`; what is no letter or digit separates words.
fn capitalised(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric())
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<Vec<_>>()
        })
        .collect()
}

/// Whether the value is an object with these keys and no others.
pub(super) fn has_only(map: &Map<String, Value>, keys: &[&str]) -> bool {
    map.keys().all(|key| keys.contains(&key.as_str()))
}
