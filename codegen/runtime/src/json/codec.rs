//! The traits of values that are decoded from JSON and encoded as JSON.

use std::marker::PhantomData;

use bytes::Bytes;
use serde::de::{DeserializeSeed, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::json::raw_body::RawBody;

/// A value that can be decoded from JSON.
pub trait Decode: Sized {
    /// Whether bodies of some statuses are not JSON, so that [`from_body`](Self::from_body) reads them.
    const MAY_BE_RAW: bool = false;

    /// The texts of an enum of strings that the API documents; none for other types.
    #[doc(hidden)]
    const KNOWN_TEXTS: &'static [&'static str] = &[];

    /// A placeholder for a field that is not decoded yet. It is overwritten, or decoding fails, unless the object may
    /// lack the field: the placeholder of an `Option` is `None`, that of a list or map is empty.
    fn blank() -> Self;

    /// Decodes one value.
    ///
    /// # Errors
    /// The deserializer's error if the JSON value has another type or lacks a required field.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// The value that an empty body of a successful response means, if it means one.
    #[must_use]
    fn from_empty() -> Option<Self> {
        None
    }

    /// Decodes the body of a response with this status, which selects the variant of a union of several responses.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    #[inline]
    fn decode_with_status<'de, D: Deserializer<'de>>(status: u16, deserializer: D) -> Result<Self, D::Error> {
        let _ = status;
        Self::decode(deserializer)
    }

    /// The value of the body of a response with this status, unless it is JSON.
    fn from_body(status: u16, body: &Bytes) -> RawBody<Self> {
        let _ = (status, body);
        RawBody::Json
    }

    /// Removes the credential from what the value keeps of a text that could not be decoded: errors are logged.
    #[inline]
    fn redact(&mut self, credential: &str) {
        let _ = credential;
    }
}

/// A value that can be encoded as JSON.
pub trait Encode {
    /// Encodes the value.
    ///
    /// # Errors
    /// The serializer's error, such as for a number that JSON cannot represent (NaN, infinity).
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Whether it is the `None` of an `Option`.
    #[inline]
    fn is_none(&self) -> bool {
        false
    }
}

/// Decodes a value with [`Decode`] where serde expects a seed.
pub(crate) struct DecodeSeed<T>(PhantomData<T>);

impl<T> DecodeSeed<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Decode> DeserializeSeed<'de> for DecodeSeed<T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer)
    }
}

/// Encodes a value with [`Encode`] where serde expects [`Serialize`].
#[derive(Debug)]
pub struct AsSerialize<'a, T: ?Sized>(pub &'a T);

impl<T: Encode + ?Sized> Serialize for AsSerialize<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer)
    }
}

/// Implements serde's traits by [`Decode`] and [`Encode`], so that generated types work with all crates that use serde.
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
