//! The fields of a JSON object as text, without a tree of values.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use crate::json::RawText;

/// The fields of an object with their values as JSON text. Compiles to less code than a tree of values, which many programs
/// would have no other use for.
pub(crate) struct RawFields<'a>(pub(crate) Vec<(String, Cow<'a, str>)>);

impl<'a> RawFields<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        serde_json::Deserializer::from_str(text).deserialize_map(RawFieldsVisitor).ok()
    }

    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }

    /// The value of a field: a string without its quotes, other values as JSON text; `null` counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        scalar_text(self.raw(name)?)
    }
}

/// A JSON value as text: a string without its quotes, others as they are; none for `null`.
pub(crate) fn scalar_text(raw: &str) -> Option<String> {
    match raw {
        "null" => None,
        string if string.starts_with('"') => serde_json::from_str(string).ok(),
        other => Some(other.to_owned()),
    }
}

/// The JSON text of the value at a path of field names.
pub(crate) fn raw_at(text: &str, path: &[&str]) -> Option<String> {
    match path.split_first() {
        None => Some(text.trim().to_owned()),
        Some((first, rest)) => raw_at(RawFields::parse(text)?.raw(first)?, rest),
    }
}

struct RawFieldsVisitor;

impl<'de> Visitor<'de> for RawFieldsVisitor {
    type Value = RawFields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            fields.push((name, map.next_value_seed(RawTextSeed)?));
        }
        Ok(RawFields(fields))
    }
}

struct RawTextSeed;

impl<'de> DeserializeSeed<'de> for RawTextSeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        RawText::decode(deserializer).map(|text| text.0)
    }
}
