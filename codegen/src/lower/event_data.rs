//! Gives the data of events the schema that a document states by `contentSchema`.
//!
//! A schema of a whole event describes `data` as a string, since that is what a `text/event-stream` contains. A string elsewhere
//! stays a string: JSON in it is for the caller to decode.

use super::children::for_each_child;
use super::formats::essence;
use super::references::{Target, parse_reference};
use crate::document::pointer;
use serde_json::Value;
use std::collections::BTreeSet;

/// Keywords that combine schemas of one value.
const COMBINATIONS: [&str; 3] = ["oneOf", "anyOf", "allOf"];

/// The media type of events.
const EVENT_STREAM: &str = "text/event-stream";

/// The properties of an event.
const MEMBERS: [&str; 4] = ["event", "data", "id", "retry"];

/// Replaces the schema of `data` by its `contentSchema`, in schemas of events. Returns the new and the former pointer of each. A
/// schema that other media types refer to as well stays as it is.
pub(super) fn apply_content_schemas(root: &mut Value) -> Vec<(String, String)> {
    let mut found = Events::default();
    found.collect_events(root, root, &mut String::new());
    if found.data.is_empty() {
        return Vec::new();
    }
    found.drop_shared(root);
    let mut moves = Vec::new();
    for at in found.data {
        let Some(data) = pointer::find_mut(root, &at).and_then(Value::as_object_mut) else { continue };
        let Some(mut schema) = data.shift_remove("contentSchema") else { continue };
        if let (Some(schema), Some(description)) = (schema.as_object_mut(), data.shift_remove("description"))
            && !schema.contains_key("$ref")
        {
            schema.entry("description").or_insert(description);
        }
        *data = match schema {
            Value::Object(map) => map,
            _ => continue,
        };
        moves.push((at.clone(), pointer::join(&at, "contentSchema")));
    }
    moves
}

#[derive(Default)]
struct Events {
    /// The pointers of `data` with a `contentSchema`.
    data: BTreeSet<String>,
    /// The pointers of the schemas that describe events.
    schemas: BTreeSet<String>,
    /// The pointers of references from one of them to another.
    references: BTreeSet<String>,
}

impl Events {
    /// Finds the media types of events in a part of the document.
    fn collect_events(&mut self, value: &Value, root: &Value, at: &mut String) {
        for (key, media_type) in value.as_object().into_iter().flatten() {
            // Nearly all keys are shorter.
            if key.len() >= EVENT_STREAM.len() && essence(key).eq_ignore_ascii_case(EVENT_STREAM) {
                self.collect_media_type(media_type, root, &pointer::join(at, key));
            }
        }
        for_each_child(value, at, &mut |child, at| self.collect_events(child, root, at));
    }

    fn collect_media_type(&mut self, media_type: &Value, root: &Value, at: &str) {
        let reference = media_type.get("$ref").and_then(Value::as_str).map(parse_reference);
        let (media_type, at) = match reference {
            Some(Target::Node(target)) => (pointer::find(root, &target), target),
            Some(_) => return,
            None => (Some(media_type), at.to_owned()),
        };
        for key in ["itemSchema", "schema"] {
            if media_type.and_then(|media_type| media_type.get(key)).is_some() {
                return self.collect_schema(root, pointer::join(&at, key));
            }
        }
    }

    /// Finds `data` in a schema of an event, and in those that it combines.
    fn collect_schema(&mut self, root: &Value, at: String) {
        let Some(Value::Object(map)) = pointer::find(root, &at) else { return };
        if !self.schemas.insert(at.clone()) {
            return;
        }
        if let Some(target) = pointer::find(root, &at).and_then(target_of) {
            self.references.insert(at.clone());
            self.collect_schema(root, target);
        }
        for key in COMBINATIONS {
            let count = map.get(key).and_then(Value::as_array).map_or(0, Vec::len);
            for index in 0..count {
                let mut branch = pointer::join(&at, key);
                pointer::push_index(&mut branch, index);
                self.collect_schema(root, branch);
            }
        }
        let properties = map.get("properties").and_then(Value::as_object);
        let data = properties.and_then(|properties| properties.get("data"));
        // With other properties, the object is what the data of an event contains.
        let is_event = properties
            .is_some_and(|properties| properties.keys().all(|name| MEMBERS.contains(&name.as_str())));
        if is_event && data.is_some_and(has_json_contents) {
            self.data.insert(pointer::join(&pointer::join(&at, "properties"), "data"));
        }
    }

    /// Leaves out what is in schemas that something else refers to, directly or through others.
    fn drop_shared(&mut self, root: &Value) {
        let mut shared = BTreeSet::new();
        self.collect_shared(root, &mut String::new(), &mut shared);
        let mut reached: Vec<String> = shared.iter().cloned().collect();
        while let Some(schema) = reached.pop() {
            let below = format!("{schema}/");
            self.data.retain(|data| !data.starts_with(&below));
            let inside = self.references.iter().filter(|at| **at == schema || at.starts_with(&below));
            let targets = inside.filter_map(|at| target_of(pointer::find(root, at)?));
            reached.extend(targets.filter(|target| shared.insert(target.clone())));
        }
    }

    /// Adds the schemas of events to which other parts of the document refer.
    fn collect_shared(&self, value: &Value, at: &mut String, shared: &mut BTreeSet<String>) {
        let target = target_of(value).filter(|target| self.schemas.contains(target));
        shared.extend(target.filter(|_| !self.references.contains(at.as_str())));
        for_each_child(value, at, &mut |child, at| self.collect_shared(child, at, shared));
    }
}

/// The pointer of the schema that a schema refers to.
fn target_of(schema: &Value) -> Option<String> {
    match parse_reference(schema.get("$ref")?.as_str()?) {
        Target::Schema(name) => Some(pointer::from_segments(["components", "schemas", &name])),
        Target::Node(target) => Some(target),
        _ => None,
    }
}

/// Whether a schema is a text that is JSON of a known schema.
fn has_json_contents(schema: &Value) -> bool {
    let media_type = schema.get("contentMediaType").and_then(Value::as_str).unwrap_or("application/json");
    let essence = essence(media_type).to_ascii_lowercase();
    let is_json = essence == "application/json" || essence.ends_with("+json");
    is_json
        && schema.get("contentEncoding").is_none()
        && schema.get("contentSchema").is_some_and(Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(schema: &Value) -> Value {
        json!({"type": "string", "description": "D", "contentMediaType": "application/json", "contentSchema": schema})
    }

    #[test]
    fn the_schema_of_the_contents_is_that_of_the_data() {
        let data = json!({"type": "object"});
        let event = |data: &Value| json!({"type": "object", "properties": {"event": {}, "data": data}});
        let refer = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut root = json!({
            "paths": {"/a": {"get": {"responses": {"200": {"content": {
                "Text/Event-Stream; charset=utf-8": {"itemSchema": {"oneOf": [refer("Own"), refer("Shared"), event(&text(&data))]}},
                "application/json": {"schema": refer("Shared")},
            }}}}}},
            "components": {"schemas": {"Own": event(&text(&refer("Shared"))), "Shared": event(&text(&data))}},
        });
        let before = root.clone();
        let moves = apply_content_schemas(&mut root);
        let inline = "/paths/~1a/get/responses/200/content/Text~1Event-Stream; charset=utf-8/itemSchema/oneOf/2/properties/data";
        assert_eq!(root.pointer(inline), Some(&json!({"type": "object", "description": "D"})));
        let own = "/components/schemas/Own/properties/data";
        assert_eq!(root.pointer(own), Some(&refer("Shared")));
        assert_eq!(root["components"]["schemas"]["Shared"], before["components"]["schemas"]["Shared"]);
        assert_eq!(moves.len(), 2);
        assert!(moves.contains(&(own.to_owned(), format!("{own}/contentSchema"))), "{moves:?}");
    }

    #[test]
    fn schemas_that_others_reach_through_references_are_shared() {
        let refer = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut root = json!({
            "content": {"text/event-stream": {"schema": refer("Outer")}, "application/json": {"schema": refer("Outer")}},
            "components": {"schemas": {
                "Outer": {"allOf": [refer("Inner")]},
                "Inner": {"properties": {"data": text(&json!({"type": "object"}))}},
            }},
        });
        let before = root.clone();
        assert!(apply_content_schemas(&mut root).is_empty());
        assert_eq!(root, before);
    }

    #[test]
    fn other_texts_stay_texts() {
        for data in [
            json!({"type": "string", "contentMediaType": "application/json"}),
            json!({"type": "string", "contentMediaType": "text/xml", "contentSchema": {}}),
            json!({"type": "string", "contentEncoding": "base64", "contentSchema": {}}),
        ] {
            let mut root =
                json!({"content": {"text/event-stream": {"schema": {"properties": {"data": data}}}}});
            let before = root.clone();
            assert!(apply_content_schemas(&mut root).is_empty());
            assert_eq!(root, before);
        }
        let payload = json!({"properties": {"kind": {}, "data": text(&json!({}))}});
        let mut root = json!({"content": {"text/event-stream": {"schema": payload}}});
        assert!(apply_content_schemas(&mut root).is_empty());
    }
}
