//! Enums of strings and of integers that keep unknown values.

use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Visitor};

use crate::json::text_like::TextLike;

/// Decodes a string as an enum or an identifier.
///
/// # Errors
/// The deserializer's error if the value is not a string.
#[inline]
pub(super) fn decode_text<'de, T: for<'a> From<&'a str>, D: Deserializer<'de>>(
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

/// Compares the values of an enum by what they are in JSON. Of those that are equal but for `Unknown`, the variant comes first.
pub fn compare_values<T: PartialEq + From<V>, V: Ord>((one, value): (&T, V), other: (&T, V)) -> Ordering {
    match value.cmp(&other.1) {
        Ordering::Equal if one == other.0 => Ordering::Equal,
        Ordering::Equal if *one == T::from(value) => Ordering::Less,
        Ordering::Equal => Ordering::Greater,
        order => order,
    }
}

/// Formats an enum of strings as a derived `Debug` does, whose body would have a call for each variant.
///
/// # Errors
/// Those of the formatter.
pub fn fmt_variant<T: TextLike + PartialEq>(
    value: &T,
    variants: &str,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let text = value.as_ref();
    let variant = T::TEXTS.iter().zip(variants.split(',')).find(|(known, _)| **known == text);
    match variant {
        Some((_, name)) if *value == T::from(text) => f.write_str(name.trim()),
        _ => f.debug_tuple("Unknown").field(&text).finish(),
    }
}

/// Implements conversions, JSON, parameters and `Debug` for a string enum with a variant `Unknown(String)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum {
    ($name:ident { $($variant:ident = $wire:literal),* $(,)? }) => {
        impl $name {
            /// The values that the API documents, in its order.
            ///
            /// Conversions and decoding make the variants of these texts, never `Unknown` with one of them. Such an `Unknown` is not
            /// equal to the variant, although both have the same text.
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

        impl<T: $crate::__private::TextSource<Self>> ::core::convert::From<T> for $name {
            #[inline]
            fn from(text: T) -> Self {
                match text.as_text() {
                    $($wire => Self::$variant,)*
                    other => Self::Unknown(other.into()),
                }
            }
        }

        impl ::core::convert::From<$name> for ::std::string::String {
            #[inline]
            fn from(value: $name) -> Self {
                match value {
                    $name::Unknown(other) => other,
                    known => known.as_str().into(),
                }
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private::fmt_variant(self, ::core::stringify!($($variant),*), f)
            }
        }

        $crate::__ordered_as!($name: as_str);
        $crate::__text_like!($name, $name::KNOWN);
    };
}

/// Implements the order and the hash of an enum by those of its value in JSON, and not by the places of its variants. `==` is
/// derived, so that constants can be patterns: `Unknown` with a known value differs from the variant, and follows it. No conversion
/// makes such a value.
#[doc(hidden)]
#[macro_export]
macro_rules! __ordered_as {
    ($name:ident: $value:ident) => {
        // A derived `Eq` has a function for each type.
        impl ::core::cmp::Eq for $name {}

        impl ::core::cmp::PartialOrd for $name {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
            }
        }

        impl ::core::cmp::Ord for $name {
            #[inline]
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                $crate::__private::compare_values((self, self.$value()), (other, other.$value()))
            }
        }

        impl ::core::hash::Hash for $name {
            #[inline]
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&self.$value(), state);
            }
        }
    };
}

/// Implements conversions, JSON and parameters for an enum of integers with a variant `Unknown(i64)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __integer_enum {
    ($name:ident { $($variant:ident = $wire:literal),* $(,)? }) => {
        impl $name {
            /// The values that the API documents, in its order.
            pub const KNOWN: &'static [i64] = &[$($wire),*];

            /// The value as it is sent and received.
            #[inline]
            #[must_use]
            pub const fn as_i64(self) -> i64 {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(other) => other,
                }
            }
        }

        impl ::core::convert::From<i64> for $name {
            #[inline]
            fn from(value: i64) -> Self {
                match value {
                    $($wire => Self::$variant,)*
                    other => Self::Unknown(other),
                }
            }
        }

        impl ::core::convert::From<&$name> for $name {
            #[inline]
            fn from(other: &$name) -> Self {
                *other
            }
        }

        impl ::core::convert::From<$name> for i64 {
            #[inline]
            fn from(value: $name) -> Self {
                value.as_i64()
            }
        }

        $crate::__ordered_as!($name: as_i64);

        impl ::core::cmp::PartialEq<i64> for $name {
            #[inline]
            fn eq(&self, other: &i64) -> bool {
                self.as_i64() == *other
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.as_i64(), f)
            }
        }

        #[doc(hidden)]
        impl $crate::json::Decode for $name {
            #[inline]
            fn blank() -> Self {
                Self::Unknown(0)
            }

            #[inline]
            fn decode<'de, D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::json::decode_number(deserializer).map(Self::from)
            }
        }

        #[doc(hidden)]
        impl $crate::json::Encode for $name {
            #[inline]
            fn encode<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.as_i64())
            }
        }

        impl $crate::__private::ToParameter for $name {
            #[inline]
            fn to_parameter(&self) -> $crate::__private::Parameter<'_> {
                $crate::__private::Parameter::Scalar(::std::string::ToString::to_string(&self.as_i64()).into())
            }
        }

        $crate::__serde!($name);
    };
}

#[cfg(test)]
mod tests {
    #![allow(unreachable_pub)]

    use crate::json::{decode_lossy, from_str, to_vec};
    use crate::wire::parameter::{Parameter, ToParameter};

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Level {
        Below,
        Free,
        Unknown(i64),
    }
    crate::__integer_enum!(Level { Below = -1, Free = 0 });

    #[test]
    fn integers_are_kept() {
        for (text, level) in
            [("-1", Level::Below), ("0", Level::Free), ("0.0", Level::Free), ("7", Level::Unknown(7))]
        {
            assert_eq!(from_str::<Level>(text).unwrap(), level, "{text}");
            assert_eq!(Level::from(level.as_i64()), level);
        }
        assert_eq!(to_vec(&vec![Level::Below, Level::Unknown(7)]).unwrap(), b"[-1,7]");
        let is_sent = matches!(Level::Below.to_parameter(), Parameter::Scalar(text) if text == "-1");
        assert!(is_sent && Level::Free.to_string() == "0" && Level::KNOWN == [-1, 0]);
        assert!(from_str::<Level>("\"1\"").is_err());
    }

    #[test]
    fn integers_are_compared_by_their_value() {
        let sorted = std::collections::BTreeSet::from([Level::Unknown(7), Level::Free, Level::Below]);
        assert!(sorted.iter().map(|level| level.as_i64()).eq([-1, 0, 7]));
        assert!(Level::Free == 0 && Level::from(&Level::Below) < Level::Free);
    }

    #[test]
    fn a_number_that_is_missing_is_filled_with_none_that_has_a_name() {
        let lossy = decode_lossy::<Vec<Level>>("[null]").unwrap();
        assert_eq!((lossy.value, lossy.filled.len()), (vec![Level::Unknown(i64::MIN)], 1));
    }
}
