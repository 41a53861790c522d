//! Splits the body of a page into its items and the rest.

use serde::de::Error;
use serde_json::value::RawValue;

use crate::json::{Decode, ExtraFields, RawFields, add_to_path, decode_variant};

/// The parts of a page.
pub(super) struct Parts<T, I> {
    pub(super) data: Vec<T>,
    pub(super) page_info: I,
    pub(super) extra_fields: ExtraFields,
}

/// Decodes a page whose items are at `path`; the object that has them is the page information without them, and the fields of
/// the objects around it are further fields.
pub(super) fn decode_parts<T: Decode, I: Decode, E: Error>(
    text: &str,
    path: &[&str],
) -> Result<Parts<T, I>, E> {
    let (list, info, others) = match split_body(text, path) {
        Some(split) => split,
        // Not an object: the page information says what it expects.
        None => (None, text.to_owned(), Vec::new()),
    };
    let page_info = decode_variant::<I, E>(&info).map_err(|error| {
        add_to_path(error, &path.split_last().map_or(String::new(), |(_, outer)| outer.join(".")))
    })?;
    // A page without items may lack the list.
    let data = match list.as_deref() {
        None | Some("null") => Vec::new(),
        Some(list) => decode_variant(list).map_err(|error: E| add_to_path(error, &path.join(".")))?,
    };
    let mut extra_fields = ExtraFields::new();
    for (name, text) in others {
        extra_fields.insert_raw(name, RawValue::from_string(text).map_err(E::custom)?);
    }
    Ok(Parts { data, page_info, extra_fields })
}

/// The JSON text of the list, of the object around it without the list, and the fields around that object.
type Split = (Option<String>, String, Vec<(String, String)>);

fn split_body(text: &str, path: &[&str]) -> Option<Split> {
    let Some((name, rest)) = path.split_first() else {
        return Some((Some(text.trim().to_owned()), "null".to_owned(), Vec::new()));
    };
    let fields = RawFields::parse(text)?;
    let inner = fields.raw(name).map(str::to_owned);
    let others = fields.0.into_iter().filter(|(other, _)| other != name);
    let others: Vec<(String, String)> = others.map(|(name, value)| (name, value.into_owned())).collect();
    if rest.is_empty() {
        let info: Vec<String> = others
            .iter()
            .map(|(name, value)| format!("{}:{value}", serde_json::Value::from(name.as_str())))
            .collect();
        return Some((inner, format!("{{{}}}", info.join(",")), Vec::new()));
    }
    let (list, info, mut deeper) = split_body(inner.as_deref()?, rest)?;
    deeper.extend(others);
    Some((list, info, deeper))
}
