//! What references may point to, set aside before the tree is changed.
//!
//! Lowering rewrites the tree in place while references still need the nodes as they were written. The components other
//! than schemas are taken out of the tree whole; of the rest, only what some reference names is copied.

use super::references::{MAX_COPIED, Target, nodes, parse};
use crate::document::pointer;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// The nodes that references point to, as they were written. Only ever asked, never iterated.
pub(super) struct Targets {
    /// `components` without its schemas.
    components: Map<String, Value>,
    /// The names of the component schemas; `true` for one that allows null alone.
    schemas: HashMap<String, bool>,
    /// Whether references name so much that not all of it was copied.
    pub(super) too_many: bool,
    /// All other nodes that a reference names, by pointer.
    elsewhere: HashMap<String, Value>,
    /// For pointers into an operation: its `operationId`, by the operation's pointer.
    operation_ids: HashMap<String, String>,
}

impl Targets {
    /// Looks through the tree once. Takes `components` apart: only `schemas` and `securitySchemes` stay in the tree.
    pub(super) fn collect(root: &mut Value) -> Self {
        let mut pointers = BTreeSet::new();
        find_references(root, &mut pointers);
        let mut targets = Self {
            components: Map::new(),
            schemas: HashMap::new(),
            too_many: false,
            elsewhere: HashMap::new(),
            operation_ids: HashMap::new(),
        };
        let mut copied = 0;
        for pointer in pointers {
            let Some(value) = root.pointer(&pointer) else {
                continue;
            };
            // References into each other's targets could copy the document as often as it has nodes.
            copied += nodes(value);
            if copied > MAX_COPIED {
                targets.too_many = true;
                break;
            }
            targets.note_operation(root, &pointer);
            targets.elsewhere.insert(pointer, value.clone());
        }
        if let Some(Value::Object(components)) = root.get_mut("components") {
            targets.take_components(components);
        }
        targets
    }

    fn take_components(&mut self, components: &mut Map<String, Value>) {
        if let Some(Value::Object(schemas)) = components.get("schemas") {
            for (name, schema) in schemas {
                let null = schema.get("type").is_some_and(|t| t == "null")
                    || schema.get("const").is_some_and(Value::is_null);
                self.schemas.insert(name.clone(), null);
            }
        }
        for section in SECTIONS {
            if let Some(value) = components.shift_remove(*section) {
                self.components.insert((*section).to_owned(), value);
            }
        }
    }

    fn note_operation(&mut self, root: &Value, target: &str) {
        let mut segments = pointer::segments(target);
        if let (Some(top), Some(path), Some(method)) = (segments.next(), segments.next(), segments.next()) {
            let operation = pointer::from_segments([&*top, &*path, &*method]);
            let id = root.pointer(&operation).and_then(|o| o.get("operationId"));
            if let Some(Value::String(id)) = id {
                self.operation_ids.insert(operation, id.clone());
            }
        }
    }

    /// Whether there is a component schema of that name.
    pub(super) fn has_schema(&self, name: &str) -> bool {
        self.schemas.contains_key(name)
    }

    /// Whether the component schema of that name allows null alone.
    pub(super) fn is_null(&self, name: &str) -> bool {
        self.schemas.get(name).copied().unwrap_or(false)
    }

    /// The node at a pointer that some reference names; not for component schemas.
    pub(super) fn node(&self, pointer: &str) -> Option<&Value> {
        let mut segments = pointer::segments(pointer);
        if segments.next().as_deref() == Some("components") {
            let section = segments.next()?;
            if let Some(section) = self.components.get(section.as_ref()) {
                let rest = pointer::from_segments(segments.collect::<Vec<_>>().iter().map(|s| &**s));
                return section.pointer(&rest);
            }
        }
        self.elsewhere.get(pointer)
    }

    /// The `operationId` of the operation at this pointer.
    pub(super) fn operation_id(&self, pointer: &str) -> Option<&str> {
        self.operation_ids.get(pointer).map(String::as_str)
    }
}

/// The sections whose members are copied to where they are named.
const SECTIONS: &[&str] = &[
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "examples",
    "links",
    "callbacks",
    "pathItems",
    "mediaTypes",
];

/// Notes every target that is no member of `components`. What stands in an example only looks like a reference; its
/// target is looked up in vain, at no harm.
fn find_references(value: &Value, pointers: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref")
                && let Target::Node(pointer) = parse(reference)
            {
                pointers.insert(pointer);
            }
            if let Some(Value::Object(mapping)) = map.get("mapping") {
                for reference in mapping.values().filter_map(Value::as_str) {
                    if let Target::Node(pointer) = parse(reference) {
                        pointers.insert(pointer);
                    }
                }
            }
            map.values().for_each(|v| find_references(v, pointers));
        }
        Value::Array(list) => list.iter().for_each(|v| find_references(v, pointers)),
        _ => {}
    }
}
