//! Decodes and encodes generated structs with one generic visitor, which works from a table of their fields.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use crate::json::{
    codec::{AsSerialize, Decode, DecodeSeed, Encode},
    extra_fields::ExtraFields,
};

/// A field of a generated struct.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in JSON.
    pub name: &'static str,
    /// Whether decoding fails without it.
    pub required: bool,
}

impl Field {
    /// A required field.
    #[must_use]
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true }
    }

    /// An optional field.
    #[must_use]
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false }
    }

    /// An optional field whose `null` differs from absence.
    #[must_use]
    pub const fn nullable(name: &'static str) -> Self {
        Self::optional(name)
    }
}

/// A generated struct. Implemented by the `model!` macro only.
pub trait Model: Sized {
    /// The name of the type, for error messages.
    const NAME: &'static str;
    /// The fields in the order of the API description.
    const FIELDS: &'static [Field];

    /// A value whose fields are all placeholders, see [`Decode::blank`].
    fn blank() -> Self;

    /// Decodes the field that `reader` points at: calls the reader once per field, in the order of [`Self::FIELDS`].
    fn decode_field<'de, A: MapAccess<'de>>(&mut self, reader: &mut FieldReader<'_, A, A::Error>);

    /// Encodes all fields: calls the writer once per field, in the order of [`Self::FIELDS`].
    fn encode_fields<M: SerializeMap>(&self, writer: &mut FieldWriter<'_, M>);

    /// The fields that the type does not have.
    fn extra_fields(&self) -> &ExtraFields;

    /// The fields that the type does not have, for decoding.
    fn extra_fields_mut(&mut self) -> &mut ExtraFields;
}

/// Decodes one value of an object into the field at a given position.
///
/// A struct calls one method per field, in order, and the reader counts the calls down to the position. The rows of
/// `model!` therefore need no numbers, and the optimizer turns the sequence into the same jump as a `match`.
#[derive(Debug)]
pub struct FieldReader<'a, A, E> {
    map: &'a mut A,
    /// How many fields come before the one to decode.
    skip: usize,
    result: Result<(), E>,
}

impl<'de, A: MapAccess<'de>> FieldReader<'_, A, A::Error> {
    #[inline]
    fn is_at_position(&mut self) -> bool {
        let found = self.skip == 0;
        // Wraps after the field was found: no struct has `usize::MAX` further fields.
        self.skip = self.skip.wrapping_sub(1);
        found
    }

    /// A required field.
    #[inline]
    pub fn required<T: Decode>(&mut self, slot: &mut T) {
        if self.is_at_position() {
            self.result = self.map.next_value_seed(DecodeSeed::new()).map(|value| *slot = value);
        }
    }

    /// An optional field; `null` means the same as absence.
    #[inline]
    pub fn optional<T: Decode>(&mut self, slot: &mut Option<T>) {
        self.required(slot);
    }

    /// An optional field whose `null` differs from absence.
    #[inline]
    pub fn nullable<T: Decode>(&mut self, slot: &mut Option<T>) {
        if self.is_at_position() {
            self.result = self.map.next_value_seed(DecodeSeed::new()).map(|value| *slot = Some(value));
        }
    }
}

/// Encodes the fields of a struct, in order; stops at the first error.
#[derive(Debug)]
pub struct FieldWriter<'a, M: SerializeMap> {
    map: &'a mut M,
    result: Result<(), M::Error>,
}

impl<M: SerializeMap> FieldWriter<'_, M> {
    /// A required field.
    #[inline]
    pub fn required<T: Encode>(&mut self, name: &'static str, value: &T) {
        if self.result.is_ok() {
            self.result = self.map.serialize_entry(name, &AsSerialize(value));
        }
    }

    /// An optional field: `None` is not written.
    #[inline]
    pub fn optional<T: Encode>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.required(name, value);
        }
    }

    /// An optional field whose value may be `null`: `None` is not written, `Some(None)` is `null`.
    #[inline]
    pub fn nullable<T: Encode>(&mut self, name: &'static str, value: &Option<T>) {
        self.optional(name, value);
    }
}

/// Decodes an object as a generated struct.
///
/// # Errors
/// The deserializer's error, such as for a missing required field.
#[inline]
pub fn decode_model<'de, T: Model, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// Encodes a generated struct as an object; its extra fields come last.
///
/// # Errors
/// The serializer's error.
#[inline]
pub fn encode_model<T: Model, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    let mut writer = FieldWriter { map: &mut map, result: Ok(()) };
    value.encode_fields(&mut writer);
    writer.result?;
    for (name, text) in value.extra_fields().entries() {
        map.serialize_entry(name, text)?;
    }
    map.end()
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Model> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut value = T::blank();
        let mut present = PresentFields::default();
        let mut next = 0;
        while let Some(name) = map.next_key_seed(FieldNameSeed { fields: T::FIELDS, next })? {
            match name {
                FieldName::Known(index) => {
                    next = index + 1;
                    present.insert(index);
                    let mut reader = FieldReader { map: &mut map, skip: index, result: Ok(()) };
                    value.decode_field(&mut reader);
                    reader.result?;
                }
                FieldName::Unknown(name) => {
                    let text = map.next_value()?;
                    value.extra_fields_mut().insert_raw(name, text);
                }
            }
        }
        match present.first_missing(T::FIELDS) {
            None => Ok(value),
            Some(name) => Err(A::Error::missing_field(name)),
        }
    }
}

/// Looks up a field by name. Servers send fields in a fixed order, so the search starts after the previous field.
struct FieldNameSeed {
    fields: &'static [Field],
    next: usize,
}

enum FieldName {
    /// The index in the table.
    Known(usize),
    Unknown(String),
}

impl FieldNameSeed {
    fn find(&self, name: &str) -> Option<usize> {
        let (before, after) = self.fields.split_at_checked(self.next)?;
        let position = |fields: &[Field]| fields.iter().position(|field| field.name == name);
        position(after).map(|index| index + self.next).or_else(|| position(before))
    }
}

impl<'de> DeserializeSeed<'de> for FieldNameSeed {
    type Value = FieldName;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<FieldName, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for FieldNameSeed {
    type Value = FieldName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<FieldName, E> {
        Ok(match self.find(name) {
            Some(index) => FieldName::Known(index),
            None => FieldName::Unknown(name.to_owned()),
        })
    }
}

/// The fields that are present. Nearly all structs have at most 128 fields, which need no allocation.
#[derive(Default)]
struct PresentFields {
    first_128: u128,
    others: Vec<usize>,
}

impl PresentFields {
    #[inline]
    fn insert(&mut self, index: usize) {
        if index < 128 {
            self.first_128 |= 1 << index;
        } else {
            self.others.push(index);
        }
    }

    fn first_missing(&self, fields: &'static [Field]) -> Option<&'static str> {
        let is_present = |index: usize| {
            if index < 128 { self.first_128 & (1 << index) != 0 } else { self.others.contains(&index) }
        };
        fields
            .iter()
            .enumerate()
            .find(|(index, field)| field.required && !is_present(*index))
            .map(|(_, field)| field.name)
    }
}

/// Implements [`Model`], [`Decode`] and [`Encode`] for a generated struct: one row per field, with its JSON name.
///
/// A row is `field: presence("name")`. The presence is `required` (absence is an error), `optional` (an `Option`) or
/// `nullable` (an `Option<Option<_>>`, whose inner `None` is an explicit `null`). It is the name of a method of
/// [`FieldReader`], [`FieldWriter`] and [`Field`] alike: a helper macro for each would be expanded once per field, which
/// costs compile time.
#[doc(hidden)]
#[macro_export]
macro_rules! __model {
    ($name:ident { $($field:ident: $presence:ident($wire:literal)),* $(,)? }) => {
        impl $crate::json::Model for $name {
            const NAME: &'static str = stringify!($name);
            const FIELDS: &'static [$crate::json::Field] = &[
                $($crate::json::Field::$presence($wire)),*
            ];

            #[inline]
            fn blank() -> Self {
                Self {
                    $($field: $crate::json::Decode::blank(),)*
                    extra_fields: $crate::json::ExtraFields::new(),
                }
            }

            #[allow(unused_variables)]
            fn decode_field<'de, A: $crate::__private::MapAccess<'de>>(
                &mut self,
                reader: &mut $crate::json::FieldReader<'_, A, A::Error>,
            ) {
                $(reader.$presence(&mut self.$field);)*
            }

            #[allow(unused_variables)]
            fn encode_fields<M: $crate::__private::SerializeMap>(
                &self,
                writer: &mut $crate::json::FieldWriter<'_, M>,
            ) {
                $(writer.$presence($wire, &self.$field);)*
            }

            #[inline]
            fn extra_fields(&self) -> &$crate::json::ExtraFields {
                &self.extra_fields
            }

            #[inline]
            fn extra_fields_mut(&mut self) -> &mut $crate::json::ExtraFields {
                &mut self.extra_fields
            }
        }

        impl $crate::json::Decode for $name {
            #[inline]
            fn blank() -> Self {
                <Self as $crate::json::Model>::blank()
            }

            #[inline]
            fn decode<'de, D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::json::decode_model(deserializer)
            }
        }

        impl $crate::json::Encode for $name {
            #[inline]
            fn encode<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::json::encode_model(self, serializer)
            }
        }

        $crate::__serde!($name);
    };
}
