//! Columns that the person chose and that no item has.

use std::collections::BTreeSet;

use openapi_client_description::JsonValue;

use super::{
    cell::{flatten_object, select_path},
    escape::escape_line,
};
use crate::catalog::find_nearest;

/// The levels of objects whose properties are suggested.
const MAX_DEPTH: usize = 2;

/// The number of items whose properties are suggested: lists can be long, and their items are alike.
const SAMPLE: usize = 20;

/// Notes which of the chosen columns were found.
pub(super) struct ColumnCheck {
    missing: Vec<String>,
    known: BTreeSet<String>,
    items: usize,
}

impl ColumnCheck {
    pub(super) fn new(columns: &[String]) -> Self {
        Self { missing: columns.to_vec(), known: BTreeSet::new(), items: 0 }
    }

    pub(super) fn note_item(&mut self, item: &JsonValue) {
        self.items += 1;
        if self.missing.is_empty() {
            return;
        }
        self.missing.retain(|column| select_path(item, column).is_none());
        if self.items <= SAMPLE {
            let paths =
                flatten_object(item, MAX_DEPTH, &|_| false).into_iter().map(|(path, _)| path.into_owned());
            self.known.extend(paths);
            self.known.extend(item.properties().iter().map(|(name, _)| name.clone()));
        }
    }

    /// What to tell the person, if there were items.
    pub(super) fn describe_missing(&self) -> Option<String> {
        if self.items == 0 || self.missing.is_empty() {
            return None;
        }
        let missing = self.missing.iter().map(|column| {
            let column_text = escape_line(column);
            match find_nearest(column, self.known.iter().map(String::as_str)) {
                Some(nearest) => format!("`{column_text}` (did you mean `{}`?)", escape_line(nearest)),
                None => format!("`{column_text}`"),
            }
        });
        Some(format!("Note: no item has {}.\n", missing.collect::<Vec<_>>().join(", ")))
    }
}
