//! Visits the nodes of a document, with their pointers.

use super::templates::DATA;
use crate::document::pointer;
use serde_json::Value;

/// Visits the objects and lists in a node at a pointer, except for examples and other data: what looks like a schema there is none.
pub(super) fn for_each_child(value: &Value, at: &mut String, visit: &mut dyn FnMut(&Value, &mut String)) {
    let length = at.len();
    match value {
        Value::Object(map) => {
            let children =
                map.iter().filter(|(key, child)| has_children(child) && !DATA.contains(&key.as_str()));
            for (key, child) in children {
                pointer::push_segment(at, key);
                visit(child, at);
                at.truncate(length);
            }
        }
        Value::Array(list) => {
            for (index, child) in list.iter().enumerate().filter(|(_, child)| has_children(child)) {
                pointer::push_index(at, index);
                visit(child, at);
                at.truncate(length);
            }
        }
        _ => {}
    }
}

fn has_children(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Array(_))
}
