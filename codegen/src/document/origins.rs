//! Maps nodes of a changed tree to the places they came from.
//!
//! Only the root of a moved subtree is recorded. A node below it is found through its longest recorded ancestor.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The total size of the recorded pointers. Nodes that are moved after the limit is reached are reported at their new place.
const MAX_BYTES: usize = 128 << 20;

/// Pointers of moved nodes, each with the pointer it had before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    moved: BTreeMap<String, String>,
    /// The length of all pointers together.
    bytes: usize,
}

impl Origins {
    /// Records that the node at `new` was at `old` before.
    pub fn record(&mut self, new: impl Into<String>, old: impl Into<String>) {
        let (new, old) = (new.into(), old.into());
        self.bytes += new.len() + old.len();
        if self.bytes <= MAX_BYTES {
            self.moved.insert(new, old);
        }
    }

    /// The pointer that the node had before: the same pointer, unless the node or one of its ancestors was moved.
    #[must_use]
    pub fn original<'a>(&'a self, pointer: &'a str) -> Cow<'a, str> {
        match self.find(pointer) {
            Some((old, "")) => Cow::Borrowed(old),
            Some((old, rest)) => Cow::Owned(format!("{old}{rest}")),
            None => Cow::Borrowed(pointer),
        }
    }

    /// The former pointer of the nearest recorded ancestor, and the rest of the pointer below it.
    #[must_use]
    pub fn find<'a>(&'a self, pointer: &'a str) -> Option<(&'a str, &'a str)> {
        if self.moved.is_empty() {
            return None;
        }
        let mut end = pointer.len();
        loop {
            let (head, rest) = pointer.split_at_checked(end)?;
            if let Some(old) = self.moved.get(head) {
                return Some((old, rest));
            }
            end = head.rfind('/')?;
        }
    }

    /// The pointers of the recorded nodes.
    pub fn pointers(&self) -> impl Iterator<Item = &str> {
        self.moved.keys().map(String::as_str)
    }

    /// Removes the records of the node and of everything below it.
    pub fn forget(&mut self, pointer: &str) {
        self.moved.retain(|new, _| !is_within(new, pointer));
    }

    /// Renames the records of the node and of everything below it, because the node moves.
    pub fn rename(&mut self, from: &str, to: &str) {
        let within: Vec<String> = self.moved.keys().filter(|key| is_within(key, from)).cloned().collect();
        for key in within {
            if let (Some(old), Some(rest)) = (self.moved.remove(&key), key.strip_prefix(from)) {
                self.moved.insert(format!("{to}{rest}"), old);
            }
        }
    }

    /// Whether nothing was recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty()
    }
}

fn is_within(pointer: &str, ancestor: &str) -> bool {
    pointer.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_recorded_ancestor_counts() {
        let mut origins = Origins::default();
        origins.record("/a", "/x");
        origins.record("/a/b/0", "/y/1");
        for (new, old) in [
            ("", ""),
            ("/a", "/x"),
            ("/ab", "/ab"),
            ("/a/b", "/x/b"),
            ("/a/b/0/c", "/y/1/c"),
            ("/a/b/00", "/x/b/00"),
        ] {
            assert_eq!(origins.original(new), old, "{new}");
        }
    }
}
