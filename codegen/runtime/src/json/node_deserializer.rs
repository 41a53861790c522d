//! Decodes the values of an indexed text. Scalars are decoded by the [`Reader`] from their text.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use crate::json::{
    decode_error::{DecodeError, raw_value_error},
    node::{Children, Node, TOKEN},
    reader::Reader,
};

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let decoded = match self.text().bytes().next() {
            Some(b'[') => visitor.visit_seq(Items(self.children())),
            Some(b'{') => visitor.visit_map(Entries(self.children())),
            _ => Reader::new(self.text()).deserialize_any(visitor),
        };
        decoded.map_err(|error| self.locate(&error))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if self.text() == "null" { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if name == TOKEN {
            return self.hand_over(visitor);
        }
        Reader::new(self.text())
            .deserialize_newtype_struct(name, visitor)
            .map_err(|error| self.locate(&error))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        Reader::new(self.text())
            .deserialize_enum(name, variants, visitor)
            .map_err(|error| self.locate(&error))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_unit()
    }

    // The text is valid, and the visitors check the types.
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier
    }
}

impl Node<'_> {
    /// The error of this value: without a line and column, which would be those within the value, but with a path, to which
    /// the values around it add themselves.
    #[cold]
    fn locate(self, error: &serde_json::Error) -> serde_json::Error {
        let error = DecodeError::without_position(self.text(), error);
        raw_value_error(&error.path, &error.message)
    }
}

struct Items<'de>(Children<'de>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = serde_json::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Self::Error> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }
}

struct Entries<'de>(Children<'de>);

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = serde_json::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Self::Error> {
        self.0.next().map(|key| seed.deserialize(key)).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Self::Error> {
        match self.0.next() {
            Some(value) => seed.deserialize(value),
            None => Err(Error::custom("expected a value after the key")),
        }
    }
}
