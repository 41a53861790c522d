//! A JSON text as a tree that can be edited. Scalars and keys stay as they are written, so that no number loses a digit.

use std::{borrow::Cow, fmt};

use crate::json::{
    node::{Node, with_text},
    whole_text::{parse_string, quote, read_whole},
};

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    /// The text of a value.
    Text(String),
    Array(Vec<Tree>),
    /// The text of each key, with its quotes, and the value.
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// Parses a JSON text; an error if it is nested too deeply.
    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let text = read_whole(text)?;
        with_text(text, |node| Ok(Self::from_node(node)))
    }

    fn from_node(node: Node<'_>) -> Self {
        let text = node.text();
        if text.starts_with('[') {
            Self::Array(node.children().map(Self::from_node).collect())
        } else if text.starts_with('{') {
            let entries = node.entries();
            Self::Object(
                entries.map(|(key, value)| (key.text().to_owned(), Self::from_node(value))).collect(),
            )
        } else {
            Self::Text(text.to_owned())
        }
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

    /// Calls a function with the text of each key, with its quotes.
    pub(super) fn edit_keys(&mut self, edit: &mut dyn FnMut(&mut String)) {
        match self {
            Self::Text(_) => {}
            Self::Array(items) => items.iter_mut().for_each(|item| item.edit_keys(edit)),
            Self::Object(entries) => {
                for (key, value) in entries {
                    edit(key);
                    value.edit_keys(edit);
                }
            }
        }
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
        entries.push((quote(name), value));
        true
    }

    /// The text of a scalar: a string without its quotes and escapes, `null` as empty text. None for lists and objects.
    pub(crate) fn as_scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) if text == "null" => Some(Cow::Borrowed("")),
            Self::Text(text) => Some(unquote(text)),
            Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// Whether the value is `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Text(text) if text == "null")
    }

    /// Whether the value is a string.
    pub(crate) fn is_string(&self) -> bool {
        matches!(self, Self::Text(text) if text.starts_with('"'))
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

/// A JSON string without its quotes and escapes; other texts as they are.
pub(crate) fn unquote(text: &str) -> Cow<'_, str> {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.contains('\\') => Cow::Borrowed(inner),
        Some(_) => parse_string(text).map_or(Cow::Borrowed(text), Cow::Owned),
        None => Cow::Borrowed(text),
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
        assert!(Tree::parse(&deep).is_err());
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
