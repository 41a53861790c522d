//! Texts that are one JSON value, read by the [`Reader`] so that no other parser is compiled.

use crate::json::{codec::Decode, reader::Reader};

/// Decodes a JSON text, strictly.
pub(super) fn decode_all<T: Decode>(text: &str) -> Result<T, serde_json::Error> {
    let mut reader = Reader::new(text);
    T::decode(&mut reader).and_then(|value| reader.end().map(|()| value))
}

/// The text of a JSON string.
pub(crate) fn parse_string(text: &str) -> Option<String> {
    decode_all(text).ok()
}

/// The texts of a JSON list of strings.
pub(crate) fn parse_strings(text: &str) -> Option<Vec<String>> {
    decode_all(text).ok()
}

/// A text as a JSON string.
pub(crate) fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The text of the only value in a text, without the whitespace around it.
///
/// # Errors
/// If the text is not JSON.
pub(super) fn read_whole(text: &str) -> Result<&str, serde_json::Error> {
    let mut reader = Reader::new(text);
    let value = reader.read_raw()?;
    reader.end().map(|()| value)
}
