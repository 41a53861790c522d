//! Names that lowering speaks to the later stages with: a document that uses them already would speak in its place.

use super::webhooks::PREFIX;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId};
use crate::document::pointer;
use serde_json::Value;

/// What the members that lowering adds begin with.
const MEMBERS: &str = "x-codegen-";

/// Takes reserved members out of the tree, and refuses paths under the prefix of webhooks.
pub(super) fn clear(root: &mut Value, diagnostics: &mut Diagnostics) {
    if let Some(Value::Object(paths)) = root.get("paths") {
        for path in paths.keys().filter(|path| path.starts_with(PREFIX)) {
            let message = format!("paths that begin with `{PREFIX}` are reserved for the generator");
            let diagnostic = Diagnostic::error("reserved-name", message).help("give it another path");
            let place = pointer::from_segments(["paths", path]);
            diagnostics.push(diagnostic.at_source(SourceId::Document, place));
        }
    }
    // Hardly any document has one, and to look costs a fraction of carrying pointers along.
    if holds(root) {
        walk(root, &mut String::new(), diagnostics);
    }
}

/// Whether any member bears such a name.
fn holds(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, child)| key.starts_with(MEMBERS) || holds(child)),
        Value::Array(list) => list.iter().any(holds),
        _ => false,
    }
}

fn walk(value: &mut Value, at: &mut String, diagnostics: &mut Diagnostics) {
    let length = at.len();
    match value {
        Value::Object(map) => {
            map.retain(|key, _| {
                let reserved = key.starts_with(MEMBERS);
                if reserved {
                    let message = format!("`{key}` is reserved for the generator; it is ignored");
                    let diagnostic = Diagnostic::warning("reserved-name", message).help("rename it");
                    diagnostics.push(diagnostic.at_source(SourceId::Document, pointer::join(at, key)));
                }
                !reserved
            });
            for (key, child) in map.iter_mut().filter(|(_, child)| child.is_object() || child.is_array()) {
                pointer::push(at, key);
                walk(child, at, diagnostics);
                at.truncate(length);
            }
        }
        Value::Array(list) => {
            for (index, child) in list.iter_mut().enumerate() {
                pointer::push_index(at, index);
                walk(child, at, diagnostics);
                at.truncate(length);
            }
        }
        _ => {}
    }
}
