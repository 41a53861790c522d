//! Whether a value is still what was read of a text that its type cannot hold.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::json::{
    codec::Encode,
    integer::EnumNumber,
    nearest::decode_text,
    node::{Node, with_text},
    recovery_rules::cannot_hold,
    scalar::{Kind, Kinds, Scalar},
    text::to_vec,
};

impl Kind {
    /// The JSON text of what a value of this kind reads of a text.
    fn read(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::I32 => read::<i32>(text),
            Self::I64 => read::<i64>(text),
            Self::U32 => read::<u32>(text),
            Self::U64 => read::<u64>(text),
            Self::Enum => read::<EnumNumber>(text),
            Self::F64 => read::<f64>(text),
            Self::Decimal => read::<Decimal>(text),
            Self::DateTime => read::<DateTime<FixedOffset>>(text),
            Self::Date => read::<NaiveDate>(text),
            Self::Json => read::<Value>(text),
        }
    }
}

impl Kinds {
    /// Whether values of these kinds read a text as another text, which is that of a list, a map or a scalar.
    #[cold]
    pub(super) fn read_as(self, text: &str, value: &[u8]) -> bool {
        let Ok(value) = std::str::from_utf8(value) else { return false };
        let compared = with_text(text, |text| with_text(value, |value| Ok(self.match_nodes(text, value))));
        compared.unwrap_or_default()
    }

    fn match_nodes(self, text: Node<'_>, value: Node<'_>) -> bool {
        let is_container = |node: Node<'_>| node.text().starts_with(['[', '{']);
        text.text() == value.text()
            || self.reads(text.text(), value.text())
            || (is_container(text) && is_container(value) && self.match_children(text, value))
    }

    fn match_children(self, text: Node<'_>, value: Node<'_>) -> bool {
        if text.text().starts_with('[') {
            let (mut texts, mut values) = (text.children(), value.children());
            return loop {
                match (texts.next(), values.next()) {
                    (None, None) => break true,
                    (Some(text), Some(value)) if self.match_nodes(text, value) => {}
                    _ => break false,
                }
            };
        }
        let (texts, values) = (entries_by_key(text), entries_by_key(value));
        let mut both = texts.iter().zip(&values);
        texts.len() == values.len()
            && both.all(|((one, text), (other, value))| one == other && self.match_nodes(*text, *value))
    }

    fn reads(self, text: &str, value: &str) -> bool {
        self.iter().any(|kind| {
            (kind == Kind::Json || !text.starts_with(['[', '{']))
                && kind.read(text).is_some_and(|read| read == value.as_bytes())
        })
    }
}

/// The entries of an object that are not `null`.
fn entries_by_key(node: Node<'_>) -> BTreeMap<String, Node<'_>> {
    let entries = node.entries().filter(|(_, value)| value.text() != "null");
    entries.filter_map(|(key, value)| Some((key.string()?.into_owned(), value))).collect()
}

fn read<T: Scalar + Encode>(text: &str) -> Option<Vec<u8>> {
    let value = match decode_text::<T>(text) {
        Ok(value) => value,
        Err(error) if cannot_hold(&error) => T::nearest(text),
        Err(_) => return None,
    };
    to_vec(&value).ok()
}
