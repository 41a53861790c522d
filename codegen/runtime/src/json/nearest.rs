//! Decodes a scalar as the nearest value if its type cannot hold it, while texts are kept.

use serde::de::Deserializer;

use crate::json::{
    decode_error::{DecodeError, raw_value_error},
    keeping,
    raw_text::RawText,
    reader::Reader,
    recovery_rules::cannot_hold,
    scalar::Scalar,
};

/// Decodes the text of a scalar.
///
/// # Errors
/// The error if the type cannot hold the value.
pub(super) fn decode_text<T: Scalar>(text: &str) -> Result<T, DecodeError> {
    T::decode_exactly(&mut Reader::new(text)).map_err(|error| DecodeError::without_position(text, &error))
}

/// Decodes a scalar: as the nearest one its type holds, if texts are kept and it cannot hold the value.
///
/// # Errors
/// The deserializer's error if the type cannot hold the value.
#[inline]
pub(super) fn decode_scalar<'de, T: Scalar, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    if keeping::is_on() {
        return decode_nearest(deserializer);
    }
    T::decode_exactly(deserializer)
}

/// Decodes a value while texts are kept: as the nearest one, if the type cannot hold it.
#[cold]
#[inline(never)]
pub(super) fn decode_nearest<'de, T: Scalar, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = RawText::decode(deserializer)?.0;
    match decode_text(&text) {
        Ok(value) => {
            keeping::list_inexact(&text);
            Ok(value)
        }
        Err(error) if cannot_hold(&error) && keeping::replace(T::KIND, &text) => Ok(T::nearest(&text)),
        Err(error) => Err(raw_value_error(&error.path, &error.message)),
    }
}
