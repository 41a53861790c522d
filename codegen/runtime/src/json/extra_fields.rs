//! The fields of an object that its type does not have.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde_json::Value;
use serde_json::value::RawValue;

use crate::json::scalar::Kinds;

/// Fields of a decoded object that this version of the crate does not know, in the order of the response.
///
/// A field is here too, with the text that the server sent, if its type cannot hold the value: a number beyond the range of the
/// type, or a date that cannot be read. In the object, it is `None` if it may be absent, and otherwise the nearest value: the
/// largest or smallest one of the type, the number rounded, or 1970-01-01. So is a time without a zone, which is read as one of
/// UTC, and a number of an unknown variant with more digits than a `Value` keeps. The object is encoded with the text, unless the
/// field has another value by then.
///
/// They are kept as JSON text, so that numbers keep every digit, and are encoded again with the object. `Debug` shows only
/// their names, because the values may be secret.
#[derive(Clone, Default)]
pub struct ExtraFields(Option<Box<Entries>>);

/// Boxed, so that the field takes one word in every struct: most objects have no extra fields.
type Entries = Vec<Entry>;

#[derive(Clone)]
struct Entry {
    name: String,
    text: Box<RawValue>,
    /// The kinds of the values that the type of the field of this name cannot hold; none for other fields.
    kinds: Kinds,
}

impl ExtraFields {
    /// Without any field.
    #[must_use]
    pub const fn new() -> Self {
        Self(None)
    }

    /// Whether there are no fields.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |entries| entries.len())
    }

    /// The names, in the order of the response.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries().map(|(name, _)| name)
    }

    /// The value of the field `name`, if there is one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        self.get_raw(name).and_then(|text| text.parse().ok())
    }

    /// The JSON text of the field `name`, unchanged.
    #[must_use]
    pub fn get_raw(&self, name: &str) -> Option<&str> {
        self.entries().find(|(other, _)| *other == name).map(|(_, text)| text.get())
    }

    /// Sets a field and replaces an earlier value.
    pub fn insert(&mut self, name: impl Into<String>, value: Value) {
        if let Ok(text) = RawValue::from_string(value.to_string()) {
            self.insert_raw(name.into(), text);
        }
    }

    pub(crate) fn insert_raw(&mut self, name: String, text: Box<RawValue>) {
        self.insert_kept(name, text, Kinds::NONE);
    }

    /// Adds the text of a field that the type has, with another value.
    pub(super) fn insert_kept(&mut self, name: String, text: Box<RawValue>, kinds: Kinds) {
        let entries = self.0.get_or_insert_default();
        match entries.iter_mut().find(|entry| entry.name == name) {
            Some(entry) => (entry.text, entry.kinds) = (text, kinds),
            None => entries.push(Entry { name, text, kinds }),
        }
    }

    /// The text of a field that the type has, and the kinds of its values that are not those of the text.
    pub(super) fn kept(&self, name: &str) -> Option<(&str, Kinds)> {
        let mut entries = self.0.iter().flat_map(|entries| entries.iter());
        entries.find(|entry| entry.name == name).map(|entry| (entry.text.get(), entry.kinds))
    }

    pub(super) fn remove(&mut self, name: &str) {
        if let Some(entries) = &mut self.0 {
            entries.retain(|entry| entry.name != name);
        }
    }

    #[doc(hidden)]
    pub fn entries(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().flat_map(|entries| entries.iter()).map(|entry| (entry.name.as_str(), &*entry.text))
    }
}

impl ExtraFields {
    /// The entries in the order of their names: two values are equal whatever the order of the responses.
    fn sorted_entries(&self) -> Vec<(&str, &str)> {
        let mut entries: Vec<_> = self.entries().map(|(name, text)| (name, text.get())).collect();
        entries.sort_unstable();
        entries
    }
}

impl Eq for ExtraFields {}

impl Hash for ExtraFields {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.sorted_entries().hash(state);
    }
}

impl PartialOrd for ExtraFields {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ExtraFields {
    fn cmp(&self, other: &Self) -> Ordering {
        self.sorted_entries().cmp(&other.sorted_entries())
    }
}

impl PartialEq for ExtraFields {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.entries().all(|(name, text)| other.get_raw(name) == Some(text.get()))
    }
}

impl fmt::Debug for ExtraFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::*;

    fn fields(entries: &[(&str, i64)]) -> ExtraFields {
        let mut fields = ExtraFields::new();
        for (name, value) in entries {
            fields.insert(*name, Value::from(*value));
        }
        fields
    }

    #[test]
    fn order_and_hash_do_not_depend_on_the_order_of_the_fields() {
        let (one, other) = (fields(&[("a", 1), ("b", 2)]), fields(&[("b", 2), ("a", 1)]));
        let state = std::hash::RandomState::new();
        assert_eq!(one, other);
        assert_eq!(one.cmp(&other), Ordering::Equal);
        assert_eq!(state.hash_one(&one), state.hash_one(&other));
        assert!(fields(&[]) < fields(&[("a", 1)]));
        assert!(fields(&[("a", 1)]) < fields(&[("a", 2)]));
        assert!(fields(&[("a", 9)]) < fields(&[("b", 1)]));
    }
}
