//! Indexes the positions of a TOML text, by JSON Pointers: `[[ids]] name` of the first table is `/ids/0/name`.

use super::location::LineColumn;
use super::{Locations, pointer};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The positions of the entries: a key's for the value of a key, an item's own in a list. A text that is not valid has none.
pub(super) fn index_locations(text: &str) -> Locations {
    let mut index = TomlIndex { text, starts: line_starts(text), locations: Locations::default() };
    if let Ok(table) = DeTable::parse(text) {
        index.add_table(table.get_ref(), "");
    }
    index.locations
}

struct TomlIndex<'t> {
    text: &'t str,
    /// The offset of the first byte of each line.
    starts: Vec<usize>,
    locations: Locations,
}

impl TomlIndex<'_> {
    fn add_table(&mut self, table: &DeTable<'_>, at: &str) {
        for (key, value) in table {
            let child = pointer::join(at, key.get_ref());
            self.record(&child, key.span());
            self.add_value(value.get_ref(), &child);
        }
    }

    fn add_value(&mut self, value: &DeValue<'_>, at: &str) {
        match value {
            DeValue::Table(table) => self.add_table(table, at),
            DeValue::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let mut child = at.to_owned();
                    pointer::push_index(&mut child, index);
                    self.record(&child, item.span());
                    self.add_value(item.get_ref(), &child);
                }
            }
            _ => {}
        }
    }

    fn record(&mut self, pointer: &str, span: Range<usize>) {
        let at = self.line_column(span.start);
        self.locations.insert(pointer, at);
    }

    fn line_column(&self, offset: usize) -> LineColumn {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        (line.max(1), before.chars().count() + 1)
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::index_locations;

    #[test]
    fn entries_are_found_by_pointer() {
        let text = "a = 1\n[names.types]\nÖ = 1\n\"x/y\" = \"Z\"\n\n[[ids]]\nname = \"A\"\nlist = [\"ö\", \"b\",\n  \"c\"]\n[[ids]]\nname = \"B\"\n[t]\ninline = { k = 1, m = 2 }\n";
        let text = text.replace("Ö", "o");
        let locations = index_locations(&text);
        for (pointer, position) in [
            ("/a", Some((1, 1))),
            ("/names/types/o", Some((3, 1))),
            ("/names/types/x~1y", Some((4, 1))),
            ("/ids/0/name", Some((7, 1))),
            ("/ids/0/list/1", Some((8, 14))),
            ("/ids/0/list/2", Some((9, 3))),
            ("/ids/1/name", Some((11, 1))),
            ("/t/inline/m", Some((13, 19))),
            ("/t/inline/n", Some((13, 1))),
            ("/none", None),
        ] {
            assert_eq!(locations.find(pointer), position, "{pointer}");
        }
    }
}
