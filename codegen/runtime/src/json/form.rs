//! How generated types, and pointers, are decoded and encoded: by a form that many types share.
//!
//! A generated type names its form and has none of the functions of [`Decode`], [`Encode`] and
//! [`ToParameter`](crate::wire::parameter::ToParameter), which are implemented once for all of them. A function for each type would
//! cost the compiler as much time as the fields of the type do.

use serde::{Deserializer, Serializer};

use crate::json::{
    codec::{Decode, Encode},
    enumeration::decode_text,
    object::{Model, decode_model, encode_model},
    text_like::TextLike,
};

/// A type that is decoded and encoded by a form.
pub trait Formed {
    /// The form: [`AsObject`] for a struct, [`AsText`] for an identifier or an enum of strings.
    type Form;
}

/// A form by which values of `T` are decoded. See [`Decode`].
pub trait DecodeForm<T> {
    /// The texts of an enum of strings that the API documents.
    const KNOWN_TEXTS: &'static [&'static str] = &[];

    /// The placeholder of a field.
    fn blank() -> T;

    /// Decodes one value.
    ///
    /// # Errors
    /// The deserializer's error.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;

    /// The value that an empty body means, if it means one.
    #[must_use]
    fn from_empty() -> Option<T> {
        None
    }
}

/// A form by which values of `T` are encoded.
pub trait EncodeForm<T: ?Sized> {
    /// Encodes the value.
    ///
    /// # Errors
    /// The serializer's error.
    fn encode<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;
}

#[diagnostic::do_not_recommend]
impl<T: Formed> Decode for T
where
    T::Form: DecodeForm<T>,
{
    const KNOWN_TEXTS: &'static [&'static str] = T::Form::KNOWN_TEXTS;

    #[inline]
    fn blank() -> Self {
        T::Form::blank()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::Form::decode(deserializer)
    }

    #[inline]
    fn from_empty() -> Option<Self> {
        T::Form::from_empty()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Formed + ?Sized> Encode for T
where
    T::Form: EncodeForm<T>,
{
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::Form::encode(self, serializer)
    }
}

/// The form of generated structs.
#[derive(Debug)]
pub enum AsObject {}

impl<T: Model> DecodeForm<T> for AsObject {
    #[inline]
    fn blank() -> T {
        T::blank()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        decode_model(deserializer)
    }
}

impl<T: Model> EncodeForm<T> for AsObject {
    #[inline]
    fn encode<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        encode_model(value, serializer)
    }
}

/// The form of identifiers and enums of strings.
#[derive(Debug)]
pub enum AsText {}

impl<T: TextLike> DecodeForm<T> for AsText {
    const KNOWN_TEXTS: &'static [&'static str] = T::TEXTS;

    #[inline]
    fn blank() -> T {
        T::from("")
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        decode_text(deserializer)
    }
}

impl<T: TextLike> EncodeForm<T> for AsText {
    #[inline]
    fn encode<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.as_ref())
    }
}

/// The form of pointers. They have no implementations of their own, because any crate may implement a trait for pointers to its types,
/// so that those would overlap with the ones for all [`Formed`] types.
#[derive(Debug)]
pub enum AsPointee {}

impl<T: ?Sized> Formed for Box<T> {
    type Form = AsPointee;
}

impl<T: ?Sized> Formed for &T {
    type Form = AsPointee;
}

impl<T: Decode> DecodeForm<Box<T>> for AsPointee {
    #[inline]
    fn blank() -> Box<T> {
        Box::new(T::blank())
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<T>, D::Error> {
        T::decode(deserializer).map(Box::new)
    }

    fn from_empty() -> Option<Box<T>> {
        T::from_empty().map(Box::new)
    }
}

impl<T: Encode + ?Sized> EncodeForm<Box<T>> for AsPointee {
    #[inline]
    fn encode<S: Serializer>(value: &Box<T>, serializer: S) -> Result<S::Ok, S::Error> {
        (**value).encode(serializer)
    }
}

impl<T: Encode + ?Sized> EncodeForm<&T> for AsPointee {
    #[inline]
    fn encode<S: Serializer>(value: &&T, serializer: S) -> Result<S::Ok, S::Error> {
        (**value).encode(serializer)
    }
}
