//! String enums that keep unknown values.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Visitor};

/// Decodes a string as an enum or an identifier.
///
/// # Errors
/// The deserializer's error if the value is not a string.
#[inline]
pub fn decode_text<'de, T: for<'a> From<&'a str>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(TextVisitor(PhantomData))
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: for<'a> From<&'a str>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::from(text))
    }
}

/// Implements conversions, JSON and parameters for a string enum with a variant `Unknown(String)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum {
    ($name:ident { $($variant:ident = $wire:literal),* $(,)? }) => {
        impl $name {
            /// The values that the API documents, in its order.
            pub const KNOWN: &'static [&'static str] = &[$($wire),*];

            /// The value as it is sent and received.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(other) => other,
                }
            }
        }

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                match text {
                    $($wire => Self::$variant,)*
                    other => Self::Unknown(other.into()),
                }
            }
        }

        $crate::__text_like!($name);
    };
}

/// Implements conversions, JSON and parameters for a type with `as_str` and `From<&str>`: enums and identifiers.
#[doc(hidden)]
#[macro_export]
macro_rules! __text_like {
    ($name:ident) => {
        impl ::core::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl ::core::convert::From<&$name> for $name {
            #[inline]
            fn from(other: &$name) -> Self {
                ::core::clone::Clone::clone(other)
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl $crate::json::Decode for $name {
            #[inline]
            fn blank() -> Self {
                Self::from("")
            }

            #[inline]
            fn decode<'de, D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::decode_text(deserializer)
            }
        }

        impl $crate::json::Encode for $name {
            #[inline]
            fn encode<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::__private::ToParameter for $name {
            #[inline]
            fn to_parameter(&self) -> $crate::__private::Parameter<'_> {
                $crate::__private::Parameter::Scalar(self.as_str().into())
            }
        }

        $crate::__serde!($name);
    };
}
