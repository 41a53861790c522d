//! The fields of an object that its type does not have.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde_json::Value;
use serde_json::value::RawValue;

/// Fields of a decoded object that this version of the crate does not know, in the order of the response.
///
/// A field that may be absent, and whose value its type cannot hold, is here too and `None` in the object: a number beyond the
/// range of the type, or a date that cannot be read. Setting the field replaces it.
///
/// They are kept as JSON text, so that numbers keep every digit, and are encoded again with the object. `Debug` shows only
/// their names, because the values may be secret.
#[derive(Clone, Default)]
pub struct ExtraFields(Option<Box<Entries>>);

/// Boxed, so that the field takes one word in every struct: most objects have no extra fields.
type Entries = Vec<(String, Box<RawValue>)>;

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
        self.get_raw(name).and_then(|text| serde_json::from_str(text).ok())
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
        let entries = self.0.get_or_insert_default();
        match entries.iter_mut().find(|(other, _)| *other == name) {
            Some(entry) => entry.1 = text,
            None => entries.push((name, text)),
        }
    }

    #[doc(hidden)]
    pub fn entries(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().flat_map(|entries| entries.iter()).map(|(name, text)| (name.as_str(), &**text))
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
