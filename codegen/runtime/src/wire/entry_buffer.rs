//! Named entries, encoded one after another into one buffer: the fields of a JSON object or the parameters of a query.

use std::borrow::Cow;

/// Entries are encoded when they are set, so that a request stores only the encoding of a value.
///
/// Every entry starts with its separator (`,` or `&`). [`finish`](Self::finish) replaces the first separator by the byte
/// that opens the whole (`{` or `?`).
#[derive(Clone, Debug, Default)]
pub(crate) struct EntryBuffer {
    bytes: Vec<u8>,
    /// In the order of the buffer.
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    name: Cow<'static, str>,
    /// The offset of the separator.
    start: usize,
    /// The offset of the value.
    value_start: usize,
}

impl EntryBuffer {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.name)
    }

    /// The names with their encoded values.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let ends = self.entries.iter().skip(1).map(|entry| entry.start).chain([self.bytes.len()]);
        self.entries
            .iter()
            .zip(ends)
            .map(|(entry, end)| (&*entry.name, self.bytes.get(entry.value_start..end).unwrap_or_default()))
    }

    /// Starts an entry and replaces an earlier one of that name. `write_prefix` writes what precedes the value; the
    /// caller appends the value to the returned buffer.
    pub(crate) fn begin_entry(
        &mut self,
        name: Cow<'static, str>,
        write_prefix: impl FnOnce(&mut Vec<u8>),
    ) -> &mut Vec<u8> {
        self.remove(&name);
        let start = self.bytes.len();
        write_prefix(&mut self.bytes);
        let value_start = self.bytes.len();
        self.entries.push(Entry { name, start, value_start });
        &mut self.bytes
    }

    /// Starts a field of a JSON object.
    pub(crate) fn begin_field(&mut self, name: Cow<'static, str>) -> &mut Vec<u8> {
        let key = name.clone();
        if self.bytes.is_empty() {
            // Holds most bodies without growing.
            self.bytes.reserve(256);
            self.entries.reserve(8);
        }
        self.begin_entry(name, |out| {
            out.push(b',');
            write_json_string(out, &key);
            out.push(b':');
        })
    }

    pub(crate) fn remove(&mut self, name: &str) {
        let Some(index) = self.entries.iter().position(|entry| entry.name == name) else { return };
        let start = self.entries.remove(index).start;
        let end = self.entries.get(index).map_or(self.bytes.len(), |next| next.start);
        self.bytes.drain(start..end);
        for entry in self.entries.iter_mut().skip(index) {
            entry.start -= end - start;
            entry.value_start -= end - start;
        }
    }

    /// The buffer with its first separator replaced by `open`; empty without entries.
    pub(crate) fn finish(mut self, open: u8) -> Vec<u8> {
        if let Some(first) = self.bytes.first_mut() {
            *first = open;
        }
        self.bytes
    }

    /// The entries as a JSON object.
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
    // Nearly all names are of this kind and need no escapes.
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return;
    }
    // Cannot fail: every string has a JSON representation, and writes to a `Vec` succeed.
    let _ = serde_json::to_writer(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(pairs: &[(&'static str, &str)]) -> String {
        let mut entries = EntryBuffer::default();
        for (name, value) in pairs {
            entries.begin_field((*name).into()).extend_from_slice(value.as_bytes());
        }
        String::from_utf8(entries.finish_object()).unwrap()
    }

    #[test]
    fn setting_a_field_twice_replaces_it() {
        assert_eq!(object(&[]), "{}");
        assert_eq!(object(&[("a", "1")]), r#"{"a":1}"#);
        assert_eq!(object(&[("a", "1"), ("b", "22"), ("c", "3"), ("a", "444")]), r#"{"b":22,"c":3,"a":444}"#);
        assert_eq!(object(&[("a", "1"), ("b", "22"), ("c", "3"), ("b", "0")]), r#"{"a":1,"c":3,"b":0}"#);
        assert_eq!(object(&[("q\"", "1"), ("q\"", "2")]), r#"{"q\"":2}"#);
    }

    #[test]
    fn values_are_correct_after_a_replacement() {
        let mut entries = EntryBuffer::default();
        for (name, value) in [("a", "1"), ("b", "22"), ("a", "333")] {
            entries.begin_field(name.into()).extend_from_slice(value.as_bytes());
        }
        let values: Vec<_> = entries.values().collect();
        assert_eq!(values, [("b", &b"22"[..]), ("a", &b"333"[..])]);
    }
}
