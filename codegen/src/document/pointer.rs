//! Builds, splits and resolves JSON Pointers (RFC 6901) in their text form.

use std::borrow::Cow;

use serde_json::Value;

/// The node at a pointer. `serde_json::Value::pointer` does the same with two allocations for each segment.
#[must_use]
pub fn find<'v>(root: &'v Value, pointer: &str) -> Option<&'v Value> {
    let mut segments = checked_segments(pointer)?;
    segments.try_fold(root, |node, segment| match node {
        Value::Object(map) => map.get(segment.as_ref()),
        Value::Array(list) => list.get(parse_index(&segment)?),
        _ => None,
    })
}

/// The node at a pointer, to change it.
pub fn find_mut<'v>(root: &'v mut Value, pointer: &str) -> Option<&'v mut Value> {
    let mut segments = checked_segments(pointer)?;
    segments.try_fold(root, |node, segment| match node {
        Value::Object(map) => map.get_mut(segment.as_ref()),
        Value::Array(list) => list.get_mut(parse_index(&segment)?),
        _ => None,
    })
}

/// The segments of a text that is a pointer: empty, or with a slash first.
fn checked_segments(pointer: &str) -> Option<impl Iterator<Item = Cow<'_, str>>> {
    (pointer.is_empty() || pointer.starts_with('/')).then(|| segments(pointer))
}

/// The index of an item, which has no sign and no zeros before it.
pub(super) fn parse_index(segment: &str) -> Option<usize> {
    let is_canonical = !segment.starts_with('+') && (segment.len() == 1 || !segment.starts_with('0'));
    segment.parse().ok().filter(|_| is_canonical)
}

/// Appends a key or an index, escaped (RFC 6901, section 3).
pub fn push_segment(pointer: &mut String, segment: &str) {
    pointer.push('/');
    if !segment.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        pointer.push_str(segment);
        return;
    }
    for c in segment.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// Appends an index.
pub fn push_index(pointer: &mut String, index: usize) {
    use std::fmt::Write;
    let _ = write!(pointer, "/{index}");
}

/// The pointer to a child of the node.
#[must_use]
pub fn join(pointer: &str, segment: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + segment.len() + 1);
    joined.push_str(pointer);
    push_segment(&mut joined, segment);
    joined
}

/// The pointer that consists of these segments, which are not yet escaped.
#[must_use]
pub fn from_segments<'a>(segments: impl IntoIterator<Item = &'a str>) -> String {
    let mut pointer = String::new();
    for segment in segments {
        push_segment(&mut pointer, segment);
    }
    pointer
}

/// The segments of a pointer, unescaped.
pub fn segments(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(unescape_segment)
}

/// Splits off the last segment, which stays escaped.
#[must_use]
pub fn parent(pointer: &str) -> Option<(&str, &str)> {
    pointer.rsplit_once('/')
}

/// Decodes the percent escapes of a fragment (RFC 3986, section 2.1): `%20` is a space. A percent sign that does not start an escape is kept.
pub(crate) fn decode_fragment(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = tail
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .filter(|hex| *first == b'%' && hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match escape {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    match String::from_utf8(bytes) {
        Ok(decoded) => Cow::Owned(decoded),
        Err(_) => Cow::Borrowed(text),
    }
}

fn unescape_segment(segment: &str) -> Cow<'_, str> {
    // `~1` first: `~01` is the text `~1`, not `/`.
    if segment.contains('~') {
        Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(segment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_escaped_and_unescaped() {
        for (names, pointer) in [
            (&[][..], ""),
            (&["a"], "/a"),
            (&["/x/{id}", "get"], "/~1x~1{id}/get"),
            (&["~1", "a~b"], "/~01/a~0b"),
            (&["", "0"], "//0"),
        ] {
            assert_eq!(from_segments(names.iter().copied()), pointer);
            let split: Vec<_> = segments(pointer).collect();
            assert_eq!(split, names, "{pointer}");
        }
    }

    #[test]
    fn pointers_lead_to_the_nodes_that_serde_json_finds() {
        let mut root = serde_json::json!({"a~b": [{"/": 1}, 2], "": {"": 3}, "0": 4, "~1": 5});
        for pointer in [
            "",
            "/",
            "//",
            "/a~0b",
            "/a~0b/0",
            "/a~0b/0/~1",
            "/a~0b/1",
            "/a~0b/2",
            "/a~0b/01",
            "/a~0b/+1",
            "/a~0b/-",
            "/0",
            "/~01",
            "/0/1",
            "a",
            "/a~b",
        ] {
            let expected = root.pointer(pointer).cloned();
            assert_eq!(find(&root, pointer).cloned(), expected, "{pointer}");
            assert_eq!(find_mut(&mut root, pointer).cloned(), expected, "{pointer}");
        }
    }
}
