//! JSON text to typed values and back: the two traits that generated types implement, and the entry points.
//!
//! The traits are serde's with two additions: a cheap placeholder, so that an object is filled in place without one
//! `Option` per field, and an answer for an empty body. They know no HTTP.

mod collections;
mod decimal;
mod enumeration;
mod extra;
mod identifier;
mod input;
mod object;
mod path;
mod raw;
mod scalars;
mod union;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer};
use serde::ser::{Serialize, Serializer};

pub use enumeration::decode as decode_text;
pub use extra::ExtraFields;
pub use input::{
    ByNull, ByValue, IntoNullable, IntoNullableList, IntoNullableMap, ModelBuilder, Null, list, map,
    nullable, nullable_list, nullable_map, object,
};
pub use object::{Field, FieldReader, FieldWriter, Model, decode_model, encode_model};
pub use raw::RawText;
pub use union::{Kind, Variant, choose, decode_variant};

/// A value that is read from JSON.
pub trait Decode: Sized {
    /// A placeholder that is overwritten while an object is read; it never reaches a caller.
    fn blank() -> Self;

    /// Reads one value.
    ///
    /// # Errors
    /// The deserializer's error if the JSON value is of another type or lacks a required member.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// The value that an empty successful body stands for, if there is one.
    #[must_use]
    fn from_empty() -> Option<Self> {
        None
    }
}

/// A value that is written as JSON.
pub trait Encode {
    /// Writes one value.
    ///
    /// # Errors
    /// The serializer's error; a number that JSON cannot carry (NaN, infinite) is one.
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

impl<T: Encode + ?Sized> Encode for &T {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).encode(serializer)
    }
}

/// Why a JSON text did not fit the type it was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError {
    /// Where in the text: a path such as `data[3].company.id`, empty for the whole text.
    pub path: String,
    /// What was found and what was expected, with line and column.
    pub message: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "at `{}`: {}", self.path, self.message)
        }
    }
}

impl std::error::Error for DecodeError {}

/// Reads a whole JSON text.
///
/// # Errors
/// [`DecodeError`] with the path of the value that did not fit. The path is searched only then, so success costs nothing.
pub fn from_str<T: Decode>(text: &str) -> Result<T, DecodeError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    T::decode(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| path::mismatch(text, &error))
}

/// Writes a value as JSON text.
///
/// # Errors
/// If the value holds a number that JSON cannot carry.
pub fn to_vec(value: &impl Encode) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = Vec::new();
    write(value, &mut out)?;
    Ok(out)
}

/// Appends a value as JSON text to a buffer.
///
/// # Errors
/// If the value holds a number that JSON cannot carry; the buffer may then hold a part of the text.
pub fn write(value: &impl Encode, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    value.encode(&mut serde_json::Serializer::new(out))
}

/// Reads a value through [`Decode`] where serde wants a seed.
pub(crate) struct Seed<T>(pub(crate) PhantomData<T>);

impl<T> Seed<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Decode> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer)
    }
}

/// Writes a value through [`Encode`] where serde wants [`Serialize`].
#[derive(Debug)]
pub struct AsSerialize<'a, T: ?Sized>(pub &'a T);

impl<T: Encode + ?Sized> Serialize for AsSerialize<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer)
    }
}

/// Implements serde's two traits by way of [`Decode`] and [`Encode`], so that generated types work with any serde caller.
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($name:ident) => {
        impl<'de> $crate::__private::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <Self as $crate::json::Decode>::decode(deserializer)
            }
        }

        impl $crate::__private::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::json::Encode::encode(self, serializer)
            }
        }
    };
}
