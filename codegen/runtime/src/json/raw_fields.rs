//! The fields of a JSON object as text, without a tree of values.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::json::{RawText, reader::Reader, whole_text::parse_string};

/// The fields of an object with their values as JSON text. Compiles to less code than a tree of values, which many programs
/// would have no other use for.
pub(crate) struct RawFields<'a>(pub(crate) Vec<(String, Cow<'a, str>)>);

impl<'a> RawFields<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        Reader::new(text).deserialize_map(RawFieldsVisitor).ok()
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
        string if string.starts_with('"') => parse_string(string),
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

/// The items of a JSON list, as text.
pub(crate) fn raw_items(text: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut reader = Reader::new(text);
    let items = reader.deserialize_seq(RawItemsVisitor).ok()?;
    reader.end().ok().map(|()| items)
}

struct RawItemsVisitor;

impl<'de> Visitor<'de> for RawItemsVisitor {
    type Value = Vec<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(RawTextSeed)? {
            items.push(item);
        }
        Ok(items)
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
