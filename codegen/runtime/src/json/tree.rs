//! A JSON text as a tree that can be edited. Scalars and keys stay as they are written, so that no number loses a digit.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::json::raw_text::RawText;

/// Deeper values stay text, so that no input exhausts the stack. serde_json decodes no deeper values either.
const MAX_DEPTH: usize = 128;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    /// The text of a value.
    Text(String),
    Array(Vec<Tree>),
    /// The text of each key, with its quotes, and the value.
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// Parses a JSON text.
    pub(super) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let tree = TreeSeed { depth: 0 }.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(tree)
    }

    /// The value at a path as `DecodeError` writes it.
    pub(super) fn find_mut(&mut self, path: &str) -> Option<&mut Self> {
        let mut positions = Vec::new();
        if !self.locate(path, &mut positions) {
            return None;
        }
        positions.into_iter().try_fold(self, |node, position| match node {
            Self::Text(_) => None,
            Self::Array(items) => items.get_mut(position),
            Self::Object(entries) => entries.get_mut(position).map(|(_, value)| value),
        })
    }

    /// Finds the positions on the way to the value at a path. A key may contain the separators, so several ways are tried.
    fn locate(&self, path: &str, positions: &mut Vec<usize>) -> bool {
        if path.is_empty() {
            return true;
        }
        let mut is_below = |position: usize, child: &Self, rest: &str| {
            let found_so_far = positions.len();
            positions.push(position);
            let is_found = child.locate(rest, positions);
            if !is_found {
                positions.truncate(found_so_far);
            }
            is_found
        };
        match self {
            Self::Text(_) => false,
            Self::Array(items) => {
                let Some((index, rest)) = path.strip_prefix('[').and_then(|path| path.split_once(']')) else {
                    return false;
                };
                let Some((index, item)) =
                    index.parse().ok().and_then(|index: usize| Some((index, items.get(index)?)))
                else {
                    return false;
                };
                is_below(index, item, rest.strip_prefix('.').unwrap_or(rest))
            }
            // Of a repeated key, the last value counts.
            Self::Object(entries) => entries.iter().enumerate().rev().any(|(position, (key, child))| {
                let key = key.get(1..key.len().saturating_sub(1)).unwrap_or_default();
                let Some(rest) = path.strip_prefix(key) else { return false };
                match rest.strip_prefix('.') {
                    Some(rest) => is_below(position, child, rest),
                    None => (rest.is_empty() || rest.starts_with('[')) && is_below(position, child, rest),
                }
            }),
        }
    }

    /// Adds an entry to an object; `false` if the value is not an object.
    pub(super) fn insert(&mut self, name: &str, value: Self) -> bool {
        let Self::Object(entries) = self else { return false };
        entries.push((serde_json::Value::from(name).to_string(), value));
        true
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    out.push_str(key);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text);
        f.write_str(&text)
    }
}

struct TreeSeed {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for TreeSeed {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        let text = RawText::decode(deserializer)?.0;
        let seed = TreeSeed { depth: self.depth + 1 };
        if !text.starts_with(['{', '[']) || self.depth >= MAX_DEPTH {
            return Ok(Tree::Text(text.into_owned()));
        }
        let mut inner = serde_json::Deserializer::from_str(&text);
        let is_object = text.starts_with('{');
        let tree = if is_object { inner.deserialize_map(seed) } else { inner.deserialize_seq(seed) };
        tree.map_err(serde::de::Error::custom)
    }
}

impl<'de> Visitor<'de> for TreeSeed {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut tree = Vec::new();
        while let Some(item) = items.next_element_seed(Self { depth: self.depth })? {
            tree.push(item);
        }
        Ok(Tree::Array(tree))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut tree = Vec::new();
        while let Some(key) = entries.next_key_seed(KeySeed)? {
            tree.push((key, entries.next_value_seed(Self { depth: self.depth })?));
        }
        Ok(Tree::Object(tree))
    }
}

struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        RawText::decode(deserializer).map(|text| text.0.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_survive() {
        let text =
            r#"{"a":[1.10,{"b\"\u00e9":null,"b":"x"}],"c":{},"d":[],"e":12345678901234567890.123456789}"#;
        assert_eq!(Tree::parse(text).unwrap().to_string(), text);
        assert_eq!(Tree::parse(" { \"a\" : [ 1 , 2 ] } ").unwrap().to_string(), r#"{"a":[1,2]}"#);
        assert!(Tree::parse("{\"a\":").is_err());
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(Tree::parse(&deep).unwrap().to_string(), deep);
    }

    #[test]
    fn values_are_found_by_path() {
        let mut tree = Tree::parse(r#"{"a":[1,{"b.c":{"d":2}}],"x[0]":3,"e\"":4}"#).unwrap();
        for (path, value) in [("a[0]", "1"), ("a[1].b.c.d", "2"), ("x[0]", "3"), (r#"e\""#, "4")] {
            assert_eq!(tree.find_mut(path), Some(&mut Tree::Text(value.to_owned())), "{path}");
        }
        for path in ["a[2]", "a.b", "b", "a[1].b", "a[0].x"] {
            assert!(tree.find_mut(path).is_none(), "{path}");
        }
        assert!(tree.find_mut("a[1].b.c").unwrap().insert("n", Tree::Text("null".to_owned())));
        assert!(tree.to_string().contains(r#"{"d":2,"n":null}"#));
    }
}
