//! Writes JSON text: a serializer of serde that takes eight bytes of a text at a time to see whether any needs an escape.
//!
//! serde_json looks at each byte. It still writes numbers, texts with escapes, and values that are text already.

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Error;

use crate::json::reader::{Result, is_plain};

/// How the names of the types begin by which serde_json hands over text.
const PRIVATE: &str = "$serde_json::private::";

/// Appends JSON text to a buffer.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out }
    }

    fn write_text(&mut self, text: &str) -> Result<()> {
        if !is_plain(text.as_bytes()) {
            return self.delegate().serialize_str(text);
        }
        self.out.reserve(text.len() + 2);
        self.out.push(b'"');
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
        Ok(())
    }

    /// Begins a list or an object, or one within an object with the name of a variant.
    #[inline]
    fn open(&mut self, variant: Option<&str>, open: u8, close: &'static str) -> Result<Parts<'_, 'a>> {
        if let Some(variant) = variant {
            self.out.push(b'{');
            self.write_text(variant)?;
            self.out.push(b':');
        }
        self.out.push(open);
        Ok(Parts { writer: self, is_first: true, private: None, close })
    }

    fn delegate(&mut self) -> serde_json::Serializer<&mut Vec<u8>> {
        serde_json::Serializer::new(&mut *self.out)
    }
}

macro_rules! delegate {
    ($($method:ident: $type:ty),*) => {$(
        #[inline]
        fn $method(self, value: $type) -> Result<()> {
            self.delegate().$method(value)
        }
    )*};
}

impl<'w, 'a> Serializer for &'w mut Writer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Parts<'w, 'a>;
    type SerializeTuple = Parts<'w, 'a>;
    type SerializeTupleStruct = Parts<'w, 'a>;
    type SerializeTupleVariant = Parts<'w, 'a>;
    type SerializeMap = Parts<'w, 'a>;
    type SerializeStruct = Parts<'w, 'a>;
    type SerializeStructVariant = Parts<'w, 'a>;

    delegate! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
        serialize_f32: f32, serialize_f64: f64, serialize_char: char, serialize_bytes: &[u8], serialize_bool: bool
    }

    #[inline]
    fn serialize_str(self, text: &str) -> Result<()> {
        self.write_text(text)
    }

    #[inline]
    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<()> {
        self.write_text(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        self.delegate().serialize_newtype_variant(name, index, variant, value)
    }

    #[inline]
    fn serialize_seq(self, _length: Option<usize>) -> Result<Parts<'w, 'a>> {
        self.open(None, b'[', "]")
    }

    fn serialize_tuple(self, _length: usize) -> Result<Parts<'w, 'a>> {
        self.open(None, b'[', "]")
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Parts<'w, 'a>> {
        self.open(None, b'[', "]")
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Parts<'w, 'a>> {
        self.open(Some(variant), b'[', "]}")
    }

    #[inline]
    fn serialize_map(self, _length: Option<usize>) -> Result<Parts<'w, 'a>> {
        self.open(None, b'{', "}")
    }

    fn serialize_struct(self, name: &'static str, _length: usize) -> Result<Parts<'w, 'a>> {
        if name.starts_with(PRIVATE) {
            return Ok(Parts { writer: self, is_first: true, private: Some(name), close: "" });
        }
        self.open(None, b'{', "}")
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Parts<'w, 'a>> {
        self.open(Some(variant), b'{', "}}")
    }
}

/// A list or an object that is being written.
#[derive(Debug)]
pub(super) struct Parts<'w, 'a> {
    writer: &'w mut Writer<'a>,
    is_first: bool,
    /// The name of the type if it is text that serde_json hands over.
    private: Option<&'static str>,
    close: &'static str,
}

impl Parts<'_, '_> {
    #[inline]
    fn begin_part(&mut self) {
        if self.is_first {
            self.is_first = false;
        } else {
            self.writer.out.push(b',');
        }
    }

    #[inline]
    fn write_item<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
        self.begin_part();
        item.serialize(&mut *self.writer)
    }

    fn write_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.begin_part();
        let start = self.writer.out.len();
        key.serialize(&mut *self.writer)?;
        match self.writer.out.get(start) {
            Some(b'"') => {}
            // Numbers and booleans are keys in quotes.
            Some(b'-' | b'0'..=b'9' | b't' | b'f') => {
                self.writer.out.insert(start, b'"');
                self.writer.out.push(b'"');
            }
            _ => return Err(Error::custom("key must be a string")),
        }
        Ok(())
    }

    fn write_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        if let Some(private) = self.private {
            let mut serializer = self.writer.delegate();
            let mut text = serializer.serialize_struct(private, 1)?;
            SerializeStruct::serialize_field(&mut text, name, value)?;
            return SerializeStruct::end(text);
        }
        self.begin_part();
        self.writer.write_text(name)?;
        self.write_value(value)
    }

    #[inline]
    fn write_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.writer.out.push(b':');
        value.serialize(&mut *self.writer)
    }

    #[inline]
    fn write_end(self) -> Result<()> {
        self.writer.out.extend_from_slice(self.close.as_bytes());
        Ok(())
    }
}

macro_rules! impl_parts {
    ($($trait:ident: $method:ident),*) => {$(
        impl $trait for Parts<'_, '_> {
            type Ok = ();
            type Error = Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
                self.write_item(item)
            }

            #[inline]
            fn end(self) -> Result<()> {
                self.write_end()
            }
        }
    )*};
}

impl_parts!(
    SerializeSeq: serialize_element, SerializeTuple: serialize_element, SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
);

macro_rules! impl_fields {
    ($($trait:ident),*) => {$(
        impl $trait for Parts<'_, '_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
                self.write_field(name, value)
            }

            fn end(self) -> Result<()> {
                self.write_end()
            }
        }
    )*};
}

impl_fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Parts<'_, '_> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.write_key(key)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.write_value(value)
    }

    #[inline]
    fn end(self) -> Result<()> {
        self.write_end()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::{IpAddr, Ipv4Addr};
    use std::ops::Bound;
    use std::time::Duration;

    use proptest::prelude::*;
    use serde::ser::Serialize;
    use serde_json::value::RawValue;

    use super::*;

    fn compare<T: Serialize + ?Sized>(value: &T) {
        let mut ours = Vec::new();
        let result = value.serialize(&mut Writer::new(&mut ours));
        match (result, serde_json::to_vec(value)) {
            (Ok(()), Ok(theirs)) => {
                assert_eq!(String::from_utf8(ours).unwrap(), String::from_utf8(theirs).unwrap());
            }
            (ours, theirs) => {
                assert_eq!(ours.unwrap_err().to_string(), theirs.unwrap_err().to_string());
            }
        }
    }

    /// An enum as serde derives it.
    enum Shape {
        Tuple(i32, &'static str),
        Struct { name: &'static str, size: f64 },
    }

    impl Serialize for Shape {
        fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
            match self {
                Self::Tuple(first, second) => {
                    let mut parts = serializer.serialize_tuple_variant("Shape", 0, "Tuple", 2)?;
                    parts.serialize_field(first)?;
                    parts.serialize_field(second)?;
                    parts.end()
                }
                Self::Struct { name, size } => {
                    let mut parts = serializer.serialize_struct_variant("Shape", 1, "Struct", 2)?;
                    parts.serialize_field("name", name)?;
                    parts.serialize_field("size", size)?;
                    parts.end()
                }
            }
        }
    }

    #[test]
    fn values_are_written_as_serde_json_writes_them() {
        compare(&(1_u8, -2_i128, u128::MAX, 1.5_f32, f64::NAN, 'a', '"', true, (), None::<i32>, Some("é\n")));
        compare(&[Shape::Tuple(1, "a\u{1}"), Shape::Struct { name: "\\", size: 1e300 }]);
        compare(&(Ok::<i32, String>(1), Err::<i32, String>("x".into()), Bound::<u8>::Unbounded));
        compare(&(Duration::from_millis(1500), IpAddr::V4(Ipv4Addr::LOCALHOST), [0_u8; 0], Vec::<u8>::new()));
        compare(&(
            BTreeMap::from([(-1, "a"), (2, "b")]),
            BTreeMap::from([(true, 1)]),
            BTreeMap::<u8, u8>::new(),
        ));
        compare(&(BTreeMap::from([('c', 1)]), BTreeMap::from([("a\"b", [1, 2])])));
        compare(&BTreeMap::from([(Some("a"), 1)]));
        compare(&BTreeMap::from([(None::<u8>, 1)]));
        compare(&BTreeMap::from([([1, 2], 1)]));
        let raw = RawValue::from_string("{ \"a\" : [1.50, \"\\u0041\"] }".to_owned()).unwrap();
        compare(&(&raw, BTreeMap::from([("x", &raw)])));
    }

    proptest! {
        #[test]
        fn any_text_is_written_as_serde_json_writes_it(texts in prop::collection::btree_map(any::<String>(), "[ -~é\"\\\\\u{0}-\u{1f}\u{7f}]{0,40}", 0..4)) {
            compare(&texts);
            compare(&serde_json::to_value(&texts).unwrap());
        }
    }
}
