//! From a place in a changed tree back to the place it came from.
//!
//! Only the top of what moved is recorded: a node below it is found by its longest recorded ancestor.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Bytes of pointers that are kept. What moved beyond them is told at the place where it is now.
const MAX_BYTES: usize = 128 << 20;

/// Pointers of moved nodes, each with the pointer it had before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    moved: BTreeMap<String, String>,
    /// Bytes of all pointers together.
    bytes: usize,
}

impl Origins {
    /// Records that the node now at `new` stood at `old`.
    pub fn record(&mut self, new: impl Into<String>, old: impl Into<String>) {
        let (new, old) = (new.into(), old.into());
        self.bytes += new.len() + old.len();
        if self.bytes <= MAX_BYTES {
            self.moved.insert(new, old);
        }
    }

    /// Where the node stood before: the same pointer unless it, or one of its ancestors, was moved.
    #[must_use]
    pub fn original<'a>(&'a self, pointer: &'a str) -> Cow<'a, str> {
        match self.find(pointer) {
            Some((old, "")) => Cow::Borrowed(old),
            Some((old, rest)) => Cow::Owned(format!("{old}{rest}")),
            None => Cow::Borrowed(pointer),
        }
    }

    /// The former place of the nearest recorded ancestor, and the rest of the pointer below it.
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

    /// Forgets what was recorded for the node and everything below it.
    pub fn forget(&mut self, pointer: &str) {
        self.moved.retain(|new, _| !is_within(new, pointer));
    }

    /// Moves what was recorded for the node and everything below it along with the node.
    pub fn rename(&mut self, from: &str, to: &str) {
        let within: Vec<String> = self.moved.keys().filter(|key| is_within(key, from)).cloned().collect();
        for key in within {
            if let (Some(old), Some(rest)) = (self.moved.remove(&key), key.strip_prefix(from)) {
                self.moved.insert(format!("{to}{rest}"), old);
            }
        }
    }

    /// Whether nothing was moved.
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
    fn the_longest_recorded_ancestor_decides() {
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
