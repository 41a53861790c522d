//! Decodes a text whose fields are partly missing: fills them with neutral values and lists them.
//!
//! The text is decoded as usual. After an error, the value at the path of the error is filled in, and the text is decoded
//! again. This takes time for each filled field, but no type needs code of its own for it.

use crate::json::{
    codec::Decode,
    decode_error::{DecodeError, EXPECTED_F64, join_paths},
    expected::EXPECTED_DIGITS,
    recovery_rules::{is_money, neutral_value},
    text::{Kept, decode_kept},
    tree::Tree,
    union_rules::StrictUnions,
    unreadable::KeptField,
};

/// The most fields that are filled in one text.
const MAX_FILLED: usize = 1_000;

/// The most bytes that are decoded again for one text, in all rounds.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// A value, and the fields that the response lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lossy<T> {
    /// The value.
    pub value: T,
    /// The paths of the fields that were filled, such as `data[3].company.id`, and of those whose text is in `extra_fields`
    /// because their type cannot hold it. A value without a field around it is listed as well, such as an item of a list that is
    /// the whole response, `[2]`, or the response itself, the empty path: it is the nearest value. Of an object that was filled,
    /// only the path of the object is listed.
    pub filled: Vec<String>,
    /// The JSON text that the response has at a path in `filled`, if it has any: `null` aside, a value of another type, or one
    /// that the type cannot hold.
    pub found: Vec<(String, String)>,
}

impl<T> Lossy<T> {
    fn from_kept((value, kept): Kept<T>) -> Self {
        let filled = kept.iter().map(|field| field.path.clone()).collect();
        Self { value, filled, found: kept.into_iter().map(|field| (field.path, field.text)).collect() }
    }
}

/// Decodes a text. A field that is missing, `null` or of another type is filled, as `null` if its type allows that, and
/// otherwise with a neutral value:
///
/// | type | value |
/// |---|---|
/// | text, identifier | `""` |
/// | enum, union | the unknown variant |
/// | integer, `f64` | 0 |
/// | boolean | `false` |
/// | date, date-time | 1970-01-01, at midnight UTC |
/// | object | an object whose fields are filled |
///
/// A variant of a union that only lacks such fields is filled like an object. Without filling, it is the unknown variant.
///
/// Money is never filled: a `Decimal` that is absent or no number, a number or an object whose name, or the name of its type, says that it is an amount,
/// such as `unit_price` or `Money`, and a text whose name ends so, such as `amount`. Nor is a `Decimal` without a field around it
/// replaced that cannot hold its number.
///
/// At most 1,000 fields are filled, and at most 256 MiB are decoded again, in all rounds.
///
/// # Errors
/// [`DecodeError`] for the first value that cannot be filled, with its path; its message ends with the reason.
pub fn decode_lossy<T: Decode>(text: &str) -> Result<Lossy<T>, DecodeError> {
    let strict = StrictUnions::set(true);
    let decoded = decode_kept(text);
    drop(strict);
    match decoded {
        Ok(kept) => Ok(Lossy::from_kept(kept)),
        Err(error) => fill(text, error),
    }
}

/// Like [`decode_lossy`], after the error of decoding the text.
pub(crate) fn fill<T: Decode>(text: &str, error: DecodeError) -> Result<Lossy<T>, DecodeError> {
    let choose: Choose = |expected, _| neutral_value(expected);
    let strict = StrictUnions::set(true);
    let filled = fill_with(text, error, choose);
    drop(strict);
    // A variant that cannot be filled is unknown, like any other that cannot be decoded.
    filled.or_else(|error| match decode_kept(text) {
        Ok(kept) => Ok(Lossy::from_kept(kept)),
        Err(lenient) => fill_with(text, lenient, choose).map_err(|_| error),
    })
}

/// Chooses the text of a value where a `DecodeError` says that this was expected, and whether the value is absent or `null`.
pub(crate) type Choose = fn(&str, bool) -> Option<&'static str>;

/// Decodes a text again after an error, with the values of `choose` in place of those that cannot be decoded.
pub(crate) fn fill_with<T: Decode>(
    text: &str,
    error: DecodeError,
    choose: Choose,
) -> Result<Lossy<T>, DecodeError> {
    let mut repair = Repair::new(text, error, choose)?;
    loop {
        let text = repair.apply()?;
        match decode_kept(&text) {
            Ok((value, kept)) => {
                kept.into_iter().for_each(|field| repair.record_kept(field));
                return Ok(Lossy { value, filled: repair.filled, found: repair.found });
            }
            Err(error) => repair.error = error,
        }
    }
}

/// A text that is being filled.
struct Repair {
    tree: Tree,
    /// The error of decoding the current text.
    error: DecodeError,
    choose: Choose,
    filled: Vec<String>,
    found: Vec<(String, String)>,
    /// The path of the field that was added last.
    added: Option<String>,
    rounds: usize,
    bytes: usize,
}

impl Repair {
    fn new(text: &str, error: DecodeError, choose: Choose) -> Result<Self, DecodeError> {
        match Tree::parse(text) {
            Ok(tree) => {
                let (filled, found) = (Vec::new(), Vec::new());
                Ok(Self { tree, error, choose, filled, found, added: None, rounds: 0, bytes: 0 })
            }
            Err(_) => Err(error),
        }
    }

    /// Fills the value that the error is about, and returns the new text.
    fn apply(&mut self) -> Result<String, DecodeError> {
        self.rounds += 1;
        let missing =
            self.error.message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        let path = match missing {
            Some(name) => join_paths(&self.error.path, name),
            None => self.error.path.clone(),
        };
        match missing.map(str::to_owned) {
            Some(name) => {
                // What is expected in its place is the next error.
                let is_inserted = self
                    .tree
                    .find_mut(&self.error.path)
                    .is_some_and(|object| object.insert(&name, Tree::Text("null".to_owned())));
                if !is_inserted {
                    return Err(self.reject("it is not filled"));
                }
                self.added = Some(path.clone());
            }
            None => self.replace(&path)?,
        }
        self.record(path);
        // An error and its repair may take three rounds: `null`, the object, then its fields.
        if self.filled.len() > MAX_FILLED || self.rounds > 3 * MAX_FILLED {
            return Err(self.reject("too many fields are missing"));
        }
        let text = self.tree.to_string();
        self.bytes += text.len();
        if self.bytes > MAX_BYTES { Err(self.reject("the text is too long to be filled")) } else { Ok(text) }
    }

    /// Replaces a value of another type: by `null`, and if it is `null`, by a neutral value.
    fn replace(&mut self, path: &str) -> Result<(), DecodeError> {
        let Some((expected, _)) =
            self.error.message.strip_prefix("expected ").and_then(|rest| rest.split_once(", found "))
        else {
            return Err(self.reject("it is not filled"));
        };
        if is_money(expected, path) {
            return Err(self.reject("money is never filled"));
        }
        let null = Tree::Text("null".to_owned());
        // The text as a whole is not filled: nothing of the response would be left.
        let node = self.tree.find_mut(path).filter(|_| !path.is_empty());
        let neutral = (self.choose)(expected, node.as_deref() == Some(&null));
        match (node, neutral) {
            (Some(node), Some(neutral)) if *node == null => {
                *node = match neutral {
                    "{}" => Tree::Object(Vec::new()),
                    text => Tree::Text(text.to_owned()),
                };
                Ok(())
            }
            (Some(node), Some(neutral)) if node.to_string() != neutral => {
                self.found.push((path.to_owned(), node.to_string()));
                // A `Decimal` that is `null` would count as an amount that is absent.
                let is_number = matches!(expected, EXPECTED_DIGITS | EXPECTED_F64);
                *node = if is_number { Tree::Text(neutral.to_owned()) } else { null };
                Ok(())
            }
            _ => Err(self.reject("it is not filled")),
        }
    }

    fn record(&mut self, path: String) {
        let is_within = |outer: &String| {
            path.strip_prefix(outer.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        if !self.filled.iter().any(is_within) {
            self.filled.push(path);
        }
    }

    fn record_kept(&mut self, field: KeptField) {
        if !self.filled.contains(&field.path) {
            self.found.push((field.path.clone(), field.text));
            self.record(field.path);
        }
    }

    fn reject(&self, reason: &str) -> DecodeError {
        let path = self.error.path.clone();
        // The `null` that was put there is not what the server sent.
        let what =
            if self.added.as_ref() == Some(&path) { "the field is missing" } else { &self.error.message };
        DecodeError { message: format!("{what}; {reason}"), path }
    }
}

#[cfg(test)]
#[path = "lossy_tests.rs"]
mod tests;
