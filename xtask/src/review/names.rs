//! Compares two indexes of names: finds renamed and removed Rust items.

use std::collections::{BTreeMap, BTreeSet};

/// A line of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Item<'a> {
    kind: &'a str,
    path: &'a str,
    /// The pointer or id in the document that it was generated from.
    wire: &'a str,
}

/// Renamed and removed items.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Renames {
    pub(super) renamed: Vec<(String, String)>,
    pub(super) removed: Vec<String>,
}

impl Renames {
    pub(super) fn is_empty(&self) -> bool {
        self.renamed.is_empty() && self.removed.is_empty()
    }
}

/// Component pointers and operation ids that were renamed, old to new.
pub(super) type Moved = BTreeMap<String, String>;

/// Compares two indexes. Fields of renamed or removed types are not listed.
pub(super) fn compare_names(old: &str, new: &str, moved: &Moved) -> Renames {
    let (old, new) = (parse_items(old), parse_items(new));
    let there: BTreeSet<(&str, &str)> = new.iter().map(|item| (item.kind, item.path)).collect();
    let before: BTreeSet<(&str, &str)> = old.iter().map(|item| (item.kind, item.path)).collect();
    let gone: Vec<Item<'_>> =
        old.iter().filter(|item| !there.contains(&(item.kind, item.path))).copied().collect();
    let gone_paths: BTreeSet<&str> = gone.iter().map(|item| item.path).collect();
    let mut came: BTreeMap<(&str, String, &str), Vec<&str>> = BTreeMap::new();
    for item in new.iter().filter(|item| !before.contains(&(item.kind, item.path))).rev() {
        came.entry((item.kind, item.wire.to_owned(), owner_of_item(item))).or_default().push(item.path);
    }
    let mut renames = Renames::default();
    for item in &gone {
        if gone_paths.contains(owner_of_item(item)) {
            continue;
        }
        match came.get_mut(&(item.kind, moved_name(item.wire, moved), owner_of_item(item))).and_then(Vec::pop)
        {
            Some(path) => renames.renamed.push((item.path.to_owned(), path.to_owned())),
            // A field that is called as on the wire now is not in the index any more.
            None if item.kind == "field" => {
                renames
                    .renamed
                    .push((item.path.to_owned(), format!("{}.{}, or gone", owner_of_item(item), item.wire)));
            }
            None => renames.removed.push(item.path.to_owned()),
        }
    }
    renames
}

/// The pointer or id of an item in the new document: whatever is below a component moves with it.
fn moved_name(wire: &str, moved: &Moved) -> String {
    if let Some(new) = moved.get(wire) {
        return new.clone();
    }
    let mut ends = wire.match_indices('/').map(|(end, _)| end).collect::<Vec<_>>();
    ends.reverse();
    let found = ends.into_iter().find_map(|end| {
        let (head, rest) = wire.split_at_checked(end)?;
        moved.get(head).map(|new| format!("{new}{rest}"))
    });
    found.unwrap_or_else(|| wire.to_owned())
}

fn parse_items(text: &str) -> Vec<Item<'_>> {
    let lines = text.lines().filter_map(|line| {
        let (kind, rest) = line.split_once(' ')?;
        let (path, wire) = rest.split_once(" <- ")?;
        Some(Item { kind, path, wire: wire.trim_matches('"') })
    });
    lines.collect()
}

/// The type that a field or variant belongs to; `None` for other items.
fn owner_of_item<'a>(item: &Item<'a>) -> &'a str {
    let end = match item.kind {
        "field" => item.path.rfind('.'),
        "value" | "variant" => item.path.rfind("::"),
        _ => None,
    };
    end.and_then(|end| item.path.get(..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Moved, compare_names};

    #[test]
    fn items_that_went_are_told_once() {
        let old = "operation a::api::Create <- \"create\"\nmethod c.links().create() <- \"create\"\nstruct a::models::Link <- \
                   \"/components/schemas/Link\"\nfield a::models::Link.kind <- \"type\"\nenum a::models::State <- \
                   \"/x\"\nvalue a::models::State::Open <- \"open\"\nvalue a::models::State::Shut <- \"shut\"\nstruct \
                   a::models::Old <- \"/gone\"\nstruct a::models::Boy <- \"/old\"\nstruct a::models::BoyToy <- \"/old/toy\"\n";
        let new = "operation a::api::Make <- \"create\"\nmethod c.links().create() <- \"create\"\nstruct a::models::Url <- \
                   \"/components/schemas/Link\"\nfield a::models::Url.kind <- \"type\"\nenum a::models::State <- \
                   \"/x\"\nvalue a::models::State::Opened <- \"open\"\nstruct a::models::New <- \"/new\"\nstruct a::models::Man <- \"/young\"\nstruct \
                   a::models::ManToy <- \"/young/toy\"\n";
        let moved = Moved::from([("/old".to_owned(), "/young".to_owned())]);
        let found = compare_names(old, new, &moved);
        let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        assert_eq!(
            found.renamed,
            [
                pair("a::api::Create", "a::api::Make"),
                pair("a::models::Link", "a::models::Url"),
                pair("a::models::State::Open", "a::models::State::Opened"),
                pair("a::models::Boy", "a::models::Man"),
                pair("a::models::BoyToy", "a::models::ManToy"),
            ]
        );
        assert_eq!(found.removed, ["a::models::State::Shut", "a::models::Old"]);
        assert!(compare_names(old, old, &moved).is_empty());
    }
}
