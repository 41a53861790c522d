//! Copies templates of generic types: schemas with dynamic references that the schemas which refer to them bind.

use super::references::{Target, count_nodes, parse_reference};
use super::resources::take_initial;
use crate::document::pointer;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The most nodes that a copy of templates may have.
const MAX_COPIED: usize = 20_000;

/// The depth to which templates may refer to templates.
const MAX_DEPTH: usize = 16;

/// The keys whose values are data and not schemas.
pub(super) const DATA: [&str; 5] = ["example", "examples", "default", "enum", "const"];

/// The references that a schema binds to anchors.
type Bindings = BTreeMap<String, String>;

/// Whether a schema refers to another one and binds anchors.
pub(super) fn binds_anchors(map: &Map<String, Value>, at: &str) -> bool {
    !own_bindings(map, at).is_empty() && !targets_of(map).is_empty()
}

/// The schema at a pointer with the templates that it refers to in place of the references; none if that has nothing to bind.
pub(super) fn bind_template(root: &Value, at: &str) -> Option<Value> {
    let mut copier =
        Copier { root, copied: 0, open: BTreeMap::new(), stack: Vec::new(), caller: reference_to(at) };
    copier.bind(root.pointer(at)?, at)
}

/// The anchors that a schema binds: its own, and those of its definitions.
fn own_bindings(map: &Map<String, Value>, at: &str) -> Bindings {
    let mut bindings = Bindings::new();
    if let Some(Value::String(name)) = map.get("$dynamicAnchor") {
        bindings.insert(name.clone(), reference_to(at));
    }
    let definitions = ["$defs", "definitions"];
    for key in definitions {
        let Some(Value::Object(definitions)) = map.get(key) else { continue };
        for (name, definition) in definitions {
            let Some(anchor) = definition.get("$dynamicAnchor").and_then(Value::as_str) else { continue };
            let only_reference = definition.as_object().filter(|map| map.len() == 2);
            let reference = only_reference.and_then(|map| map.get("$ref")?.as_str()).map(str::to_owned);
            let own = || reference_to(&pointer::join(&pointer::join(at, key), name));
            bindings.insert(anchor.to_owned(), reference.unwrap_or_else(own));
        }
    }
    bindings
}

/// The references of a schema to what it extends: its own, and those of its branches.
fn targets_of(map: &Map<String, Value>) -> Vec<&str> {
    let own = map.get("$ref").and_then(Value::as_str);
    let branches =
        ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|key| map.get(key)?.as_array()).flatten();
    own.into_iter().chain(branches.filter_map(|branch| branch.get("$ref")?.as_str())).collect()
}

pub(super) fn reference_to(pointer: &str) -> String {
    format!("#{pointer}")
}

fn pointer_of(reference: &str) -> Option<String> {
    match parse_reference(reference) {
        Target::Schema(name) => Some(pointer::from_segments(["components", "schemas", &name])),
        Target::Node(pointer) => Some(pointer),
        Target::Foreign => None,
    }
}

/// Copies templates with their dynamic references bound.
struct Copier<'a> {
    root: &'a Value,
    copied: usize,
    /// The templates for which it is known whether they have something to bind.
    open: BTreeMap<String, bool>,
    /// The templates that are being copied.
    stack: Vec<String>,
    /// The reference to the schema that the copy is for.
    caller: String,
}

impl Copier<'_> {
    /// The schema with what it refers to in place of the references; none if that has nothing to bind.
    fn bind(&mut self, caller: &Value, at: &str) -> Option<Value> {
        let map = caller.as_object()?;
        let bindings = own_bindings(map, at);
        let mut copy = map.clone();
        let mut is_bound = false;
        for key in ["allOf", "anyOf", "oneOf"] {
            let Some(Value::Array(branches)) = copy.get_mut(key) else { continue };
            for branch in branches {
                if let Some(bound) = self.copy_target(branch, &bindings) {
                    *branch = bound;
                    is_bound = true;
                }
            }
        }
        if let Some(Value::Object(template)) = self.copy_target(caller, &bindings) {
            is_bound = true;
            copy.shift_remove("$ref");
            for (key, value) in template {
                match (copy.get_mut(&key), value) {
                    (Some(Value::Object(own)), Value::Object(other)) if key == "$defs" => {
                        other.into_iter().for_each(|(name, value)| {
                            own.entry(name).or_insert(value);
                        });
                    }
                    (Some(_), _) => {}
                    (None, value) => {
                        copy.insert(key, value);
                    }
                }
            }
        }
        is_bound.then_some(Value::Object(copy))
    }

    /// A copy of the template that a schema refers to, if a dynamic reference in it is bound.
    fn copy_target(&mut self, schema: &Value, bindings: &Bindings) -> Option<Value> {
        let target = pointer_of(schema.get("$ref")?.as_str()?)?;
        if self.stack.len() >= MAX_DEPTH || self.stack.contains(&target) || !self.is_open(&target, bindings) {
            return None;
        }
        let template = self.root.pointer(&target)?;
        self.copied = self.copied.saturating_add(count_nodes(template));
        if self.copied > MAX_COPIED {
            return None;
        }
        let mut copy = template.clone();
        self.stack.push(target);
        self.fill(&mut copy, bindings);
        self.stack.pop();
        // The anchors of the template are not those of the copy.
        if let Value::Object(map) = &mut copy {
            map.shift_remove("$dynamicAnchor");
            map.shift_remove("$anchor");
            map.shift_remove("$id");
        }
        Some(copy)
    }

    /// Binds the dynamic references in a copy.
    fn fill(&mut self, value: &mut Value, bindings: &Bindings) {
        match value {
            Value::Object(map) => {
                let dynamic =
                    map.get("$dynamicRef").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
                if let Some(bound) = dynamic.and_then(|name| bindings.get(name)) {
                    map.shift_remove("$dynamicRef");
                    take_initial(map);
                    map.insert("$ref".to_owned(), Value::String(bound.clone()));
                    return;
                }
                let target = map.get("$ref").and_then(Value::as_str).and_then(pointer_of);
                if target.as_ref().is_some_and(|target| self.stack.first() == Some(target)) {
                    map.insert("$ref".to_owned(), Value::String(self.caller.clone()));
                    return;
                }
                if let Some(Value::Object(copy)) = self.copy_target(&Value::Object(map.clone()), bindings) {
                    map.shift_remove("$ref");
                    copy.into_iter().for_each(|(key, value)| {
                        map.entry(key).or_insert(value);
                    });
                    return;
                }
                let children =
                    map.iter_mut().filter(|(key, _)| !DATA.contains(&key.as_str()) && *key != "$defs");
                children.for_each(|(_, child)| self.fill(child, bindings));
            }
            Value::Array(list) => list.iter_mut().for_each(|child| self.fill(child, bindings)),
            _ => {}
        }
    }

    /// Whether a schema, or one that it refers to, has a dynamic reference to one of these anchors.
    fn is_open(&mut self, target: &str, bindings: &Bindings) -> bool {
        if let Some(known) = self.open.get(target) {
            return *known;
        }
        let is_open = is_open(self.root, target, bindings, &mut BTreeSet::new());
        self.open.insert(target.to_owned(), is_open);
        is_open
    }
}

fn is_open(root: &Value, target: &str, bindings: &Bindings, seen: &mut BTreeSet<String>) -> bool {
    seen.insert(target.to_owned())
        && root.pointer(target).is_some_and(|schema| has_open(root, schema, bindings, seen))
}

fn has_open(root: &Value, value: &Value, bindings: &Bindings, seen: &mut BTreeSet<String>) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, child)| match (key.as_str(), child) {
            ("$dynamicRef", Value::String(text)) => {
                text.strip_prefix('#').is_some_and(|name| bindings.contains_key(name))
            }
            ("$ref", Value::String(text)) => {
                pointer_of(text).is_some_and(|target| is_open(root, &target, bindings, seen))
            }
            (key, child) => !DATA.contains(&key) && has_open(root, child, bindings, seen),
        }),
        Value::Array(list) => list.iter().any(|child| has_open(root, child, bindings, seen)),
        _ => false,
    }
}
