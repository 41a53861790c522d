//! The limits of a document. Published documents stay far below each of them.

use super::pointer;
use serde_json::Value;

/// Bytes of the text.
pub(super) const MAX_BYTES: usize = 32 << 20;

/// Levels of nesting. `serde_json` has the same limit, so both formats reject the same documents. Later stages rely on the
/// limit when they walk the tree recursively.
pub(super) const MAX_DEPTH: usize = 128;

/// Nodes of the tree. A node takes far more memory than its text: the two bytes of `0,` become a whole `Value`.
pub(super) const MAX_NODES: usize = 2_000_000;

/// Commas of a YAML text. The parser buffers a flow collection until it ends, in about a hundred times the memory of its
/// text.
pub(super) const MAX_COMMAS: usize = 1_000_000;

/// Bytes of a pointer. Every stage builds the pointers of the nodes that it visits.
const MAX_POINTER: usize = 4 << 10;

/// The approximate number of bytes that YAML aliases may add to the document.
pub(super) const MAX_ALIAS_BYTES: usize = 64 << 20;

/// Finds the first node whose pointer is too long, and returns the pointer of its parent.
pub(super) fn find_too_long_pointer(root: &Value) -> Option<String> {
    // Only lengths are added up on the way; the pointer is built once a node is found.
    fn walk(value: &Value, length: usize, path: &mut Vec<String>) -> bool {
        let mut visit_child = |segment: &str, child: &Value| {
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
            Value::Object(map) => map.iter().any(|(key, child)| visit_child(key, child)),
            // An index counts as one byte: it is short in comparison with the limit.
            Value::Array(list) => list.iter().any(|child| visit_child("0", child)),
            _ => false,
        }
    }
    let mut path = Vec::new();
    walk(root, 0, &mut path).then(|| pointer::from_segments(path.iter().rev().map(String::as_str)))
}

fn is_leaf(value: &Value) -> bool {
    !matches!(value, Value::Object(_) | Value::Array(_))
}
