//! Decodes binary floating-point numbers, and texts that contain one.

use std::fmt;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

use crate::json::{
    codec::Decode,
    decode_error::reject_containers,
    nearest::decode_scalar,
    number_text::{is_plain_number, number_text},
    scalar::{Kind, Scalar},
};

impl Decode for f64 {
    #[inline]
    fn blank() -> Self {
        0.0
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode_scalar(deserializer)
    }
}

impl Scalar for f64 {
    const KIND: Kind = Kind::F64;

    #[inline]
    fn decode_exactly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FloatVisitor)
    }

    fn nearest(text: &str) -> Self {
        if number_text(text).starts_with('-') { Self::MIN } else { Self::MAX }
    }
}

struct FloatVisitor;

impl<'de> Visitor<'de> for FloatVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("f64")
    }

    #[inline]
    fn visit_f64<E>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }

    #[inline]
    #[allow(clippy::cast_precision_loss, reason = "the document asks for binary floating point")]
    fn visit_i64<E>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }

    #[inline]
    #[allow(clippy::cast_precision_loss, reason = "the document asks for binary floating point")]
    fn visit_u64<E>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }

    #[cold]
    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        let number = text.parse().ok().filter(|number: &f64| is_plain_number(text) && number.is_finite());
        number.ok_or_else(|| E::invalid_type(Unexpected::Str(text), &self))
    }

    reject_containers!();
}

#[cfg(test)]
mod tests {
    use crate::json::text::from_str;

    #[test]
    fn numbers_may_be_quoted() {
        for (text, value) in
            [("1", 1.0), ("-2", -2.0), ("1.5e3", 1500.0), ("\"1.5\"", 1.5), ("\"-1e-3\"", -0.001)]
        {
            assert_eq!(from_str::<f64>(text).unwrap().to_bits(), f64::to_bits(value), "{text}");
        }
        for text in ["\"NaN\"", "\"inf\"", "\"\"", "\" 1\"", "\"1e400\"", "1e400", "true", "[]", "null"] {
            assert!(from_str::<f64>(text).is_err(), "{text}");
        }
    }
}
