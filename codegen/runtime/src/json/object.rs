//! Objects: one generic reader and writer for all generated structs, driven by a table of member names.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use super::{AsSerialize, Decode, Encode, ExtraFields, Seed};

/// One member of an object, as the document names it.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in JSON.
    pub name: &'static str,
    /// Whether its absence is an error.
    pub required: bool,
}

impl Field {
    /// A member whose absence is an error.
    #[must_use]
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true }
    }

    /// A member that may be absent.
    #[must_use]
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false }
    }

    /// A member that may be absent, and whose `null` is a value of its own.
    #[must_use]
    pub const fn nullable(name: &'static str) -> Self {
        Self::optional(name)
    }
}

/// A generated struct. Implemented by the `model!` macro only.
pub trait Model: Sized {
    /// The name of the type, for messages.
    const NAME: &'static str;
    /// The members in the order of the document.
    const FIELDS: &'static [Field];

    /// A value whose members are all placeholders.
    fn blank() -> Self;

    /// Reads the member at `index` of [`Self::FIELDS`].
    ///
    /// # Errors
    /// The deserializer's error.
    fn decode_field<'de, A: MapAccess<'de>>(
        &mut self,
        index: usize,
        reader: FieldReader<'_, A>,
    ) -> Result<(), A::Error>;

    /// Writes the member at `index` of [`Self::FIELDS`].
    ///
    /// # Errors
    /// The serializer's error.
    fn encode_field<M: SerializeMap>(&self, index: usize, writer: FieldWriter<'_, M>)
    -> Result<(), M::Error>;

    /// The members that the document does not know.
    fn extra_fields(&self) -> &ExtraFields;

    /// The same, to be filled.
    fn extra_fields_mut(&mut self) -> &mut ExtraFields;
}

/// The value of one member, about to be read.
#[derive(Debug)]
pub struct FieldReader<'a, A>(&'a mut A);

impl<'de, A: MapAccess<'de>> FieldReader<'_, A> {
    /// Reads a member.
    ///
    /// # Errors
    /// The deserializer's error.
    #[inline]
    pub fn required<T: Decode>(self, slot: &mut T) -> Result<(), A::Error> {
        *slot = self.0.next_value_seed(Seed::new())?;
        Ok(())
    }

    /// Reads an optional member; `null` is the same as absence.
    ///
    /// # Errors
    /// The deserializer's error.
    #[inline]
    pub fn optional<T: Decode>(self, slot: &mut T) -> Result<(), A::Error> {
        self.required(slot)
    }

    /// Reads an optional member whose `null` is a value of its own.
    ///
    /// # Errors
    /// The deserializer's error.
    #[inline]
    pub fn nullable<T: Decode>(self, slot: &mut Option<T>) -> Result<(), A::Error> {
        *slot = Some(self.0.next_value_seed(Seed::new())?);
        Ok(())
    }
}

/// The place of one member, about to be written.
#[derive(Debug)]
pub struct FieldWriter<'a, M> {
    name: &'static str,
    map: &'a mut M,
}

impl<M: SerializeMap> FieldWriter<'_, M> {
    /// Writes a member.
    ///
    /// # Errors
    /// The serializer's error.
    #[inline]
    pub fn required<T: Encode>(self, value: &T) -> Result<(), M::Error> {
        self.map.serialize_entry(self.name, &AsSerialize(value))
    }

    /// Writes a member if it is there.
    ///
    /// # Errors
    /// The serializer's error.
    #[inline]
    pub fn optional<T: Encode>(self, value: &Option<T>) -> Result<(), M::Error> {
        match value {
            Some(value) => self.required(value),
            None => Ok(()),
        }
    }

    /// Writes a member if it is there, `null` or not.
    ///
    /// # Errors
    /// The serializer's error.
    #[inline]
    pub fn nullable<T: Encode>(self, value: &Option<T>) -> Result<(), M::Error> {
        self.optional(value)
    }
}

/// Reads an object into a generated struct.
///
/// # Errors
/// The deserializer's error; a required member that is absent is named.
#[inline]
pub fn decode_model<'de, T: Model, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// Writes a generated struct as an object; members that the document does not know come last.
///
/// # Errors
/// The serializer's error.
#[inline]
pub fn encode_model<T: Model, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    for (index, field) in T::FIELDS.iter().enumerate() {
        value.encode_field(index, FieldWriter { name: field.name, map: &mut map })?;
    }
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
        let mut seen = Seen::default();
        let mut next = 0;
        while let Some(member) = map.next_key_seed(Key { fields: T::FIELDS, next })? {
            match member {
                Member::Known(index) => {
                    next = index + 1;
                    seen.insert(index);
                    value.decode_field(index, FieldReader(&mut map))?;
                }
                Member::Unknown(name) => {
                    let text = map.next_value()?;
                    value.extra_fields_mut().insert_raw(name, text);
                }
            }
        }
        match seen.first_missing(T::FIELDS) {
            None => Ok(value),
            Some(name) => Err(A::Error::missing_field(name)),
        }
    }
}

/// Finds a member's place in the table. Servers keep their order, so the place after the last one is tried first.
struct Key {
    fields: &'static [Field],
    next: usize,
}

enum Member {
    Known(usize),
    Unknown(String),
}

impl Key {
    fn find(&self, name: &str) -> Option<usize> {
        let (before, after) = self.fields.split_at_checked(self.next)?;
        let at = |fields: &[Field]| fields.iter().position(|field| field.name == name);
        at(after).map(|index| index + self.next).or_else(|| at(before))
    }
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Member;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Member, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Member;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Member, E> {
        Ok(match self.find(name) {
            Some(index) => Member::Known(index),
            None => Member::Unknown(name.to_owned()),
        })
    }
}

/// Which members have come. The first 128, which is nearly always all, need no allocation.
#[derive(Default)]
struct Seen {
    low: u128,
    high: Vec<usize>,
}

impl Seen {
    #[inline]
    fn insert(&mut self, index: usize) {
        if index < 128 {
            self.low |= 1 << index;
        } else {
            self.high.push(index);
        }
    }

    fn first_missing(&self, fields: &'static [Field]) -> Option<&'static str> {
        let came = |index: usize| {
            if index < 128 { self.low & (1 << index) != 0 } else { self.high.contains(&index) }
        };
        fields
            .iter()
            .enumerate()
            .find(|(index, field)| field.required && !came(*index))
            .map(|(_, field)| field.name)
    }
}

/// Implements everything JSON for a generated struct from one table: place, field, wire name, presence.
///
/// `required`: absence is an error. `optional`: an `Option`. `nullable`: an `Option<Option<_>>`, where the inner `None`
/// is an explicit `null`. The words are methods of the reader, the writer and the entry of the table: a macro for each would
/// be expanded thousands of times, and remembered.
#[doc(hidden)]
#[macro_export]
macro_rules! __model {
    ($name:ident { $($index:literal $field:ident $wire:literal $presence:ident),* $(,)? }) => {
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
                index: usize,
                reader: $crate::json::FieldReader<'_, A>,
            ) -> ::core::result::Result<(), A::Error> {
                match index {
                    $($index => reader.$presence(&mut self.$field),)*
                    _ => Ok(()),
                }
            }

            #[allow(unused_variables)]
            fn encode_field<M: $crate::__private::SerializeMap>(
                &self,
                index: usize,
                writer: $crate::json::FieldWriter<'_, M>,
            ) -> ::core::result::Result<(), M::Error> {
                match index {
                    $($index => writer.$presence(&self.$field),)*
                    _ => Ok(()),
                }
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
