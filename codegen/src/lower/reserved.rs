//! Removes or rejects names that lowering uses itself to pass information to the later stages.

use super::{verbs, webhooks::PREFIX};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId};
use crate::document::pointer;
use serde_json::Value;

/// The prefix of the keys that lowering adds.
const RESERVED_KEYS: &str = "x-codegen-";

/// Removes reserved keys from the tree, and rejects paths under the prefix of webhooks.
pub(super) fn remove_reserved_names(root: &mut Value, diagnostics: &mut Diagnostics) {
    if let Some(Value::Object(paths)) = root.get("paths") {
        let reserved = |path: &&String| path.starts_with(PREFIX) || path.starts_with(verbs::PREFIX);
        for path in paths.keys().filter(reserved) {
            let message = format!(
                "paths that start with `{}` are reserved for the generator",
                if path.starts_with(PREFIX) { PREFIX } else { verbs::PREFIX }
            );
            let diagnostic = Diagnostic::error(Code::RESERVED_NAME, message).help("rename the path");
            let place = pointer::from_segments(["paths", path]);
            diagnostics.push(diagnostic.at_source(SourceId::Document, place));
        }
    }
    // Hardly any document has a reserved key, and the search without pointers is much faster than the removal.
    if has_reserved_key(root) {
        remove_reserved_keys(root, &mut String::new(), diagnostics);
    }
}

fn has_reserved_key(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            map.iter().any(|(key, child)| key.starts_with(RESERVED_KEYS) || has_reserved_key(child))
        }
        Value::Array(list) => list.iter().any(has_reserved_key),
        _ => false,
    }
}

fn remove_reserved_keys(value: &mut Value, at: &mut String, diagnostics: &mut Diagnostics) {
    let length = at.len();
    match value {
        Value::Object(map) => {
            map.retain(|key, _| {
                let is_reserved = key.starts_with(RESERVED_KEYS);
                if is_reserved {
                    let message = format!("the key `{key}` is reserved for the generator; it is ignored");
                    let diagnostic = Diagnostic::warning(Code::RESERVED_NAME, message).help("rename the key");
                    diagnostics.push(diagnostic.at_source(SourceId::Document, pointer::join(at, key)));
                }
                !is_reserved
            });
            for (key, child) in map.iter_mut().filter(|(_, child)| child.is_object() || child.is_array()) {
                pointer::push_segment(at, key);
                remove_reserved_keys(child, at, diagnostics);
                at.truncate(length);
            }
        }
        Value::Array(list) => {
            for (index, child) in list.iter_mut().enumerate() {
                pointer::push_index(at, index);
                remove_reserved_keys(child, at, diagnostics);
                at.truncate(length);
            }
        }
        _ => {}
    }
}
