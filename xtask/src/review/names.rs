//! Two indexes of names to the Rust items that are no longer there, or have another name.

use std::collections::{BTreeMap, BTreeSet};

/// A line of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Item<'a> {
    kind: &'a str,
    path: &'a str,
    /// What it stands for in the document.
    wire: &'a str,
}

/// What breaks whoever names an item.
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

/// What stands for the same under another name: component pointers and operation ids, old to new.
pub(super) type Moved = BTreeMap<String, String>;

/// Compares two indexes. Members of what was renamed or removed itself are not told.
pub(super) fn compare(old: &str, new: &str, moved: &Moved) -> Renames {
    let (old, new) = (items(old), items(new));
    let there: BTreeSet<(&str, &str)> = new.iter().map(|item| (item.kind, item.path)).collect();
    let before: BTreeSet<(&str, &str)> = old.iter().map(|item| (item.kind, item.path)).collect();
    let gone: Vec<Item<'_>> =
        old.iter().filter(|item| !there.contains(&(item.kind, item.path))).copied().collect();
    let gone_paths: BTreeSet<&str> = gone.iter().map(|item| item.path).collect();
    let mut came: BTreeMap<(&str, String, &str), Vec<&str>> = BTreeMap::new();
    for item in new.iter().filter(|item| !before.contains(&(item.kind, item.path))).rev() {
        came.entry((item.kind, item.wire.to_owned(), owner(item))).or_default().push(item.path);
    }
    let mut renames = Renames::default();
    for item in &gone {
        if gone_paths.contains(owner(item)) {
            continue;
        }
        match came.get_mut(&(item.kind, now(item.wire, moved), owner(item))).and_then(Vec::pop) {
            Some(path) => renames.renamed.push((item.path.to_owned(), path.to_owned())),
            // A field that is called as on the wire now is not in the index any more.
            None if item.kind == "field" => {
                renames
                    .renamed
                    .push((item.path.to_owned(), format!("{}.{}, or gone", owner(item), item.wire)));
            }
            None => renames.removed.push(item.path.to_owned()),
        }
    }
    renames
}

/// What an item stands for in the new document: what is below a component moves with it.
fn now(wire: &str, moved: &Moved) -> String {
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

fn items(text: &str) -> Vec<Item<'_>> {
    let lines = text.lines().filter_map(|line| {
        let (kind, rest) = line.split_once(' ')?;
        let (path, wire) = rest.split_once(" <- ")?;
        Some(Item { kind, path, wire: wire.trim_matches('"') })
    });
    lines.collect()
}

/// The type that a member belongs to; nothing for what stands on its own.
fn owner<'a>(item: &Item<'a>) -> &'a str {
    let end = match item.kind {
        "field" => item.path.rfind('.'),
        "value" | "variant" => item.path.rfind("::"),
        _ => None,
    };
    end.and_then(|end| item.path.get(..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Moved, compare};

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
        let found = compare(old, new, &moved);
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
        assert!(compare(old, old, &moved).is_empty());
    }
}
