//! Decodes a text in which a value has the right kind and its type cannot hold it: a number beyond the range of the type, or
//! a date that cannot be read. The text of the field is kept in `extra_fields`. A field that may be absent is then `None`, any
//! other has the nearest value that its type holds.
//!
//! A text is decoded as usual. Only after such an error, or if a time without a zone was read, it is decoded once more while
//! texts are kept, and a third time if there are fields to be `None`, whose names are then marked in the text. Values that can
//! be read cost nothing, and the number of rounds does not depend on how many values cannot be read.

use crate::json::{
    decode_error::{DecodeError, Walk},
    keeping::{Found, Keeper, value_at, value_from},
    recovery_rules::{cannot_hold, is_unreadable},
    tree::{Tree, unquote},
    whole_text::quote,
};

/// The mark as JSON writes it.
const MARK: &str = "\\u0000";

/// How often a text is decoded again. The last round has nothing more to mark, unless a union is another variant by then.
const MAX_ROUNDS: usize = 3;

/// The most fields of one text that are listed, and the most bytes of their paths and texts. More are kept.
const MAX_LISTED: usize = 1_000;
const MAX_LISTED_BYTES: usize = 1024 * 1024;

/// A field whose text was kept because its type cannot hold the value, or such a value without a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptField {
    /// Its path, such as `data[3].supply`; empty for the whole text.
    pub(crate) path: String,
    /// The JSON text of its value.
    pub(crate) text: String,
}

/// Decodes a text again after an error, and returns the fields whose text was kept.
///
/// # Errors
/// The error, if it is not about such a field, or the next one.
#[cold]
pub(crate) fn recover<T>(
    text: &str,
    lists_values: bool,
    error: &serde_json::Error,
    decode: &dyn Fn(&str) -> Result<T, serde_json::Error>,
) -> Result<(T, Vec<KeptField>), DecodeError> {
    let is_whole = || {
        let error = DecodeError::without_position(text, error);
        lists_values && error.path.is_empty() && cannot_hold(&error)
    };
    let located = DecodeError::with_position(text, error);
    if is_unreadable(&located) || is_whole() { keep_texts(text, lists_values, decode) } else { Err(located) }
}

/// Decodes a text while the texts of values are kept that their types cannot hold.
///
/// # Errors
/// The error of decoding.
#[cold]
pub(crate) fn keep_texts<T>(
    text: &str,
    lists_values: bool,
    decode: &dyn Fn(&str) -> Result<T, serde_json::Error>,
) -> Result<(T, Vec<KeptField>), DecodeError> {
    let mut value = None;
    let kept = run_rounds(text, lists_values, &mut |text| {
        value = Some(decode(text).map_err(|error| DecodeError::with_position(text, &error))?);
        Ok(())
    })?;
    // `run_rounds` succeeds only after the text was decoded.
    value
        .map(|value| (value, kept))
        .ok_or_else(|| DecodeError { path: String::new(), message: String::new() })
}

fn run_rounds(
    text: &str,
    lists_values: bool,
    decode: &mut dyn FnMut(&str) -> Result<(), DecodeError>,
) -> Result<Vec<KeptField>, DecodeError> {
    let mut text = unescape_names(text);
    let mut kept = None;
    for _ in 0..MAX_ROUNDS {
        #[cfg(test)]
        tests::ROUNDS.set(tests::ROUNDS.get() + 1);
        let keeper = Keeper::start(&text, lists_values);
        let decoded = decode(&text);
        let found = keeper.found();
        drop(keeper);
        decoded?;
        kept.get_or_insert_with(|| list_fields(&text, &found));
        match mark_names(&text, &found) {
            Some(marked) => text = marked,
            None => return Ok(kept.unwrap_or_default()),
        }
    }
    let message = "the values that its types cannot hold are not the same each time".to_owned();
    Err(DecodeError { path: String::new(), message })
}

/// The text without escapes in names, as far as these can do without: the name of a field is then the same in the text.
fn unescape_names(text: &str) -> String {
    let tree = if text.contains('\\') { Tree::parse(text).ok() } else { None };
    let Some(mut tree) = tree else { return text.to_owned() };
    tree.edit_keys(&mut |key| {
        if key.contains('\\') {
            *key = quote(&unquote(key));
        }
    });
    tree.to_string()
}

/// Marks the names of the fields that are to be `None`; none if there are no such fields.
fn mark_names(text: &str, found: &[Found]) -> Option<String> {
    let mut marked = String::new();
    let mut start = 0;
    for found in found.iter().filter(|found| found.is_absent) {
        marked.push_str(text.get(start..found.offset)?);
        marked.push_str(MARK);
        start = found.offset;
    }
    if start == 0 {
        return None;
    }
    marked.push_str(text.get(start..)?);
    Some(marked)
}

/// The paths and texts of fields, in one walk through the text.
fn list_fields(text: &str, found: &[Found]) -> Vec<KeptField> {
    let mut walk = Walk::new(text);
    let mut bytes = 0;
    let mut fields = Vec::new();
    for found in found.iter().take(MAX_LISTED) {
        walk.go_to(found.offset);
        let value =
            if found.has_field { value_at(text, found.offset) } else { value_from(text, found.offset) };
        let (path, text) = (walk.path(), value.unwrap_or_default());
        bytes += path.len() + text.len();
        if bytes > MAX_LISTED_BYTES {
            break;
        }
        fields.push(KeptField { path, text: text.to_owned() });
    }
    fields
}

#[cfg(test)]
#[path = "unreadable_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "unreadable_union_tests.rs"]
mod union_tests;

#[cfg(test)]
#[path = "unreadable_root_tests.rs"]
mod root_tests;
