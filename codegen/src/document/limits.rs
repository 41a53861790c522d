//! How much of a document is read before it is refused. Published documents stay far below each of these.

use super::pointer;
use serde_json::Value;

/// Bytes of text.
pub(super) const MAX_BYTES: usize = 32 << 20;

/// Levels of nesting. `serde_json` stops here too, so both formats refuse the same documents, and every walk of the tree
/// may recurse.
pub(super) const MAX_DEPTH: usize = 128;

/// Nodes of the tree, each of which takes far more memory than its text may.
pub(super) const MAX_NODES: usize = 2_000_000;

/// Commas of a YAML text. The parser keeps a flow collection in memory, at a hundred times its size, until it ends.
pub(super) const MAX_COMMAS: usize = 1_000_000;

/// Bytes of a pointer. Every stage carries the pointer of the node that it is at.
const MAX_POINTER: usize = 4 << 10;

/// Bytes, roughly, that YAML aliases may add to what is written.
pub(super) const MAX_ALIAS_BYTES: usize = 64 << 20;

/// The pointer of the first node whose pointer is too long, without its last segment.
pub(super) fn too_far(root: &Value) -> Option<String> {
    // The text is made where it is needed: most documents are walked for nothing.
    fn walk(value: &Value, length: usize, path: &mut Vec<String>) -> bool {
        let mut step = |segment: &str, child: &Value| {
            let slash_and_escapes = 1 + segment.bytes().filter(|byte| matches!(byte, b'~' | b'/')).count();
            if length + segment.len() > MAX_POINTER {
                return true;
            }
            let found = !is_leaf(child) && walk(child, length + segment.len() + slash_and_escapes, path);
            if found {
                path.push(segment.to_owned());
            }
            found
        };
        match value {
            Value::Object(map) => map.iter().any(|(key, child)| step(key, child)),
            // The longest index is of no account beside the limit.
            Value::Array(list) => list.iter().any(|child| step("0", child)),
            _ => false,
        }
    }
    let mut path = Vec::new();
    walk(root, 0, &mut path).then(|| pointer::from_segments(path.iter().rev().map(String::as_str)))
}

fn is_leaf(value: &Value) -> bool {
    !matches!(value, Value::Object(_) | Value::Array(_))
}
