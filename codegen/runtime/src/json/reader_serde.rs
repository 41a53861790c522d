//! The [`Reader`] as a deserializer of serde.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Error;

use crate::json::{
    fields::EXPECTS_NAME,
    raw_text,
    reader::{Number, Reader, Result},
};

impl<'de> Reader<'de> {
    /// Gives the error of a visitor a position.
    #[inline]
    fn locate<T>(&self, result: Result<T>) -> Result<T> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => Err(self.fix_position(error)),
        }
    }

    #[inline]
    fn visit_list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        self.visit_nested(b']', |reader| visitor.visit_seq(Items { reader, is_first: true }))
    }

    #[inline]
    fn visit_object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        self.visit_nested(b'}', |reader| visitor.visit_map(Entries { reader, is_first: true }))
    }

    #[inline]
    fn visit_nested<T>(&mut self, end: u8, visit: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.open()?;
        let visited = visit(self);
        if visited.is_err() {
            self.abandon(end);
            return self.locate(visited);
        }
        self.close(end).and(visited)
    }

    #[inline]
    fn visit_string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let visited = match self.read_string()? {
            Some(text) => visitor.visit_borrowed_str(text),
            None => visitor.visit_str(&self.unescaped),
        };
        self.locate(visited)
    }

    #[inline]
    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let visited = match self.read_number()? {
            Number::Unsigned(value) => visitor.visit_u64(value),
            Number::Signed(value) => visitor.visit_i64(value),
            Number::Float(value) => visitor.visit_f64(value),
        };
        self.locate(visited)
    }

    #[inline]
    fn visit_bool<V: Visitor<'de>>(&mut self, value: bool, visitor: V) -> Result<V::Value> {
        self.read_word(if value { "true" } else { "false" })?;
        let visited = visitor.visit_bool(value);
        self.locate(visited)
    }

    /// Lets serde_json decode the text of the next value.
    fn delegate<T>(
        &mut self,
        decode: impl FnOnce(&mut serde_json::Deserializer<serde_json::de::StrRead<'de>>) -> Result<T>,
    ) -> Result<T> {
        let text = self.read_raw()?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let decoded = decode(&mut deserializer);
        // Line and column would be those within the value.
        decoded.map_err(|error| {
            let text = error.to_string();
            let position = format!(" at line {} column {}", error.line(), error.column());
            self.fix_position(Error::custom(text.strip_suffix(&position).unwrap_or(&text)))
        })
    }
}

/// Forwards to `deserialize_any` what has another type in JSON, and numbers, whose types the visitors check.
macro_rules! expect {
    ($($method:ident: $first:pat => $visit:ident;)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.peek() {
                Some($first) => self.$visit(visitor),
                _ => Err(self.invalid_type(&visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'"') => self.visit_string(visitor),
            Some(b'-' | b'0'..=b'9') => self.visit_number(visitor),
            Some(b'{') => self.visit_object(visitor),
            Some(b'[') => self.visit_list(visitor),
            Some(b't') => self.visit_bool(true, visitor),
            Some(b'f') => self.visit_bool(false, visitor),
            Some(b'n') => {
                self.read_word("null")?;
                let visited = visitor.visit_unit();
                self.locate(visited)
            }
            _ => Err(self.text_error()),
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.peek() == Some(b'n') {
            self.read_word("null")?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        if name == raw_text::TOKEN {
            let text = self.read_raw()?;
            return visitor.visit_map(RawEntry(Some(text)));
        }
        visitor.visit_newtype_struct(self)
    }

    #[inline]
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b't') => self.visit_bool(true, visitor),
            Some(b'f') => self.visit_bool(false, visitor),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'n') => self.deserialize_any(visitor),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.read_raw()?;
        visitor.visit_unit()
    }

    expect! {
        deserialize_str: b'"' => visit_string;
        deserialize_string: b'"' => visit_string;
        deserialize_identifier: b'"' => visit_string;
        deserialize_char: b'"' => visit_string;
        deserialize_seq: b'[' => visit_list;
        deserialize_map: b'{' => visit_object;
        deserialize_i8: b'-' | b'0'..=b'9' => visit_number;
        deserialize_i16: b'-' | b'0'..=b'9' => visit_number;
        deserialize_i32: b'-' | b'0'..=b'9' => visit_number;
        deserialize_i64: b'-' | b'0'..=b'9' => visit_number;
        deserialize_u8: b'-' | b'0'..=b'9' => visit_number;
        deserialize_u16: b'-' | b'0'..=b'9' => visit_number;
        deserialize_u32: b'-' | b'0'..=b'9' => visit_number;
        deserialize_u64: b'-' | b'0'..=b'9' => visit_number;
        deserialize_f32: b'-' | b'0'..=b'9' => visit_number;
        deserialize_f64: b'-' | b'0'..=b'9' => visit_number;
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.peek() {
            Some(b'{') => self.visit_object(visitor),
            Some(b'[') => self.visit_list(visitor),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.delegate(|deserializer| deserializer.deserialize_enum(name, variants, visitor))
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.delegate(|deserializer| deserializer.deserialize_i128(visitor))
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.delegate(|deserializer| deserializer.deserialize_u128(visitor))
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.delegate(|deserializer| deserializer.deserialize_bytes(visitor))
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_bytes(visitor)
    }
}

/// The items of a list.
struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    is_first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        match self.reader.peek() {
            Some(b']') => return Ok(None),
            Some(_) if self.is_first => self.is_first = false,
            Some(b',') => {
                self.reader.skip_byte();
                if self.reader.peek() == Some(b']') {
                    return Err(self.reader.text_error());
                }
            }
            _ => return Err(self.reader.text_error()),
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

/// The fields or entries of an object.
struct Entries<'a, 'de> {
    reader: &'a mut Reader<'de>,
    is_first: bool,
}

impl Entries<'_, '_> {
    /// Whether there is another key.
    // Compiled once, and not for every type.
    fn has_key(&mut self) -> Result<bool> {
        let mut next = self.reader.peek();
        match next {
            Some(b'}') => return Ok(false),
            Some(b',') if !self.is_first => {
                self.reader.skip_byte();
                next = self.reader.peek();
            }
            _ if self.is_first => self.is_first = false,
            _ => next = None,
        }
        if next == Some(b'"') { Ok(true) } else { Err(self.reader.text_error()) }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.has_key()? { seed.deserialize(Key(self.reader)).map(Some) } else { Ok(None) }
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        if self.reader.peek() != Some(b':') {
            return Err(self.reader.text_error());
        }
        self.reader.skip_byte();
        seed.deserialize(&mut *self.reader)
    }
}

/// The key of an entry.
struct Key<'a, 'de>(&'a mut Reader<'de>);

impl<'de> Deserializer<'de> for Key<'_, 'de> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.0.read_string()? {
            Some(text) => visitor.visit_borrowed_str(text),
            None => visitor.visit_str(&self.0.unescaped),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    /// A visitor that expects a name is told that it can be compared where it stands.
    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        if name == EXPECTS_NAME {
            visitor.visit_some(ExpectedKey(self.0))
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The key of an entry, for a visitor that expects a name.
struct ExpectedKey<'a, 'de>(&'a mut Reader<'de>);

impl<'de> Deserializer<'de> for ExpectedKey<'_, 'de> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        Key(self.0).deserialize_any(visitor)
    }

    /// Passes the key if it is `name`, and says so by `visit_unit`. Any other key is read.
    #[inline]
    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        if self.0.take_name(name) { visitor.visit_unit() } else { self.deserialize_any(visitor) }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The text of a value as serde_json hands it over: a map of one entry with a key of its own.
struct RawEntry<'de>(Option<&'de str>);

impl<'de> MapAccess<'de> for RawEntry<'de> {
    type Error = Error;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        match self.0 {
            Some(_) => seed.deserialize(BorrowedStrDeserializer::new(raw_text::TOKEN)).map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        match self.0.take() {
            Some(text) => seed.deserialize(BorrowedStrDeserializer::new(text)),
            None => Err(Error::custom("expected a key before its value")),
        }
    }
}
