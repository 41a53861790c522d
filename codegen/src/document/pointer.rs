//! JSON Pointers (RFC 6901) as text: built up while walking, taken apart when looking up.

use serde_json::Value;
use std::borrow::Cow;

/// Appends one member name or index.
pub fn push(pointer: &mut String, segment: &str) {
    pointer.push('/');
    if !segment.contains(['~', '/']) {
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

/// Appends one index.
pub fn push_index(pointer: &mut String, index: usize) {
    use std::fmt::Write;
    let _ = write!(pointer, "/{index}");
}

/// The pointer to a member.
#[must_use]
pub fn join(pointer: &str, segment: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + segment.len() + 1);
    joined.push_str(pointer);
    push(&mut joined, segment);
    joined
}

/// The pointer made of these member names.
#[must_use]
pub fn from_segments<'a>(segments: impl IntoIterator<Item = &'a str>) -> String {
    let mut pointer = String::new();
    for segment in segments {
        push(&mut pointer, segment);
    }
    pointer
}

/// The member names of a pointer, unescaped.
pub fn segments(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(unescape)
}

/// The pointer without its last segment, and that segment as written.
#[must_use]
pub fn parent(pointer: &str) -> Option<(&str, &str)> {
    pointer.rsplit_once('/')
}

fn unescape(segment: &str) -> Cow<'_, str> {
    if segment.contains('~') {
        Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(segment)
    }
}

/// The node a pointer names. Unlike `Value::pointer`, takes no index with leading zeros or a plus sign.
#[must_use]
pub fn lookup<'a>(root: &'a Value, pointer: &str) -> Option<&'a Value> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return None;
    }
    segments(pointer).try_fold(root, |value, segment| match value {
        Value::Object(map) => map.get(segment.as_ref()),
        Value::Array(list) => list.get(index(&segment)?),
        _ => None,
    })
}

/// The node a pointer names, to be changed.
#[must_use]
pub fn lookup_mut<'a>(root: &'a mut Value, pointer: &str) -> Option<&'a mut Value> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return None;
    }
    segments(pointer).try_fold(root, |value, segment| match value {
        Value::Object(map) => map.get_mut(segment.as_ref()),
        Value::Array(list) => list.get_mut(index(&segment)?),
        _ => None,
    })
}

fn index(segment: &str) -> Option<usize> {
    let plain = segment == "0" || !segment.starts_with(['0', '+']);
    segment.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
            let back: Vec<_> = segments(pointer).collect();
            assert_eq!(back, names, "{pointer}");
        }
    }

    #[test]
    fn lookup_follows_members_and_plain_indices_only() {
        let tree = json!({"a": [1, {"/": 2}], "": 3});
        for (pointer, expected) in [
            ("", Some(&tree)),
            ("/a/0", Some(&json!(1))),
            ("/a/1/~1", Some(&json!(2))),
            ("/", Some(&json!(3))),
            ("/a/00", None),
            ("/a/+0", None),
            ("/a/2", None),
            ("/a/0/x", None),
            ("a", None),
        ] {
            assert_eq!(lookup(&tree, pointer), expected, "{pointer}");
        }
    }
}
