//! Where the parts of a document went, by the diff.

use std::collections::BTreeMap;

use serde_json::Value;
use whop_codegen::diff::{Change, Diff};
use whop_codegen::document::pointer;

/// Old pointers with the new ones.
#[derive(Debug, Default)]
pub(crate) struct Moves(BTreeMap<String, String>);

impl Moves {
    /// The renamed and moved parts. A part that went to several places is in none.
    pub(crate) fn collect(found: &Diff) -> Self {
        let mut moves: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (old, new) in found.changes.iter().filter_map(Change::moved_places) {
            let place = moves.entry(old.pointer.clone()).or_insert_with(|| Some(new.pointer.clone()));
            if place.as_ref() != Some(&new.pointer) {
                *place = None;
            }
        }
        // A parameter that is renamed may keep its place in the list.
        Self(moves.into_iter().filter_map(|(old, new)| Some((old, new?))).collect())
    }

    /// Places for a test.
    #[cfg(test)]
    pub(crate) fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect())
    }

    /// The new pointer of a node that was moved, or that is below one that was moved.
    pub(super) fn find(&self, old: &str) -> Option<String> {
        let mut end = old.len();
        loop {
            let (head, rest) = old.split_at_checked(end)?;
            if let Some(new) = self.0.get(head) {
                return Some(format!("{new}{rest}"));
            }
            end = head.rfind('/')?;
        }
    }
}

/// A JSONPath that selects one node: names as members, items of a list by their `name` if they have one.
pub(super) fn path_to(at: &str, root: &Value) -> Option<String> {
    let mut path = "$".to_owned();
    let mut node = root;
    for segment in pointer::segments(at) {
        let child = match node {
            Value::Object(map) => map.get(segment.as_ref())?,
            Value::Array(items) => items.get(segment.parse::<usize>().ok()?)?,
            _ => return None,
        };
        let name = child.get("name").and_then(Value::as_str);
        match (node, name) {
            (Value::Array(items), Some(name))
                if items
                    .iter()
                    .filter(|item| item.get("name").and_then(Value::as_str) == Some(name))
                    .count()
                    == 1 =>
            {
                path.push_str(&format!("[?@.name=={}]", quote(name)));
            }
            (Value::Array(_), _) => path.push_str(&format!("[{segment}]")),
            _ if is_plain(&segment) => path.push_str(&format!(".{segment}")),
            _ => path.push_str(&format!("[{}]", quote(&segment))),
        }
        node = child;
    }
    Some(path)
}

fn is_plain(name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty() && name.chars().all(is_word) && !name.starts_with(|c: char| c.is_ascii_digit())
}

fn quote(name: &str) -> String {
    format!("'{}'", name.replace('\\', "\\\\").replace('\'', "\\'"))
}
