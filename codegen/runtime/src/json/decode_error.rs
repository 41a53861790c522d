//! The error of decoding, with the path of the value that cannot be decoded.
//!
//! serde_json reports a line and a column. The path is computed from them after an error, so that decoding does not have
//! to keep track of it.

use std::fmt;

use serde::de;

/// Why a JSON text cannot be decoded as a type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError {
    /// The path of the value that cannot be decoded, such as `data[3].company.id`; empty for the whole text.
    pub path: String,
    /// What was expected and what was found; with line and column if the path is empty.
    pub message: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "at `{}`: {}", self.path, self.message)
        }
    }
}

impl std::error::Error for DecodeError {}

impl DecodeError {
    /// Converts serde_json's error about `text`. Line and column are in the message if there is no path.
    pub(super) fn with_position(text: &str, error: &serde_json::Error) -> Self {
        let mut converted = Self::without_position(text, error);
        // Column 0 is the start of the text, which concerns the text as a whole.
        if converted.path.is_empty() && error.column() > 0 {
            let position = format!(" at line {} column {}", error.line(), error.column());
            converted.message.push_str(&position);
        }
        converted
    }

    /// Converts serde_json's error about `text`, without line and column.
    pub(super) fn without_position(text: &str, error: &serde_json::Error) -> Self {
        let full = error.to_string();
        let position = format!(" at line {} column {}", error.line(), error.column());
        let message = full.strip_suffix(&position).unwrap_or(&full);
        let end = offset_of_error(text, error.line(), error.column());
        if message == OUT_OF_RANGE {
            let message = format!("expected {EXPECTED_F64}, found `{}`", number_at(text, end));
            return Self { path: path_at(text, end, false), message };
        }
        // The error of a value that was decoded from its raw text has its path in its message, see `add_to_path`.
        if let Some((path, message)) = split_path(message) {
            return Self { path: path.to_owned(), message: message.to_owned() };
        }
        // Only data errors are about a value; in text that is not JSON, paths mean little.
        let is_about_object = message.starts_with("missing field `");
        let path = if error.is_data() { path_at(text, end, is_about_object) } else { String::new() };
        Self { path, message: expected_first(message) }
    }
}

/// The error of a value that is decoded from its raw text.
///
/// serde_json gives such an error a position only after it has looked for the end of the enclosing array or object, so the
/// position may be that of the value or of what encloses it. The path is therefore part of the message: each enclosing value
/// adds itself to it.
pub(super) fn raw_value_error<E: de::Error>(path: &str, message: &str) -> E {
    E::custom(format_args!("at `{path}`: {message}"))
}

/// Adds the field, key or `[index]` of an enclosing value to the path in an error's message; other errors have a position.
#[cold]
pub(crate) fn add_to_path<E: de::Error>(error: E, outer: &str) -> E {
    match extend_path(&error.to_string(), outer) {
        Some((path, message)) => raw_value_error(&path, &message),
        None => error,
    }
}

/// The path in a message with another one before it, and the rest of the message; none if the message has no path.
// Compiled once, and not for every type of error.
fn extend_path(text: &str, outer: &str) -> Option<(String, String)> {
    let (path, message) = split_path(text)?;
    let is_position = |rest: &str| {
        let numbers = rest.split_once(" column ");
        numbers.is_some_and(|(line, column)| line.parse::<usize>().is_ok() && column.parse::<usize>().is_ok())
    };
    let message = match message.rsplit_once(" at line ") {
        Some((message, rest)) if is_position(rest) => message,
        _ => message,
    };
    Some((join_paths(outer, path), message.to_owned()))
}

/// The error of a scalar that is decoded with `deserialize_any`, where serde_json would give a position within the array or
/// object.
#[cold]
pub(super) fn found_container<E: de::Error>(expected: &dyn de::Expected, found: &str) -> E {
    raw_value_error("", &format!("expected {expected}, found {found}"))
}

/// The methods of a visitor for a scalar that report an array or object.
macro_rules! reject_containers {
    () => {
        fn visit_seq<A: ::serde::de::SeqAccess<'de>>(self, _items: A) -> Result<Self::Value, A::Error> {
            Err($crate::json::decode_error::found_container(&self, "an array"))
        }

        fn visit_map<A: ::serde::de::MapAccess<'de>>(self, _entries: A) -> Result<Self::Value, A::Error> {
            Err($crate::json::decode_error::found_container(&self, "an object"))
        }
    };
}
pub(super) use reject_containers;

fn split_path(message: &str) -> Option<(&str, &str)> {
    message.strip_prefix("at `")?.split_once("`: ")
}

/// serde_json's message about a number such as `1e400`, which it does not count as a data error.
const OUT_OF_RANGE: &str = "number out of range";

/// How the message of a number beyond the range of `f64` starts, after `expected`.
pub(super) const EXPECTED_F64: &str = "a number within the range of f64";

/// The path of a value within the value at another path.
pub(super) fn join_paths(outer: &str, inner: &str) -> String {
    let separator = if outer.is_empty() || inner.is_empty() || inner.starts_with('[') { "" } else { "." };
    format!("{outer}{separator}{inner}")
}

/// The number that ends, or is, at an offset.
fn number_at(text: &str, end: usize) -> &str {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"-+.eE".contains(byte);
    let bytes = text.as_bytes();
    let after = bytes.iter().skip(end).take_while(|byte| is_part(byte)).count();
    let before = bytes.iter().take(end).rev().take_while(|byte| is_part(byte)).count();
    text.get(end - before..end + after).unwrap_or_default()
}

/// The offset of the character at a line and column (both from 1).
fn offset_of_error(text: &str, line: usize, column: usize) -> usize {
    let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    (start + column.saturating_sub(1)).min(text.len())
}

/// Rewrites serde's `invalid type: X, expected Y` as `expected Y, found X`; other messages stay as they are.
fn expected_first(message: &str) -> String {
    let rest = ["invalid type: ", "invalid value: "].iter().find_map(|prefix| message.strip_prefix(prefix));
    // The last occurrence, because a value in the message can contain the same words.
    match rest.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some(("map", expected)) => format!("expected {expected}, found an object"),
        Some(("sequence", expected)) => format!("expected {expected}, found an array"),
        Some((found, expected)) => format!("expected {expected}, found {found}"),
        None => message.to_owned(),
    }
}

enum Container<'a> {
    Object(&'a str),
    Array(usize),
}

/// The path of the value at an offset of a valid JSON text; of the object that ends there if the error is about it.
fn path_at(text: &str, end: usize, is_about_object: bool) -> String {
    let mut walk = Walk::new(text);
    walk.go_to(end);
    if is_about_object && text.as_bytes().get(end) == Some(&b'}') {
        walk.stack.pop();
    }
    walk.path()
}

/// A walk through a valid JSON text.
pub(super) struct Walk<'a> {
    text: &'a str,
    at: usize,
    stack: Vec<Container<'a>>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, stack: Vec::new() }
    }

    /// Goes on to an offset, or to the end of the string that it is in.
    pub(super) fn go_to(&mut self, end: usize) {
        let bytes = self.text.as_bytes();
        while self.at < end {
            match bytes.get(self.at) {
                Some(b'{') => self.stack.push(Container::Object("")),
                Some(b'[') => self.stack.push(Container::Array(0)),
                Some(b'}' | b']') => {
                    self.stack.pop();
                }
                Some(b',') => {
                    if let Some(Container::Array(index)) = self.stack.last_mut() {
                        *index += 1;
                    }
                }
                Some(b'"') => {
                    let close = string_end(bytes, self.at);
                    if let Some(Container::Object(key)) = self.stack.last_mut() {
                        // A string before a colon is a key, any other is a value.
                        let rest = bytes.get(close + 1..).unwrap_or_default();
                        if rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':') {
                            *key = self.text.get(self.at + 1..close).unwrap_or_default();
                        }
                    }
                    self.at = close;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// The path of the value at the current offset.
    pub(super) fn path(&self) -> String {
        format_path(&self.stack)
    }
}

/// The index of the quote that closes the string opened at `open`.
pub(super) fn string_end(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    loop {
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') | None => return at.min(bytes.len()),
            Some(_) => at += 1,
        }
    }
}

fn format_path(stack: &[Container<'_>]) -> String {
    let mut path = String::new();
    for container in stack {
        match container {
            Container::Object(key) => {
                if !path.is_empty() && !key.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            Container::Array(index) => {
                path.push('[');
                path.push_str(&index.to_string());
                path.push(']');
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::expected_first;
    use crate::json::text::from_str;

    fn path(text: &str) -> String {
        from_str::<BTreeMap<String, Vec<BTreeMap<String, i64>>>>(text).unwrap_err().path
    }

    #[test]
    fn the_root_cause_value_is_named() {
        assert_eq!(path(r#"{"data": [{"a": 1}, {"a": "x"}]}"#), "data[1].a");
        assert_eq!(path("{\"data\": [{\"a\": 1},\n {\"b\": 2, \"a\": null}]}"), "data[1].a");
        assert_eq!(path(r#"{"data": {"a": 1}}"#), "data");
        assert_eq!(path(r#"{"data": [5]}"#), "data[0]");
        assert_eq!(path(r#"{"da\"ta": "é,[{", "b": 3}"#), r#"da\"ta"#);
    }

    #[test]
    fn text_that_is_not_json_has_no_path() {
        assert_eq!(path(r#"{"data": ["#), "");
        assert_eq!(path(""), "");
    }

    fn message(text: &str) -> String {
        from_str::<BTreeMap<String, Vec<i64>>>(text).unwrap_err().to_string()
    }

    #[test]
    fn the_message_says_what_was_expected_first() {
        assert_eq!(message(r#"{"a": [1, "x"]}"#), "at `a[1]`: expected i64, found string \"x\"");
        assert_eq!(message("[1]"), "expected an object, found an array");
        assert_eq!(message(r#"{"a": "#), "EOF while parsing a value at line 1 column 6");
        assert_eq!(
            expected_first("invalid value: string \"a, expected b\", expected c"),
            "expected c, found string \"a, expected b\""
        );
        assert_eq!(expected_first("missing field `id`"), "missing field `id`");
    }
}
