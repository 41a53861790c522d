//! Collects the targets of references before the tree is changed.
//!
//! Lowering rewrites the tree in place, while references need the nodes as they were written. Components other than schemas
//! are moved out of the tree; of all other nodes, only those that a reference points to are copied.

use super::references::{MAX_COPIED, Target, count_nodes, parse_reference};
use crate::document::pointer;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// The nodes that references point to, as they were written.
pub(super) struct Targets {
    /// `components` without its schemas.
    components: Map<String, Value>,
    /// The names of the component schemas; `true` if null is the only valid value.
    schemas: HashMap<String, bool>,
    /// Whether the targets are larger than the limit, so that some are missing.
    pub(super) is_incomplete: bool,
    /// All other nodes that a reference points to, by pointer.
    elsewhere: HashMap<String, Value>,
    /// The `operationId` of each operation that a reference points into, by the operation's pointer.
    operation_ids: HashMap<String, String>,
}

impl Targets {
    /// Collects the targets of the whole tree. Of `components`, only `schemas` and `securitySchemes` stay in the tree.
    pub(super) fn collect(root: &mut Value) -> Self {
        let mut pointers = BTreeSet::new();
        find_references(root, &mut pointers);
        let mut targets = Self {
            components: Map::new(),
            schemas: HashMap::new(),
            is_incomplete: false,
            elsewhere: HashMap::new(),
            operation_ids: HashMap::new(),
        };
        let mut copied = 0;
        for pointer in pointers {
            let Some(value) = pointer::find(root, &pointer) else {
                continue;
            };
            // Targets can contain each other, so the copies can be much larger than the document.
            copied += count_nodes(value);
            if copied > MAX_COPIED {
                targets.is_incomplete = true;
                break;
            }
            targets.record_operation(root, &pointer);
            targets.elsewhere.insert(pointer, value.clone());
        }
        if let Some(Value::Object(components)) = root.get_mut("components") {
            targets.move_components(components);
        }
        targets
    }

    fn move_components(&mut self, components: &mut Map<String, Value>) {
        if let Some(Value::Object(schemas)) = components.get("schemas") {
            for (name, schema) in schemas {
                self.schemas.insert(name.clone(), is_null(schema, schemas, MAX_NULL_CHAIN));
            }
        }
        for section in SECTIONS {
            if let Some(value) = components.shift_remove(*section) {
                self.components.insert((*section).to_owned(), value);
            }
        }
    }

    fn record_operation(&mut self, root: &Value, target: &str) {
        let mut segments = pointer::segments(target);
        if let (Some(top), Some(path), Some(method)) = (segments.next(), segments.next(), segments.next()) {
            let operation = pointer::from_segments([&*top, &*path, &*method]);
            let id = pointer::find(root, &operation).and_then(|o| o.get("operationId"));
            if let Some(Value::String(id)) = id {
                self.operation_ids.insert(operation, id.clone());
            }
        }
    }

    /// Whether a component schema has this name.
    pub(super) fn has_schema(&self, name: &str) -> bool {
        self.schemas.contains_key(name)
    }

    /// Whether null is the only valid value of the component schema with this name.
    pub(super) fn is_null(&self, name: &str) -> bool {
        self.schemas.get(name).copied().unwrap_or(false)
    }

    /// The node that a reference points to, if it is not a component schema.
    pub(super) fn node(&self, pointer: &str) -> Option<&Value> {
        let mut segments = pointer::segments(pointer);
        if segments.next().as_deref() == Some("components") {
            let section = segments.next()?;
            if let Some(section) = self.components.get(section.as_ref()) {
                let rest = pointer::from_segments(segments.collect::<Vec<_>>().iter().map(|s| &**s));
                return pointer::find(section, &rest);
            }
        }
        self.elsewhere.get(pointer)
    }

    /// The `operationId` of the operation at this pointer.
    pub(super) fn operation_id(&self, pointer: &str) -> Option<&str> {
        self.operation_ids.get(pointer).map(String::as_str)
    }
}

/// The length of a chain of references and unions that leads to null.
const MAX_NULL_CHAIN: usize = 8;

/// Whether null is the only valid value of a schema.
pub(super) fn is_null(schema: &Value, schemas: &Map<String, Value>, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let every = |key: &str, is_null: &dyn Fn(&Value) -> bool| {
        schema
            .get(key)
            .and_then(Value::as_array)
            .is_some_and(|list| !list.is_empty() && list.iter().all(is_null))
    };
    let within = |branch: &Value| is_null(branch, schemas, depth);
    let referenced = schema.get("$ref").and_then(Value::as_str).is_some_and(|reference| {
        matches!(parse_reference(reference), Target::Schema(name) if schemas.get(&name).is_some_and(within))
    });
    referenced
        || schema.get("type").is_some_and(|name| name == "null" || name.is_null())
        || schema.get("const").is_some_and(Value::is_null)
        || every("type", &|name| name == "null")
        || every("enum", &Value::is_null)
        || ["oneOf", "anyOf", "allOf"].iter().any(|key| every(key, &within))
}

/// The sections of `components` whose entries are copied to where they are referenced.
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

/// Collects every target other than component schemas. An example may contain something that only looks like a reference,
/// which does no harm.
fn find_references(value: &Value, pointers: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            let mut add = |reference: &str| {
                if let Target::Node(pointer) = parse_reference(reference) {
                    pointers.insert(pointer);
                }
            };
            // One pass over the keys: to look three of them up in every object takes twice as long.
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("$ref" | "defaultMapping", Value::String(reference)) => add(reference),
                    ("mapping", Value::Object(mapping)) => {
                        mapping.values().filter_map(Value::as_str).for_each(&mut add);
                    }
                    _ => {}
                }
            }
            map.values().for_each(|v| find_references(v, pointers));
        }
        Value::Array(list) => list.iter().for_each(|v| find_references(v, pointers)),
        _ => {}
    }
}
