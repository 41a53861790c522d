//! Decodes integers, also those that a server writes as `5.0`, `5e0` or `"5"`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::ser::Serializer;

use crate::json::{
    codec::{Decode, Encode},
    decode_error::reject_containers,
    expected::EXPECTED_ENUM,
    nearest::decode_scalar,
    number_text::{is_plain_number, number_text},
    scalar::{Kind, Scalar},
};

/// The largest integer up to which every integer is a floating-point number of its own.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

macro_rules! impl_integers {
    ($($type:ident: $kind:ident),*) => {$(
        impl Decode for $type {
            #[inline]
            fn blank() -> Self {
                0
            }

            #[inline]
            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                decode_scalar(deserializer)
            }
        }

        impl Scalar for $type {
            const KIND: Kind = Kind::$kind;

            #[inline]
            fn decode_exactly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(IntegerVisitor(stringify!($type), PhantomData))
            }

            fn nearest(text: &str) -> Self {
                let nearest = truncate(text).clamp(Self::MIN.into(), Self::MAX.into());
                Self::try_from(nearest).unwrap_or_default()
            }
        }
    )*};
}

impl_integers!(i32: I32, i64: I64, u32: U32, u64: U64);

/// The whole part of a number, as far as 128 bits reach.
#[allow(clippy::cast_possible_truncation, reason = "the cast saturates")]
fn truncate(text: &str) -> i128 {
    let text = number_text(text);
    let has_exponent = text.contains(['e', 'E']);
    let whole = text.split('.').next().filter(|_| !has_exponent).and_then(|whole| whole.parse().ok());
    whole.unwrap_or_else(|| text.parse::<f64>().map_or(0, |number| number as i128))
}

/// Decodes the number of an enum of integers.
///
/// # Errors
/// The deserializer's error if the value is not an integer.
#[inline]
pub fn decode_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    decode_scalar(deserializer).map(|EnumNumber(number)| number)
}

/// The number of an enum of integers.
pub(super) struct EnumNumber(i64);

impl Scalar for EnumNumber {
    const KIND: Kind = Kind::Enum;

    #[inline]
    fn decode_exactly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(IntegerVisitor(EXPECTED_ENUM, PhantomData)).map(Self)
    }

    /// The largest or smallest number: an enum has no name for it, while that of a fraction may have a name.
    fn nearest(text: &str) -> Self {
        Self(if truncate(text) > i64::MAX.into() { i64::MAX } else { i64::MIN })
    }
}

impl Encode for EnumNumber {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

struct IntegerVisitor<T>(&'static str, PhantomData<T>);

impl<'de, T: TryFrom<i64> + TryFrom<u64>> Visitor<'de> for IntegerVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    #[inline]
    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
    }

    #[inline]
    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    #[cold]
    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        // Beyond this bound, the number in the text may have been rounded to another integer.
        if value.fract() != 0.0 || value.abs() >= MAX_EXACT {
            return Err(E::invalid_type(Unexpected::Float(value), &self));
        }
        #[allow(clippy::cast_possible_truncation, reason = "the bound is checked above")]
        self.visit_i64(value as i64)
    }

    #[cold]
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let signed = text.parse::<i64>().ok().and_then(|number| T::try_from(number).ok());
        let number = signed.or_else(|| T::try_from(text.parse::<u64>().ok()?).ok());
        let number = number.filter(|_| is_plain_number(text));
        number.ok_or_else(|| E::invalid_type(Unexpected::Str(text), &self))
    }

    reject_containers!();
}

#[cfg(test)]
mod tests {
    use crate::json::text::from_str;

    #[test]
    fn integers_may_have_a_fraction_of_zero() {
        for (text, value) in [
            ("5", 5),
            ("5.0", 5),
            ("-5.00", -5),
            ("5e0", 5),
            ("1.5e3", 1500),
            ("-0.0", 0),
            ("\"5\"", 5),
            ("\"-7\"", -7),
        ] {
            assert_eq!(from_str::<i64>(text).unwrap(), value, "{text}");
        }
        for text in ["18446744073709551615", "\"18446744073709551615\""] {
            assert_eq!(from_str::<u64>(text).unwrap(), u64::MAX);
        }
    }

    #[test]
    fn other_numbers_and_other_types_are_rejected() {
        for text in [
            "5.5",
            "1e300",
            "9007199254740993.0",
            "9223372036854775808",
            "true",
            "\"5 \"",
            "\"+5\"",
            "\"\"",
            "null",
            "[]",
        ] {
            let error = from_str::<i64>(text).unwrap_err();
            assert!(error.message.contains("expected i64, found "), "{text}: {error}");
        }
        assert!(from_str::<u64>("-1").is_err());
        assert!(from_str::<u32>("4294967296").is_err());
        assert!(from_str::<i32>("2147483648.0").is_err());
    }
}
