//! Visits the nodes of a document, with their pointers.

use super::templates::DATA;
use crate::document::pointer;
use serde_json::Value;

/// Visits the children of a node at a pointer, except for examples and other data: what looks like a schema there is none.
pub(super) fn for_each_child(value: &Value, at: &mut String, visit: &mut dyn FnMut(&Value, &mut String)) {
    let length = at.len();
    match value {
        Value::Object(map) => {
            for (key, child) in map.iter().filter(|(key, _)| !DATA.contains(&key.as_str())) {
                pointer::push_segment(at, key);
                visit(child, at);
                at.truncate(length);
            }
        }
        Value::Array(list) => {
            for (index, child) in list.iter().enumerate() {
                pointer::push_index(at, index);
                visit(child, at);
                at.truncate(length);
            }
        }
        _ => {}
    }
}
