//! Decodes a text whose fields are partly missing: fills them with neutral values and lists them.
//!
//! The text is decoded as usual. After an error, the value at the path of the error is filled in, and the text is decoded
//! again. This takes time for each filled field, but no type needs code of its own for it.

use crate::json::{
    codec::Decode,
    decimal::EXPECTED_NUMBER,
    decode_error::{DecodeError, join_paths},
    text::from_str,
    tree::Tree,
};

/// The most fields that are filled in one text.
const MAX_FILLED: usize = 1_000;

/// The most bytes that are decoded again for one text, in all rounds.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// Words in the names of fields and types that hold money.
const MONEY: [&str; 24] = [
    "amount", "amounts", "balance", "balances", "cents", "cost", "costs", "discount", "earnings", "fee",
    "fees", "gross", "money", "net", "paid", "payout", "price", "prices", "refunded", "revenue", "subtotal",
    "tax", "tip", "total",
];

/// A value, and the fields that the response lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lossy<T> {
    /// The value.
    pub value: T,
    /// The paths of the fields that were filled, such as `data[3].company.id`. Of an object that was filled, only the path
    /// of the object is listed.
    pub filled: Vec<String>,
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
/// Money is never filled: a `Decimal`, a number or an object whose name, or the name of its type, says that it is an amount,
/// such as `unit_price` or `Money`, and a text whose name ends so, such as `amount`.
///
/// At most 1,000 fields are filled, and at most 256 MiB are decoded again, in all rounds.
///
/// # Errors
/// [`DecodeError`] for the first value that cannot be filled, with its path; its message ends with the reason.
pub fn decode_lossy<T: Decode>(text: &str) -> Result<Lossy<T>, DecodeError> {
    match from_str(text) {
        Ok(value) => Ok(Lossy { value, filled: Vec::new() }),
        Err(error) => fill(text, error),
    }
}

/// Like [`decode_lossy`], after the error of decoding the text.
pub(crate) fn fill<T: Decode>(text: &str, error: DecodeError) -> Result<Lossy<T>, DecodeError> {
    fill_with(text, error, |expected, _| neutral_value(expected))
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
        match from_str(&text) {
            Ok(value) => return Ok(Lossy { value, filled: repair.filled }),
            Err(error) => repair.error = error,
        }
    }
}

/// Whether [`decode_lossy`] may help after an error.
pub(crate) fn is_fillable(error: &DecodeError) -> bool {
    let is_ill_typed = || {
        let (expected, _) = error.message.strip_prefix("expected ")?.split_once(", found ")?;
        Some(!error.path.is_empty() && !is_money(expected, &error.path) && neutral_value(expected).is_some())
    };
    error.message.starts_with("missing field `") || is_ill_typed().unwrap_or(false)
}

/// The text of a neutral value where a `DecodeError` says that this was expected.
fn neutral_value(expected: &str) -> Option<&'static str> {
    Some(match expected {
        "a string" => "\"\"",
        "a boolean" => "false",
        "an array" => "[]",
        "i32" | "i64" | "u32" | "u64" | "f64" => "0",
        _ if expected.starts_with("an RFC 3339 date-time") => "\"1970-01-01T00:00:00Z\"",
        _ if expected.starts_with("an RFC 3339 date") => "\"1970-01-01\"",
        _ if expected.starts_with("an object") => "{}",
        _ => return None,
    })
}

/// Whether a value holds money: by what was expected, or by the name of its field.
fn is_money(expected: &str, path: &str) -> bool {
    if expected.starts_with(EXPECTED_NUMBER) {
        return true;
    }
    let key = path.rsplit(['.', ']']).find(|part| !part.is_empty()).unwrap_or_default();
    match expected {
        "i32" | "i64" | "u32" | "u64" | "f64" => says_money(key),
        // An amount as text, such as `amount` or `total_price`, but not `price_label`.
        "a string" => split_words(key).last().is_some_and(|word| MONEY.contains(&word.as_str())),
        _ if expected.starts_with("an object (") => says_money(expected) || says_money(key),
        _ => false,
    }
}

/// Whether a name has a word for money, and does not count something.
fn says_money(name: &str) -> bool {
    let words = split_words(name);
    let counts = words.iter().any(|word| ["count", "counts", "quantity"].contains(&word.as_str()));
    !counts && words.iter().any(|word| MONEY.contains(&word.as_str()))
}

/// The words of a name in lower case.
fn split_words(name: &str) -> Vec<String> {
    let mut words = String::new();
    for character in name.chars() {
        if character.is_uppercase() || !character.is_alphanumeric() {
            words.push(' ');
        }
        words.extend(character.to_lowercase().filter(|character| character.is_alphanumeric()));
    }
    words.split_whitespace().map(str::to_owned).collect()
}

/// A text that is being filled.
struct Repair {
    tree: Tree,
    /// The error of decoding the current text.
    error: DecodeError,
    choose: Choose,
    filled: Vec<String>,
    /// The path of the field that was added last.
    added: Option<String>,
    rounds: usize,
    bytes: usize,
}

impl Repair {
    fn new(text: &str, error: DecodeError, choose: Choose) -> Result<Self, DecodeError> {
        match Tree::parse(text) {
            Ok(tree) => {
                Ok(Self { tree, error, choose, filled: Vec::new(), added: None, rounds: 0, bytes: 0 })
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
                *node = null;
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
