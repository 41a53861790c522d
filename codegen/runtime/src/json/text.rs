//! Decodes JSON text and encodes values as JSON text.

use crate::json::{
    codec::{Decode, Encode},
    decode_error::{DecodeError, raw_value_error},
    keeping::Watch,
    reader::Reader,
    union_rules::StrictUnions,
    unreadable::{KeptField, keep_texts, recover},
    whole_text::decode_all,
    writer::Writer,
};

/// Decodes a JSON text. If the type of a field cannot hold its number, or its date cannot be read, the text of the field is in
/// `extra_fields`, and the field is `None` or has the nearest value, see [`ExtraFields`](crate::json::ExtraFields). Such a value
/// without a field around it is an error.
///
/// # Errors
/// [`DecodeError`] with the path of the value that cannot be decoded. The path is computed only then, so that decoding
/// does not have to keep track of it.
pub fn from_str<T: Decode>(text: &str) -> Result<T, DecodeError> {
    recover_values(text, false, &|text| decode_all(text)).map(|(value, _)| value)
}

/// A value, and the values in it that their types cannot hold.
pub(crate) type Kept<T> = (T, Vec<KeptField>);

/// Decodes a text as [`from_str`] does, and lists the values that their types cannot hold. One without a field around it is the
/// nearest value, unless it is a decimal, which may be an amount.
///
/// # Errors
/// As [`from_str`].
pub(crate) fn decode_kept<T: Decode>(text: &str) -> Result<Kept<T>, DecodeError> {
    recover_values(text, true, &|text| decode_all(text))
}

/// Decodes the body of a response with this status as [`decode_kept`] does. A value without a field is replaced only if somebody is
/// told: nothing keeps its text.
///
/// # Errors
/// As [`from_str`].
pub(crate) fn decode_response<T: Decode>(
    status: u16,
    text: &str,
    is_reported: bool,
) -> Result<Kept<T>, DecodeError> {
    recover_values(text, is_reported, &|text| {
        let mut reader = Reader::new(text);
        let value = T::decode_with_status(status, &mut reader)?;
        reader.end().map(|()| value)
    })
}

#[inline]
fn recover_values<T>(
    text: &str,
    lists_values: bool,
    decode: &dyn Fn(&str) -> Result<T, serde_json::Error>,
) -> Result<Kept<T>, DecodeError> {
    let unions = StrictUnions::keep_fields(true);
    let watch = Watch::start();
    let error = match decode(text) {
        Ok(value) if !watch.has_inexact() => return Ok((value, Vec::new())),
        Ok(value) => return Ok(keep_texts(text, lists_values, decode).unwrap_or((value, Vec::new()))),
        Err(error) => error,
    };
    recover(text, lists_values, &error, decode).or_else(|error| {
        drop(unions);
        // A union within can be an unknown variant instead.
        keep_texts(text, lists_values, decode).map_err(|_| error)
    })
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
    value.encode(&mut Writer::new(out))
}
