//! Resolves `$ref`.
//!
//! A reference to a component schema is kept. A schema elsewhere that is referenced becomes a component (it is *hoisted*),
//! so that recursive schemas need no expansion. Everything else, such as a parameter, is copied to where it is referenced.

use super::context::{LowerContext, kind_of};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::pointer;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The number of nodes that may be copied in total, about a hundred times what the largest published documents need.
pub(super) const MAX_COPIED: usize = 2_000_000;

/// The length of a chain of references. Copied nodes are lowered recursively, so the limit protects the stack.
const MAX_CHAIN: usize = 32;

/// The prefix of references to component schemas, in the document as well as in the lowered tree.
pub(super) const SCHEMAS: &str = "#/components/schemas/";

/// The target of a reference, according to its text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A component schema, by name.
    Schema(String),
    /// Any other node of the document, by pointer.
    Node(String),
    /// Another file, or an anchor.
    Foreign,
}

/// Parses a reference. It is a URI fragment that contains a JSON Pointer, so it is percent-encoded as well as escaped (RFC
/// 6901, section 6).
pub(super) fn parse_reference(reference: &str) -> Target {
    let Some(fragment) = reference.strip_prefix('#') else {
        return Target::Foreign;
    };
    let pointer = pointer::decode_fragment(fragment);
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

/// The schemas that become components.
#[derive(Default)]
pub(super) struct Hoists {
    /// The name of the component for each hoisted pointer.
    names: HashMap<String, String>,
    used: HashSet<String>,
    /// The last number that was appended to a name that is in use.
    numbers: HashMap<String, usize>,
    /// The name and pointer of each hoisted schema, in the order in which the references were found.
    pub(super) queue: Vec<(String, String)>,
}

impl LowerContext<'_> {
    /// Resolves a reference to a schema into a reference to a component. Returns `None`, and reports why, if there is no
    /// target.
    pub(super) fn resolve_schema_reference(&mut self, reference: &str, at: &str) -> Option<String> {
        let mut seen: Vec<String> = Vec::new();
        let mut text = reference.to_owned();
        loop {
            if seen.len() > MAX_CHAIN {
                self.report_long_chain(at);
                return None;
            }
            if seen.contains(&text) {
                self.report_loop(reference, at);
                return None;
            }
            match parse_reference(&text) {
                Target::Foreign => {
                    self.report_foreign(&text, at);
                    return None;
                }
                Target::Schema(name) => {
                    if !self.targets.has_schema(&name) {
                        self.report_dangling(reference, at);
                        return None;
                    }
                    return Some(format!("{SCHEMAS}{name}"));
                }
                Target::Node(pointer) => {
                    let Some(node) = self.targets.node(&pointer) else {
                        self.report_dangling(reference, at);
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

    /// Makes the schema at this pointer a component, and returns its name.
    fn hoist(&mut self, target: &str) -> String {
        if let Some(name) = self.hoists.names.get(target) {
            return name.clone();
        }
        let base = hoisted_name(target, |operation| self.targets.operation_id(operation).map(str::to_owned));
        let mut name = base.clone();
        while self.targets.has_schema(&name) || self.hoists.used.contains(&name) {
            let number = self.hoists.numbers.entry(base.clone()).or_insert(1);
            *number += 1;
            name = format!("{base}{number}");
        }
        self.hoists.used.insert(name.clone());
        self.hoists.names.insert(target.to_owned(), name.clone());
        self.hoists.queue.push((name.clone(), target.to_owned()));
        name
    }

    /// Replaces a reference to something other than a schema by a copy of its target, and calls `visit` with the result.
    /// Keys beside the reference override keys of the target.
    pub(super) fn visit_inlined(
        &mut self,
        value: &mut Value,
        at: &mut String,
        visit: impl FnOnce(&mut Self, &mut Value, &mut String),
    ) {
        let Some(Value::String(reference)) = value.get("$ref") else {
            return visit(self, value, at);
        };
        let reference = reference.clone();
        let Some((pointer, mut target)) = self.copy_target(&reference, at) else {
            return;
        };
        if let (Some(target), Value::Object(siblings)) = (target.as_object_mut(), &mut *value) {
            for (key, sibling) in std::mem::take(siblings) {
                if key != "$ref" {
                    let place = pointer::join(at, &key);
                    let origin = self.origins.original(&place).into_owned();
                    self.origins.record(place, origin);
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

    /// Copies the node at the end of a chain of references. Returns it with its pointer.
    fn copy_target(&mut self, reference: &str, at: &str) -> Option<(String, Value)> {
        let mut seen: Vec<String> = Vec::new();
        let mut text = reference.to_owned();
        loop {
            let Target::Node(pointer) = parse_reference(&text) else {
                match parse_reference(&text) {
                    Target::Foreign => self.report_foreign(&text, at),
                    _ => self.report_dangling(reference, at),
                }
                return None;
            };
            if seen.len() + self.inlining.len() > MAX_CHAIN {
                self.report_long_chain(at);
                return None;
            }
            if seen.contains(&pointer) || self.inlining.contains(&pointer) {
                self.report_loop(reference, at);
                return None;
            }
            let Some(node) = self.targets.node(&pointer) else {
                self.report_dangling(reference, at);
                return None;
            };
            if let Some(Value::String(next)) = node.get("$ref") {
                text = next.clone();
                seen.push(pointer);
                continue;
            }
            if !node.is_object() {
                let message =
                    format!("`{reference}`: expected a reference to an object, found {}", kind_of(node));
                self.error(Code::DANGLING_REF, &pointer::join(at, "$ref"), message);
                return None;
            }
            let count = count_nodes(node);
            if !self.may_copy(count) {
                return None;
            }
            let copy = self.targets.node(&pointer)?.clone();
            return Some((pointer, copy));
        }
    }

    /// Counts nodes that are about to be copied. Returns whether the limit allows it.
    pub(super) fn may_copy(&mut self, count: usize) -> bool {
        self.inlined = self.inlined.saturating_add(count);
        if self.inlined > MAX_COPIED {
            self.report_reference_limit();
        }
        self.inlined <= MAX_COPIED
    }

    pub(super) fn report_reference_limit(&mut self) {
        let message = format!("the references of the document expand to more than {MAX_COPIED} nodes");
        let help = "move large shared parts to `components/schemas`, which are not copied";
        self.report(Diagnostic::error(Code::REFERENCE_LIMIT, message).help(help), "");
    }

    fn report_dangling(&mut self, reference: &str, at: &str) {
        let diagnostic = Diagnostic::error(Code::DANGLING_REF, format!("`{reference}` does not exist"))
            .help("correct the reference, or add its target, with an overlay action");
        self.report(diagnostic, &pointer::join(at, "$ref"));
    }

    fn report_long_chain(&mut self, at: &str) {
        let message = format!("a chain of more than {MAX_CHAIN} references starts here");
        self.error(Code::REF_CHAIN, &pointer::join(at, "$ref"), message);
    }

    fn report_loop(&mut self, reference: &str, at: &str) {
        let message = format!("`{reference}` refers to itself");
        self.error(Code::REF_LOOP, &pointer::join(at, "$ref"), message);
    }

    fn report_foreign(&mut self, reference: &str, at: &str) {
        let message = format!("`{reference}` is not a reference within this document");
        let diagnostic = Diagnostic::error(Code::FOREIGN_REF, message)
            .help("bundle all files into one document; a reference has the form `#/components/schemas/Name`");
        self.report(diagnostic, &pointer::join(at, "$ref"));
    }
}

/// The number of nodes of a tree.
pub(super) fn count_nodes(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(count_nodes).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(count_nodes).sum::<usize>(),
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

/// Makes a readable name from a pointer: the name of the component or operation, then the keys on the path.
fn hoisted_name(target: &str, operation_id: impl Fn(&str) -> Option<String>) -> String {
    let segments: Vec<_> = pointer::segments(target).collect();
    let strs: Vec<&str> = segments.iter().map(|s| &**s).collect();
    let (mut name, rest): (String, &[&str]) = match strs.as_slice() {
        ["components", _, name, rest @ ..] => (capitalize_words(name), rest),
        ["paths" | "webhooks", path, method, rest @ ..] => {
            let operation = pointer::from_segments([strs.first().copied().unwrap_or(""), path, method]);
            let id = operation_id(&operation).unwrap_or_else(|| format!("{method} {path}"));
            (capitalize_words(&id), rest)
        }
        segments => (String::new(), segments),
    };
    let mut rest = rest.iter();
    while let Some(segment) = rest.next() {
        match *segment {
            // The name of a definition replaces the names of what contains it.
            "$defs" | "definitions" => {
                name = rest.next().map(|s| capitalize_words(s)).unwrap_or(name);
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
            other => name.push_str(&capitalize_words(other)),
        }
    }
    if name.is_empty() { "Hoisted".to_owned() } else { name }
}

/// Converts `get /users/{id}` into `GetUsersId`. Characters other than letters and digits separate words.
fn capitalize_words(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric())
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<Vec<_>>()
        })
        .collect()
}
