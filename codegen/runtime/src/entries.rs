//! Named entries in one buffer: the members of a JSON object or the parameters of a query, written as they are set.

use std::borrow::Cow;

/// Each entry starts with its separator; [`Entries::finish`] turns the first one into what opens the whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entries {
    buffer: Vec<u8>,
    marks: Vec<Mark>,
}

#[derive(Clone, Debug)]
struct Mark {
    name: Cow<'static, str>,
    start: usize,
    value: usize,
}

impl Entries {
    pub(crate) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.marks.iter().any(|mark| mark.name == name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.marks.iter().map(|mark| &*mark.name)
    }

    /// The names with the bytes of their values.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let ends = self.marks.iter().skip(1).map(|mark| mark.start).chain([self.buffer.len()]);
        self.marks
            .iter()
            .zip(ends)
            .map(|(mark, end)| (&*mark.name, self.buffer.get(mark.value..end).unwrap_or_default()))
    }

    /// Begins an entry, in the place of an earlier one of that name: `head` writes what comes before its value.
    pub(crate) fn begin(&mut self, name: Cow<'static, str>, head: impl FnOnce(&mut Vec<u8>)) -> &mut Vec<u8> {
        self.remove(&name);
        let start = self.buffer.len();
        head(&mut self.buffer);
        let value = self.buffer.len();
        self.marks.push(Mark { name, start, value });
        &mut self.buffer
    }

    /// Begins a member of a JSON object.
    pub(crate) fn member(&mut self, name: Cow<'static, str>) -> &mut Vec<u8> {
        let shown = name.clone();
        if self.buffer.is_empty() {
            // Most bodies fit, which saves growing step by step.
            self.buffer.reserve(256);
            self.marks.reserve(8);
        }
        self.begin(name, |out| {
            out.push(b',');
            write_json_string(out, &shown);
            out.push(b':');
        })
    }

    pub(crate) fn remove(&mut self, name: &str) {
        let Some(at) = self.marks.iter().position(|mark| mark.name == name) else { return };
        let start = self.marks.remove(at).start;
        let end = self.marks.get(at).map_or(self.buffer.len(), |next| next.start);
        self.buffer.drain(start..end);
        for mark in self.marks.iter_mut().skip(at) {
            mark.start -= end - start;
            mark.value -= end - start;
        }
    }

    /// The buffer with its first separator replaced; empty if there is no entry.
    pub(crate) fn finish(mut self, open: u8) -> Vec<u8> {
        if let Some(first) = self.buffer.first_mut() {
            *first = open;
        }
        self.buffer
    }

    /// The whole as a JSON object.
    pub(crate) fn finish_object(self) -> Vec<u8> {
        let mut out = self.finish(b'{');
        if out.is_empty() {
            out.push(b'{');
        }
        out.push(b'}');
        out
    }
}

fn write_json_string(out: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return;
    }
    // Strings always serialise; writing to a Vec cannot fail.
    let _ = serde_json::to_writer(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(pairs: &[(&'static str, &str)]) -> String {
        let mut entries = Entries::default();
        for (name, value) in pairs {
            entries.member((*name).into()).extend_from_slice(value.as_bytes());
        }
        String::from_utf8(entries.finish_object()).unwrap()
    }

    #[test]
    fn setting_again_replaces() {
        assert_eq!(object(&[]), "{}");
        assert_eq!(object(&[("a", "1")]), r#"{"a":1}"#);
        assert_eq!(object(&[("a", "1"), ("b", "22"), ("c", "3"), ("a", "444")]), r#"{"b":22,"c":3,"a":444}"#);
        assert_eq!(object(&[("a", "1"), ("b", "22"), ("c", "3"), ("b", "0")]), r#"{"a":1,"c":3,"b":0}"#);
        assert_eq!(object(&[("q\"", "1"), ("q\"", "2")]), r#"{"q\"":2}"#);
    }

    #[test]
    fn values_are_found_after_a_replacement() {
        let mut entries = Entries::default();
        for (name, value) in [("a", "1"), ("b", "22"), ("a", "333")] {
            entries.member(name.into()).extend_from_slice(value.as_bytes());
        }
        let values: Vec<_> = entries.values().collect();
        assert_eq!(values, [("b", &b"22"[..]), ("a", &b"333"[..])]);
    }
}
