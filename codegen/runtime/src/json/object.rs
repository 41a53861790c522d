//! Decodes and encodes generated structs with one generic visitor, which works from a table of their fields.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use crate::json::{
    codec::{AsSerialize, Encode},
    extra_fields::ExtraFields,
    field::Field,
    fields::{FieldReader, ReadFields},
    text::to_vec,
};

/// A generated struct. Implemented by the `model!` macro only.
#[doc(hidden)]
pub trait Model: Sized {
    /// The fields in the order of the API description.
    const FIELDS: &'static [Field];

    /// The value whose fields are all placeholders, see [`Decode::blank`](crate::json::Decode::blank).
    fn blank() -> Self;

    /// Calls the reader once per field, in the order of [`Self::FIELDS`], and returns where the fields belong that the type
    /// does not have. A method of its own for those would be one more body for each type.
    fn decode_fields<R: ReadFields>(&mut self, reader: &mut R) -> &mut ExtraFields;

    /// Calls the writer once per field, in the order of [`Self::FIELDS`].
    fn encode_fields<W: WriteFields>(&self, writer: &mut W);

    /// The fields that the type does not have.
    fn extra_fields(&self) -> &ExtraFields;
}

/// Encodes the fields of a struct, in order; stops at the first error.
#[derive(Debug)]
pub(super) struct FieldWriter<'a, M: SerializeMap> {
    map: &'a mut M,
    result: Result<(), M::Error>,
    extra_fields: &'a ExtraFields,
    /// The fields whose extra field is not written.
    replaced: Vec<&'static str>,
}

impl<M: SerializeMap> FieldWriter<'_, M> {
    /// Whether a field is written. If its type cannot hold the value, the extra field of its name is written instead, until the
    /// field is set.
    fn replaces(&mut self, name: &'static str, is_none: bool, encode: &dyn Fn() -> Vec<u8>) -> bool {
        let Some((text, kinds)) = self.extra_fields.kept(name) else { return true };
        let is_as_read = if kinds.is_empty() { is_none } else { !is_none && kinds.read_as(text, &encode()) };
        if !is_as_read {
            self.replaced.push(name);
        }
        !is_as_read
    }

    /// Leaves out an extra field if its field had a value, which was removed since.
    fn remove(&mut self, name: &'static str) {
        if self.extra_fields.kept(name).is_some_and(|(_, kinds)| !kinds.is_empty()) {
            self.replaced.push(name);
        }
    }
}

/// Encodes the fields of a struct, one call for each. Its methods have the names of the presences in the rows of `model!`. It is a
/// trait for the same reason as [`ReadFields`].
pub trait WriteFields {
    /// A required field.
    fn required<T: Encode>(&mut self, name: &'static str, value: &T);

    /// A required field that responses may lack.
    #[inline]
    fn expected<T: Encode>(&mut self, name: &'static str, value: &T) {
        self.required(name, value);
    }

    /// An optional field: `None` is not written.
    fn optional<T: Encode>(&mut self, name: &'static str, value: &Option<T>);

    /// An optional field whose value may be `null`: `None` is not written, `Some(None)` is `null`.
    #[inline]
    fn nullable<T: Encode>(&mut self, name: &'static str, value: &Option<T>) {
        self.optional(name, value);
    }
}

impl<M: SerializeMap> WriteFields for FieldWriter<'_, M> {
    #[inline]
    fn required<T: Encode>(&mut self, name: &'static str, value: &T) {
        if self.result.is_ok()
            && (self.extra_fields.is_empty()
                || self.replaces(name, value.is_none(), &|| to_vec(value).unwrap_or_default()))
        {
            self.result = self.map.serialize_entry(name, &AsSerialize(value));
        }
    }

    #[inline]
    fn optional<T: Encode>(&mut self, name: &'static str, value: &Option<T>) {
        match value {
            Some(value) => self.required(name, value),
            None if self.extra_fields.is_empty() => {}
            None => self.remove(name),
        }
    }
}

/// Decodes an object as a generated struct.
///
/// # Errors
/// The deserializer's error, such as for a missing required field.
#[inline]
pub(crate) fn decode_model<'de, T: Model, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// Encodes a generated struct as an object; its extra fields come last.
///
/// # Errors
/// The serializer's error.
#[inline]
pub(super) fn encode_model<T: Model, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    let extra_fields = value.extra_fields();
    let mut writer = FieldWriter { map: &mut map, result: Ok(()), extra_fields, replaced: Vec::new() };
    value.encode_fields(&mut writer);
    let FieldWriter { result, replaced, .. } = writer;
    result?;
    for (name, text) in extra_fields.entries().filter(|(name, _)| !replaced.contains(name)) {
        map.serialize_entry(name, text)?;
    }
    map.end()
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Model> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", type_name::<T>())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut value = T::blank();
        let mut reader = FieldReader::new(&mut map, T::FIELDS);
        loop {
            let extra_fields = value.decode_fields(&mut reader);
            if !reader.begin_pass() {
                *extra_fields = reader.finish()?;
                return Ok(value);
            }
        }
    }
}

/// The name of a type without its path and its parameters. A constant with the name would be one more body for each type.
fn type_name<T>() -> &'static str {
    let path = std::any::type_name::<T>();
    let path = path.split('<').next().unwrap_or(path);
    path.rsplit("::").next().unwrap_or(path)
}

/// Implements [`Model`], and by it [`Decode`](crate::json::Decode) and [`Encode`], for a generated struct: one row per field, with its
/// JSON name.
///
/// A row is `field: presence("name")`. The presence is `required` (absence is an error), `expected` (required, but absence
/// reads as `None` or as an empty list or map, since servers leave such fields out), `optional` (an `Option`) or
/// `nullable` (an `Option<Option<_>>`, whose inner `None` is an explicit `null`). It is the name of a method of
/// [`ReadFields`], [`WriteFields`] and [`Field`] alike: a helper macro for each would be expanded once per field, which
/// costs compile time. A name with a character that JSON escapes has `escaped` after it, see [`Field::escaped`].
#[doc(hidden)]
#[macro_export]
macro_rules! __model {
    ($name:ident { $($field:ident: $presence:ident($wire:literal) $($escaped:ident)?),* $(,)? }) => {
        impl $crate::json::Model for $name {
            const FIELDS: &'static [$crate::json::Field] = &[
                $($crate::json::Field::$presence($wire)$(.$escaped())?),*
            ];

            #[inline]
            fn blank() -> Self {
                Self {
                    $($field: $crate::json::Decode::blank(),)*
                    extra_fields: $crate::json::ExtraFields::new(),
                }
            }

            #[allow(unused_variables)]
            fn decode_fields<R: $crate::json::ReadFields>(
                &mut self,
                reader: &mut R,
            ) -> &mut $crate::json::ExtraFields {
                $(reader.$presence(&mut self.$field);)*
                &mut self.extra_fields
            }

            #[allow(unused_variables)]
            fn encode_fields<W: $crate::json::WriteFields>(&self, writer: &mut W) {
                $(writer.$presence($wire, &self.$field);)*
            }

            #[inline]
            fn extra_fields(&self) -> &$crate::json::ExtraFields {
                &self.extra_fields
            }
        }

        impl $crate::__private::Formed for $name {
            type Form = $crate::__private::AsObject;
        }

        $crate::__serde!($name);
    };
}

#[cfg(test)]
mod tests {
    use crate::json::{ExtraFields, from_str, to_vec};

    #[derive(Debug, PartialEq)]
    struct Thing {
        a: i64,
        b: Option<i64>,
        c: Option<Option<i64>>,
        extra_fields: ExtraFields,
    }
    crate::__model!(Thing { a: required("a"), b: optional("b"), c: nullable("c") });

    fn decode(text: &str) -> (i64, Option<i64>, Option<Option<i64>>, usize) {
        let thing: Thing = from_str(text).unwrap();
        (thing.a, thing.b, thing.c, thing.extra_fields.len())
    }

    #[test]
    fn fields_may_have_any_order() {
        for text in [
            r#"{"a":1,"b":2,"c":3}"#,
            r#"{"c":3,"b":2,"a":1}"#,
            r#"{"b":2,"x":[],"c":3,"y":{},"a":1}"#,
            r#"{"a":7,"b":2,"a":1,"c":3}"#,
        ] {
            assert_eq!(decode(text), (1, Some(2), Some(Some(3)), text.matches(['x', 'y']).count()), "{text}");
        }
        assert_eq!(decode(r#"{"x":0,"c":null,"b":null,"a":1}"#), (1, None, Some(None), 1));
        assert_eq!(decode(r#"{"a":1}"#), (1, None, None, 0));
    }

    #[derive(Debug, PartialEq)]
    struct Quoted {
        a: i64,
        extra_fields: ExtraFields,
    }
    crate::__model!(Quoted { a: required("a\"\\") escaped });

    #[test]
    fn names_that_json_escapes_are_read_and_written() {
        let text = r#"{"a\"\\":1}"#;
        let quoted: Quoted = from_str(text).unwrap();
        assert_eq!((quoted.a, quoted.extra_fields.len()), (1, 0));
        assert_eq!(String::from_utf8(to_vec(&quoted).unwrap()).unwrap(), text);
        assert!(from_str::<Quoted>("{\"a\"\\\":1}").is_err());
    }

    #[test]
    fn errors_end_decoding() {
        for (text, message) in [
            (r"{}", "missing field `a`"),
            (r#"{"b":1,"x":2}"#, "missing field `a`"),
            (r#"{"b":"text","a":1}"#, "expected"),
            (r#"{"a":1,"b":2"#, "EOF"),
        ] {
            let error = from_str::<Thing>(text).unwrap_err().to_string();
            assert!(error.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn fields_are_encoded_in_order() {
        let text = r#"{"a":1,"c":null,"x":[1,2]}"#;
        let thing: Thing = from_str(r#"{"x":[1,2],"c":null,"a":1}"#).unwrap();
        assert_eq!(String::from_utf8(to_vec(&thing).unwrap()).unwrap(), text);
    }
}
