//! Maps nodes of a changed tree to the places they came from.
//!
//! Only the root of a moved subtree is recorded. A node below it is found through its longest recorded ancestor.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound;

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
        let mut head = pointer;
        loop {
            // A recorded ancestor is at or before the last key that is not behind `head`, and has nothing in which they differ.
            let (new, old) =
                self.moved.range::<str, _>((Bound::Unbounded, Bound::Included(head))).next_back()?;
            let common = new.bytes().zip(pointer.bytes()).take_while(|(a, b)| a == b).count();
            let is_boundary = matches!(pointer.as_bytes().get(common), None | Some(b'/'));
            if common == new.len() && is_boundary {
                return Some((old, pointer.get(common..)?));
            }
            head = match head.get(..common) {
                Some(shared) if is_boundary && common < head.len() => shared,
                _ => {
                    let shared = head.as_bytes().get(..common)?;
                    head.get(..shared.iter().rposition(|byte| *byte == b'/')?)?
                }
            };
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

    #[test]
    fn the_ancestors_are_those_that_a_search_of_each_finds() {
        let keys = ["", "/a", "/a/b", "/a-b", "/a.b/c", "/a/b/c", "/b/ä", "/b/ö/x", "/b/ö/x/10", "/b/ö/x/2"];
        let pointers = [
            "",
            "/a",
            "/a/b/c/d",
            "/a/c",
            "/a-",
            "/a.b/c/0",
            "/a.b/d",
            "/b/å",
            "/b/ö/x/1",
            "/b/ö/x/10/y",
            "/b/ü",
            "/c",
        ];
        // All sets of keys.
        for set in 0_u32..1 << keys.len() {
            let mut origins = Origins::default();
            let chosen = keys.iter().enumerate().filter(|(index, _)| set & (1 << index) != 0);
            chosen.for_each(|(_, key)| origins.record(*key, format!("old {key}")));
            for pointer in pointers {
                let ends = (0..=pointer.len())
                    .rev()
                    .filter(|end| matches!(pointer.as_bytes().get(*end), None | Some(b'/')));
                let expected = ends.filter_map(|end| origins.moved.get_key_value(pointer.get(..end)?)).next();
                let expected = expected.map(|(key, old)| (old.as_str(), &pointer[key.len()..]));
                assert_eq!(origins.find(pointer), expected, "{pointer} {set}");
            }
        }
    }
}
