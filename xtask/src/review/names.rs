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

/// An item that has another name now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Renamed {
    /// The kind as in the index: `method`, `struct`, `value`, ….
    pub(super) kind: String,
    pub(super) old: String,
    pub(super) new: String,
}

/// An item that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Removed {
    pub(super) kind: String,
    pub(super) path: String,
}

/// Renamed and removed items.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Renames {
    pub(super) renamed: Vec<Renamed>,
    pub(super) removed: Vec<Removed>,
}

impl Renames {
    pub(super) fn is_empty(&self) -> bool {
        self.renamed.is_empty() && self.removed.is_empty()
    }
}

/// Pointers and operation ids that moved, each with its places in the new document.
pub(super) type Moved = BTreeMap<String, BTreeSet<String>>;

/// Compares two indexes. Members of renamed or removed types are not listed.
///
/// An item is renamed if the new index has its pointer or id, or the place where the document moved it, under another name.
pub(super) fn compare_names(old: &str, new: &str, moved: &Moved) -> Renames {
    let (old, new): (Vec<_>, Vec<_>) = (parse_items(old).collect(), parse_items(new).collect());
    let there: BTreeSet<(&str, &str)> = new.iter().map(|item| (item.kind, item.path)).collect();
    let gone: Vec<Item<'_>> =
        old.iter().filter(|item| !there.contains(&(item.kind, item.path))).copied().collect();
    let gone_paths: BTreeSet<&str> = gone.iter().map(|item| item.path).collect();
    let mut by_place: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    for item in &new {
        by_place.entry((item.kind, item.wire, owner_of_item(item))).or_default().push(item.path);
    }
    let mut renames = Renames::default();
    for item in &gone {
        let owner = owner_of_item(item);
        if gone_paths.contains(owner) {
            continue;
        }
        let places = moved_places(item.wire, moved);
        let candidates =
            places.iter().filter_map(|wire| by_place.get(&(item.kind, wire.as_str(), owner))).flatten();
        // The first of those that are most similar, so that the result does not depend on their number.
        let best = candidates.min_by_key(|path| (usize::MAX - count_shared_words(item.path, path), **path));
        match best {
            Some(path) => renames.renamed.push(Renamed {
                kind: item.kind.to_owned(),
                old: item.path.to_owned(),
                new: (*path).to_owned(),
            }),
            None => {
                renames.removed.push(Removed { kind: item.kind.to_owned(), path: item.path.to_owned() });
            }
        }
    }
    renames
}

/// The pointers or ids of an item in the new document: whatever is below a moved node moves with it.
fn moved_places(wire: &str, moved: &Moved) -> BTreeSet<String> {
    if let Some(places) = moved.get(wire) {
        return places.clone();
    }
    let mut ends = wire.match_indices('/').map(|(end, _)| end).collect::<Vec<_>>();
    ends.reverse();
    let found = ends.into_iter().find_map(|end| {
        let (head, rest) = wire.split_at_checked(end)?;
        Some(moved.get(head)?.iter().map(|new| format!("{new}{rest}")).collect())
    });
    found.unwrap_or_else(|| BTreeSet::from([wire.to_owned()]))
}

/// How many words of a Rust path are in another one too.
fn count_shared_words(old: &str, new: &str) -> usize {
    let new = split_words(new);
    split_words(old).iter().filter(|word| new.contains(word)).count()
}

/// Splits a Rust path into words and separators, which together are the path: `a::B1Cd.e_f` is `a`, `::`, `B1`, `Cd`, `.`, `e`,
/// `_`, `f`.
pub(super) fn split_words(path: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut begin = 0;
    let mut last: Option<char> = None;
    for (at, c) in path.char_indices() {
        let is_break = last.is_some_and(|last| {
            last.is_alphanumeric() != c.is_alphanumeric() || (c.is_uppercase() && !last.is_uppercase())
        });
        if is_break {
            words.extend(path.get(begin..at));
            begin = at;
        }
        last = Some(c);
    }
    words.extend(path.get(begin..).filter(|rest| !rest.is_empty()));
    words
}

fn parse_items(text: &str) -> impl Iterator<Item = Item<'_>> {
    text.lines().filter_map(|line| {
        let (kind, rest) = line.split_once(' ')?;
        let (path, wire) = rest.split_once(" <- ")?;
        Some(Item { kind, path, wire: wire.trim_matches('"') })
    })
}

/// The path of the item of a kind that an index has for a pointer or an operation id.
pub(super) fn find_item<'a>(index: &'a str, kind: &str, wire: &str) -> Option<&'a str> {
    parse_items(index).find(|item| item.kind == kind && item.wire == wire).map(|item| item.path)
}

/// The type that a field or variant belongs to; empty for other items.
fn owner_of_item<'a>(item: &Item<'a>) -> &'a str {
    split_owner(item.kind, item.path).map_or("", |(owner, _)| owner)
}

/// The type and the name of a field, a value or a variant.
pub(super) fn split_owner<'a>(kind: &str, path: &'a str) -> Option<(&'a str, &'a str)> {
    match kind {
        "field" => path.rsplit_once('.'),
        "value" | "variant" => path.rsplit_once("::"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Moved, compare_names, split_words};

    #[test]
    fn items_that_went_are_told_once() {
        let old = "operation a::api::Create <- \"create\"\nmethod c.links().create() <- \"create\"\nstruct a::models::Link <- \
                   \"/components/schemas/Link\"\nfield a::models::Link.kind <- \"type\"\nenum a::models::State <- \
                   \"/x\"\nvalue a::models::State::Open <- \"open\"\nvalue a::models::State::Shut <- \"shut\"\nstruct \
                   a::models::Old <- \"/gone\"\nstruct a::models::Boy <- \"/old\"\nstruct a::models::BoyToy <- \"/old/toy\"\n";
        let new = "operation a::api::Make <- \"create\"\nmethod c.links().create() <- \"create\"\nstruct a::models::Url <- \
                   \"/components/schemas/Link\"\nfield a::models::Url.kind <- \"type\"\nenum a::models::State <- \
                   \"/x\"\nvalue a::models::State::Opened <- \"open\"\nstruct a::models::New <- \"/new\"\nstruct a::models::Man <- \"/young\"\nstruct \
                   a::models::ManToy <- \"/young/toy\"\nstruct a::models::Cow <- \"/animal\"\n";
        let moved = Moved::from([(
            "/old".to_owned(),
            BTreeSet::from(["/animal".to_owned(), "/nowhere".to_owned(), "/young".to_owned()]),
        )]);
        let found = compare_names(old, new, &moved);
        let pairs: Vec<_> = found
            .renamed
            .iter()
            .map(|item| (item.kind.as_str(), item.old.as_str(), item.new.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("operation", "a::api::Create", "a::api::Make"),
                ("struct", "a::models::Link", "a::models::Url"),
                ("value", "a::models::State::Open", "a::models::State::Opened"),
                ("struct", "a::models::Boy", "a::models::Cow"),
                ("struct", "a::models::BoyToy", "a::models::ManToy"),
            ]
        );
        let removed: Vec<_> = found.removed.iter().map(|item| item.path.as_str()).collect();
        assert_eq!(removed, ["a::models::State::Shut", "a::models::Old"]);
        assert!(compare_names(old, old, &moved).is_empty());
    }

    #[test]
    fn of_several_places_the_most_similar_name_is_chosen() {
        let old = "struct a::models::CompanySummary <- \"/Company\"\n";
        let new = "struct a::models::Another <- \"/A\"\nstruct a::models::AccountSummary <- \"/B\"\nstruct a::models::Zebra <- \"/C\"\n";
        let places = ["/A", "/B", "/C"].map(str::to_owned);
        let found = compare_names(old, new, &Moved::from([("/Company".to_owned(), BTreeSet::from(places))]));
        let new: Vec<_> = found.renamed.iter().map(|item| item.new.as_str()).collect();
        assert_eq!(new, ["a::models::AccountSummary"]);
    }

    #[test]
    fn words_and_separators_are_the_path() {
        for (path, words) in [
            ("a::B1Cd.e_f", vec!["a", "::", "B1", "Cd", ".", "e", "_", "f"]),
            ("client.ads().list_ad()", vec!["client", ".", "ads", "().", "list", "_", "ad", "()"]),
            ("URLs", vec!["URLs"]),
            ("", vec![]),
        ] {
            assert_eq!(split_words(path), words, "{path}");
        }
    }
}
