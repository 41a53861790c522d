//! Decodes and encodes strings, booleans, secrets and free JSON, and encodes numbers.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;

use crate::{
    __private::Map,
    json::{
        codec::{Decode, Encode},
        nearest::decode_scalar,
        number_text::limit_numbers,
        scalar::{Kind, Scalar},
    },
    secret::{Secret, object::SecretObject},
};

macro_rules! impl_encode_by_serde {
    ($($type:ty),* $(,)?) => {$(
        impl Encode for $type {
            #[inline]
            fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }
        }
    )*};
}

impl_encode_by_serde!(String, i32, i64, u32, u64, Value);

impl Decode for String {
    #[inline]
    fn blank() -> Self {
        String::new()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)
    }
}

impl Decode for Value {
    #[inline]
    fn blank() -> Self {
        Value::Null
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode_scalar(deserializer)
    }
}

impl Scalar for Value {
    const KIND: Kind = Kind::Json;

    fn decode_exactly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer)
    }

    fn nearest(text: &str) -> Self {
        limit_numbers(text).parse().unwrap_or_default()
    }
}

impl Encode for str {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl Decode for bool {
    #[inline]
    fn blank() -> Self {
        false
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bool::deserialize(deserializer)
    }

    /// Servers respond to a successful deletion with `true` or with an empty body.
    fn from_empty() -> Option<Self> {
        Some(true)
    }
}

impl Encode for bool {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self)
    }
}

impl Encode for () {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl Decode for () {
    #[inline]
    fn blank() -> Self {}

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| ())
    }

    fn from_empty() -> Option<Self> {
        Some(())
    }
}

impl Encode for f64 {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_finite() {
            serializer.serialize_f64(*self)
        } else {
            Err(S::Error::custom("expected a finite number: JSON has no NaN and no infinity"))
        }
    }
}

impl Decode for Secret {
    fn blank() -> Self {
        Secret::from("")
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Secret::from)
    }
}

impl Encode for Secret {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl Decode for SecretObject {
    fn blank() -> Self {
        Self::default()
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from)
    }
}

impl Encode for SecretObject {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.expose().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use crate::json::text::{from_str, to_vec};

    #[test]
    fn integers_beyond_53_bits_are_kept() {
        for text in ["9007199254740993", "-9223372036854775808", "9223372036854775807"] {
            let value: i64 = from_str(text).unwrap();
            assert_eq!(String::from_utf8(to_vec(&value).unwrap()).unwrap(), text);
        }
    }

    #[test]
    fn nan_and_infinity_are_rejected() {
        assert!(to_vec(&f64::NAN).is_err());
        assert!(to_vec(&vec![1.0, f64::INFINITY]).is_err());
    }
}
