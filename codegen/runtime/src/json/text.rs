//! Decodes JSON text and encodes values as JSON text.

use crate::json::{
    codec::{Decode, Encode},
    decode_error::{DecodeError, raw_value_error},
};

/// Decodes a JSON text.
///
/// # Errors
/// [`DecodeError`] with the path of the value that cannot be decoded. The path is computed only then, so that decoding
/// does not have to keep track of it.
pub fn from_str<T: Decode>(text: &str) -> Result<T, DecodeError> {
    decode_all(text).map_err(|error| DecodeError::with_position(text, &error))
}

/// Decodes the text of a union's variant, within a larger text.
///
/// # Errors
/// The error of the enclosing deserializer, with the path within the variant.
pub fn decode_variant<T: Decode, E: serde::de::Error>(text: &str) -> Result<T, E> {
    // Line and column within the variant would be taken for a position in the whole text.
    decode_all(text).map_err(|error| {
        let error = DecodeError::without_position(text, &error);
        raw_value_error(&error.path, &error.message)
    })
}

fn decode_all<T: Decode>(text: &str) -> Result<T, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    T::decode(&mut deserializer).and_then(|value| deserializer.end().map(|()| value))
}

/// Encodes a value as JSON text.
///
/// # Errors
/// If the value contains a number that JSON cannot represent.
pub fn to_vec(value: &impl Encode) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = Vec::new();
    encode_into(value, &mut out)?;
    Ok(out)
}

/// Appends a value as JSON text to a buffer.
///
/// # Errors
/// If the value contains a number that JSON cannot represent; the buffer may then contain incomplete JSON.
pub fn encode_into(value: &impl Encode, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    value.encode(&mut serde_json::Serializer::new(out))
}
