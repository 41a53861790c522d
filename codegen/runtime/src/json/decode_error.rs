//! The error of decoding, with the path of the value that cannot be decoded.
//!
//! serde_json reports a line and a column. The path is computed from them after an error, so that decoding does not have
//! to keep track of it.

use std::fmt;

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
        // Only data errors are about a value; in text that is not JSON, paths mean little.
        let path = if error.is_data() { path_at(text, error.line(), error.column()) } else { String::new() };
        let full = error.to_string();
        let position = format!(" at line {} column {}", error.line(), error.column());
        let message = full.strip_suffix(&position).unwrap_or(&full);
        Self { path, message: expected_first(message) }
    }
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

/// The path of the root_cause value at a line and column (both from 1) of a valid JSON text.
fn path_at(text: &str, line: usize, column: usize) -> String {
    let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let end = (start + column.saturating_sub(1)).min(text.len());
    let bytes = text.as_bytes();
    let mut stack = Vec::new();
    let mut at = 0;
    while at < end {
        match bytes.get(at) {
            Some(b'{') => stack.push(Container::Object("")),
            Some(b'[') => stack.push(Container::Array(0)),
            Some(b'}' | b']') => {
                stack.pop();
            }
            Some(b',') => {
                if let Some(Container::Array(index)) = stack.last_mut() {
                    *index += 1;
                }
            }
            Some(b'"') => {
                let close = string_end(bytes, at);
                if let Some(Container::Object(key)) = stack.last_mut() {
                    // A string before a colon is a key, any other is a value.
                    let rest = bytes.get(close + 1..).unwrap_or_default();
                    if rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':') {
                        *key = text.get(at + 1..close).unwrap_or_default();
                    }
                }
                at = close;
            }
            _ => {}
        }
        at += 1;
    }
    // An error at the end of a container, such as a missing field, concerns the container.
    if matches!(bytes.get(end), Some(b'}' | b']')) {
        stack.pop();
    }
    format_path(&stack)
}

/// The index of the quote that closes the string opened at `open`.
fn string_end(bytes: &[u8], open: usize) -> usize {
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
