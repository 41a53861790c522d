//! Decodes a JSON value as its text, borrowed from the input if possible.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

/// The type name by which serde_json recognizes a request for raw text. The constant is not public there; if it changes,
/// `visit_newtype_struct` below still decodes the value, but a test of this module fails because numbers lose digits.
pub(super) const TOKEN: &str = "$serde_json::private::RawValue";

/// The text of one JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawText<'de>(pub Cow<'de, str>);

impl<'de> RawText<'de> {
    /// Decodes the next value as text.
    ///
    /// # Errors
    /// The deserializer's error.
    pub fn decode<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(TOKEN, RawVisitor).map(RawText)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match map.next_key_seed(TextSeed)? {
            Some(_) => map.next_value_seed(TextSeed),
            None => Err(A::Error::custom("expected the text of a JSON value, found an empty map")),
        }
    }

    // Deserializers other than serde_json's call this.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let value = <serde_json::Value as serde::Deserialize>::deserialize(deserializer)?;
        // Not by `Display`, which would add the formatting with line breaks to every program.
        serde_json::to_string(&value).map(Cow::Owned).map_err(D::Error::custom)
    }
}

struct TextSeed;

impl<'de> DeserializeSeed<'de> for TextSeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for TextSeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_borrowed_and_exact() {
        let mut deserializer = serde_json::Deserializer::from_str(" 0.10000000000000000001 ");
        let text = RawText::decode(&mut deserializer).unwrap();
        assert_eq!(text.0, Cow::Borrowed("0.10000000000000000001"));
        assert!(matches!(text.0, Cow::Borrowed(_)));
    }

    #[test]
    fn a_value_in_memory_is_formatted() {
        let value = serde_json::json!({"a": [1, "x"]});
        assert_eq!(RawText::decode(value).unwrap().0, r#"{"a":[1,"x"]}"#);
    }
}
