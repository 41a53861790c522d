//! Replaces references by anchor with references by pointer, where they can mean one schema only: `$ref: "#name"`,
//! `$recursiveRef` and `$dynamicRef`. Those by URL are references within the document by then, see `resources`.
//!
//! A `$dynamicRef` in a template means what the schema that refers to the template binds to the anchor, which is how generic
//! types are written. Such a schema becomes a copy of the template. Other dynamic references mean the schema with the anchor.

use super::children::for_each_child;
use super::references::{MAX_COPIED, SCHEMAS, count_nodes};
use super::resources::{INITIAL, resolve_urls, take_initial};
use super::templates::{DATA, bind_template, binds_anchors, reference_to};
use crate::document::pointer;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The extension that says why it is not known which schema a reference means.
pub(super) const UNDECIDED: &str = "x-codegen-undecided";

/// Replaces the references of a document. What cannot be replaced is reported where references are resolved.
pub(super) fn resolve_anchors(root: &mut Value) {
    resolve_urls(root);
    if !has_anchors(root) {
        return;
    }
    let mut anchors = Anchors::default();
    anchors.collect(root, &mut String::new());
    let mut copied = 0;
    for pointer in anchors.callers.clone() {
        let Some(copy) = bind_template(root, &pointer) else { continue };
        copied += count_nodes(&copy);
        if copied > MAX_COPIED {
            break;
        }
        if let Some(caller) = root.pointer_mut(&pointer) {
            *caller = copy;
        }
    }
    // The copies have places of their own.
    let mut anchors = Anchors::default();
    anchors.collect(root, &mut String::new());
    let placeholders = anchors.placeholders(root);
    replace_references(root, &mut String::new(), &anchors, &placeholders);
}

fn has_anchors(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, child)| {
            matches!(key.as_str(), "$anchor" | "$dynamicAnchor" | "$dynamicRef" | "$recursiveRef")
                || has_anchors(child)
        }),
        Value::Array(list) => list.iter().any(has_anchors),
        _ => false,
    }
}

/// The schemas with anchors, and those that may bind them.
#[derive(Default)]
struct Anchors {
    /// The pointers of each anchor.
    pointers: BTreeMap<String, Vec<String>>,
    /// The schemas that refer to another one and bind anchors, the outermost first.
    callers: Vec<String>,
}

impl Anchors {
    fn collect(&mut self, value: &Value, at: &mut String) {
        if let Value::Object(map) = value {
            for name in ["$anchor", "$dynamicAnchor"].iter().filter_map(|key| map.get(*key)?.as_str()) {
                self.pointers.entry(name.to_owned()).or_default().push(at.clone());
            }
            if binds_anchors(map, at) {
                self.callers.push(at.clone());
            }
        }
        for_each_child(value, at, &mut |child, at| self.collect(child, at));
    }

    /// The schema with an anchor: the one in the same component, or else the only one.
    fn find(&self, name: &str, at: &str) -> Option<&str> {
        let all = self.pointers.get(name)?;
        let resource = resource_of(at);
        let is_own = |pointer: &&String| {
            pointer.strip_prefix(&resource).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut own = all.iter().filter(is_own);
        match (own.next(), own.next(), all.as_slice()) {
            (Some(first), None, _) => Some(first),
            (None, None, [only]) => Some(only),
            _ => None,
        }
    }

    /// Why it is not known which schema has an anchor; none for a pointer.
    fn explain(&self, name: &str) -> Option<String> {
        const SHOWN: usize = 3;
        if name.is_empty() || name.starts_with('/') {
            return None;
        }
        let Some(all) = self.pointers.get(name) else {
            return Some("no schema of the document has this anchor".to_owned());
        };
        let shown: Vec<String> = all.iter().take(SHOWN).map(|pointer| format!("`#{pointer}`")).collect();
        let others = all.len().saturating_sub(SHOWN);
        let others = if others > 0 { format!(" and {others} more") } else { String::new() };
        Some(format!("several schemas have this anchor: {}{others}", shown.join(", ")))
    }

    /// The schemas with an anchor that only stand for what another schema binds: no value is valid for them, or every value.
    fn placeholders(&self, root: &Value) -> Vec<String> {
        let is_placeholder = |pointer: &&String| {
            let map = root.pointer(pointer).and_then(Value::as_object);
            map.is_some_and(|map| {
                map.iter().all(|(key, value)| {
                    matches!(
                        key.as_str(),
                        "$dynamicAnchor" | "$anchor" | "$comment" | "description" | "title"
                    ) || (key == "not" && value.as_object().is_some_and(Map::is_empty))
                        || (key == "not" && *value == Value::Bool(true))
                })
            })
        };
        self.pointers.values().flatten().filter(is_placeholder).cloned().collect()
    }
}

/// The component, or the schema of an operation, that contains a pointer.
fn resource_of(at: &str) -> String {
    let segments: Vec<_> = pointer::segments(at).collect();
    let is_component = segments.first().is_some_and(|first| first == "components");
    let end = match segments.iter().position(|segment| segment == "schema") {
        Some(position) if !is_component => position + 1,
        _ => 3,
    };
    pointer::from_segments(segments.iter().take(end).map(|segment| &**segment))
}

/// Replaces the references by anchor that are left.
fn replace_references(value: &mut Value, at: &mut String, anchors: &Anchors, placeholders: &[String]) {
    let length = at.len();
    match value {
        Value::Object(map) => {
            replace_in(map, at, anchors, placeholders);
            for (key, child) in map.iter_mut().filter(|(key, _)| !DATA.contains(&key.as_str())) {
                pointer::push_segment(at, key);
                replace_references(child, at, anchors, placeholders);
                at.truncate(length);
            }
        }
        Value::Array(list) => {
            for (index, child) in list.iter_mut().enumerate() {
                pointer::push_index(at, index);
                replace_references(child, at, anchors, placeholders);
                at.truncate(length);
            }
        }
        _ => {}
    }
}

fn replace_in(map: &mut Map<String, Value>, at: &str, anchors: &Anchors, placeholders: &[String]) {
    for key in ["$ref", "$dynamicRef", "$recursiveRef"] {
        let Some(Value::String(text)) = map.get(key) else { continue };
        let Some(fragment) = text.strip_prefix('#').map(str::to_owned) else {
            let reason = "no schema of the document has this `$id` and anchor";
            map.extend((key != "$ref").then(|| (UNDECIDED.to_owned(), reason.into())));
            continue;
        };
        let target = match (key, fragment.as_str()) {
            ("$dynamicRef", _) if map.contains_key(INITIAL) => take_initial(map),
            // The root of the schema with the reference.
            ("$recursiveRef", "") => Some(resource_of(at)),
            (_, fragment) if fragment.is_empty() || fragment.starts_with('/') => {
                (key != "$ref").then(|| fragment.to_owned())
            }
            (_, name) => anchors.find(name, at).map(str::to_owned),
        };
        let Some(target) = target else {
            map.extend(anchors.explain(&fragment).map(|reason| (UNDECIDED.to_owned(), reason.into())));
            continue;
        };
        map.shift_remove(key);
        if placeholders.contains(&target) {
            continue;
        }
        let reference = match pointer::segments(&target).collect::<Vec<_>>().as_slice() {
            [components, schemas, name] if components == "components" && schemas == "schemas" => {
                format!("{SCHEMAS}{}", name.replace('~', "~0").replace('/', "~1"))
            }
            _ => reference_to(&target),
        };
        map.insert("$ref".to_owned(), Value::String(reference));
    }
}

#[cfg(test)]
mod tests {
    use super::resolve_anchors;
    use serde_json::{Value, json};

    fn resolved(schemas: Value) -> Value {
        let mut root = json!({"components": {"schemas": schemas}});
        resolve_anchors(&mut root);
        root["components"]["schemas"].take()
    }

    #[test]
    fn generics_are_bound_by_their_callers() {
        let schemas = resolved(json!({
            "Page": {"type": "object", "properties": {"rows": {"items": {"$dynamicRef": "#item"}}},
                "$defs": {"item": {"$dynamicAnchor": "item", "not": {}}}},
            "BookPage": {"$ref": "#/components/schemas/Page", "description": "d",
                "$defs": {"item": {"$dynamicAnchor": "item", "$ref": "#/components/schemas/Book"}}},
            "TextPage": {"allOf": [{"$ref": "#/components/schemas/Page"}],
                "$defs": {"item": {"$dynamicAnchor": "item", "type": "string"}}},
            "Wrapped": {"$ref": "#/components/schemas/Outer",
                "$defs": {"item": {"$dynamicAnchor": "item", "$ref": "#/components/schemas/Book"}}},
            "Outer": {"properties": {"page": {"$ref": "#/components/schemas/Page"}}},
            "Book": {"type": "object"},
        }));
        let book = json!({"$ref": "#/components/schemas/Book"});
        assert_eq!(schemas["BookPage"]["properties"]["rows"]["items"], book);
        assert_eq!(
            (&schemas["BookPage"]["description"], &schemas["BookPage"]["$ref"]),
            (&json!("d"), &Value::Null)
        );
        assert_eq!(
            schemas["TextPage"]["allOf"][0]["properties"]["rows"]["items"],
            json!({"$ref": "#/components/schemas/TextPage/$defs/item"})
        );
        assert_eq!(schemas["Wrapped"]["properties"]["page"]["properties"]["rows"]["items"], book);
        // Nothing is bound in the template itself.
        assert_eq!(schemas["Page"]["properties"]["rows"]["items"], json!({}));
    }

    #[test]
    fn recursive_schemas_are_themselves() {
        let schemas = resolved(json!({
            "Tree": {"$dynamicAnchor": "node", "properties": {"below": {"items": {"$dynamicRef": "#node"}}}},
            "Strict": {"$dynamicAnchor": "node", "$ref": "#/components/schemas/Tree", "description": "s"},
            "Old": {"$recursiveAnchor": true, "properties": {"below": {"$recursiveRef": "#"}}},
            "Named": {"properties": {"a": {"$ref": "#anchored"}, "b": {"$ref": "#missing"}},
                "$defs": {"x": {"$anchor": "anchored"}, "y": {"$anchor": "anchored2", "type": "string"}}},
        }));
        assert_eq!(schemas["Tree"]["properties"]["below"]["items"]["$ref"], "#/components/schemas/Tree");
        assert_eq!(schemas["Strict"]["properties"]["below"]["items"]["$ref"], "#/components/schemas/Strict");
        assert_eq!(schemas["Old"]["properties"]["below"]["$ref"], "#/components/schemas/Old");
        assert_eq!(schemas["Named"]["properties"]["b"]["$ref"], "#missing");
    }
}
