//! From the line and column of a decoding error to the JSON path of the value that did not fit.

use super::DecodeError;

/// Turns serde_json's error into one that names the path.
pub(super) fn mismatch(text: &str, error: &serde_json::Error) -> DecodeError {
    let path = if error.is_data() { path_at(text, error.line(), error.column()) } else { String::new() };
    DecodeError { path, message: error.to_string() }
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
                    // A string before a colon is a key; any other leaves the key as it is.
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
    // An error at the end of a container is about the container, not about its last member.
    if matches!(bytes.get(end), Some(b'}' | b']')) {
        stack.pop();
    }
    render(&stack)
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

fn render(stack: &[Container<'_>]) -> String {
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

    use super::super::from_str;

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
    fn broken_text_has_no_path() {
        assert_eq!(path(r#"{"data": ["#), "");
        assert_eq!(path(""), "");
    }
}
