//! Groups renamed and removed Rust items for reading.

use std::collections::BTreeMap;

use openapi_client_generator::terminal::count_noun;

use super::names::{Removed, Renamed, Renames, split_owner, split_words};

/// From how many items on a rename that recurs is one line.
const RECURRING: usize = 3;

/// How many removed items share a line.
const PER_LINE: usize = 8;

/// A line about items.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ItemLine {
    /// What happened, with code in backticks.
    pub(super) title: String,
    /// The items, if the title does not name them.
    pub(super) details: Vec<String>,
    /// How many items it describes.
    pub(super) items: usize,
}

/// The lines about renamed items: first renames that recur, then methods, types and members. Builders are left out where the
/// method that returns them is named.
pub(super) fn list_renamed(renames: &Renames) -> Vec<ItemLine> {
    let named = renames.renamed.iter().enumerate().filter(|(_, item)| item.kind != "operation");
    let mut by_words: BTreeMap<(String, String), Vec<(usize, &Renamed)>> = BTreeMap::new();
    for (at, item) in named {
        by_words.entry(differing_words(&item.old, &item.new)).or_default().push((at, item));
    }
    let mut lines = Vec::new();
    let mut single: Vec<(usize, &Renamed)> = Vec::new();
    for ((old, new), items) in by_words {
        if items.len() < RECURRING || old.is_empty() || new.is_empty() {
            single.extend(items);
            continue;
        }
        lines.push(ItemLine {
            title: format!("`{old}` is now `{new}` in {}", count_noun(items.len(), "name")),
            details: items.iter().map(|(_, item)| format!("`{}`", item.old)).collect(),
            items: items.len(),
        });
    }
    lines.sort_by(|one, other| (other.items, &one.title).cmp(&(one.items, &other.title)));
    single.sort_by_key(|(at, item)| (rank_kind(&item.kind), *at));
    let single = single.into_iter().map(|(_, item)| ItemLine {
        title: format!("`{}` is now `{}`", item.old, item.new),
        details: Vec::new(),
        items: 1,
    });
    lines.extend(single);
    lines
}

/// The lines about removed items: methods by what they are called on, members by their type, types by the module.
pub(super) fn list_removed(renames: &Renames) -> Vec<ItemLine> {
    let mut places: BTreeMap<(usize, String), usize> = BTreeMap::new();
    let mut owners: Vec<(String, Vec<&Removed>)> = Vec::new();
    let mut removed: Vec<&Removed> = renames.removed.iter().filter(|item| item.kind != "operation").collect();
    removed.sort_by_key(|item| rank_kind(&item.kind));
    for item in removed {
        let (owner, _) = split_path(item);
        let place = *places.entry((rank_kind(&item.kind), owner.clone())).or_insert(owners.len());
        match owners.get_mut(place) {
            Some((_, items)) => items.push(item),
            None => owners.push((owner, vec![item])),
        }
    }
    let lines = owners.iter().flat_map(|(owner, items)| {
        items.chunks(PER_LINE).map(move |items| ItemLine {
            title: format!("`{owner}`"),
            details: items.iter().map(|item| format!("`{}`", split_path(item).1)).collect(),
            items: items.len(),
        })
    });
    lines.collect()
}

/// Methods are what programs call, so they come first.
fn rank_kind(kind: &str) -> usize {
    const ORDER: [&str; 3] = ["method", "struct", "event"];
    match kind {
        "enum" | "union" => 1,
        "value" | "variant" | "field" => ORDER.len(),
        kind => ORDER.iter().position(|known| *known == kind).unwrap_or(ORDER.len() + 1),
    }
}

/// What an item belongs to, and its name there.
fn split_path(item: &Removed) -> (String, String) {
    let path = item.path.as_str();
    let split = match item.kind.as_str() {
        "method" => path.rsplit_once('.'),
        kind => split_owner(kind, path).or_else(|| path.rsplit_once("::")),
    };
    split
        .map_or_else(|| (String::new(), path.to_owned()), |(owner, name)| (owner.to_owned(), name.to_owned()))
}

/// The words in which two paths differ: without those that they begin and end with.
fn differing_words(old: &str, new: &str) -> (String, String) {
    let (old, new) = (split_words(old), split_words(new));
    let begin = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let most = old.len().min(new.len()) - begin;
    let end =
        old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(one, other)| one == other).count();
    let middle = |words: &[&str]| words.get(begin..words.len() - end).unwrap_or_default().concat();
    (middle(&old), middle(&new))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(kind: &str, old: &str, new: &str) -> Renamed {
        Renamed { kind: kind.to_owned(), old: old.to_owned(), new: new.to_owned() }
    }

    #[test]
    fn a_rename_that_recurs_is_one_line() {
        let renames = Renames {
            renamed: vec![
                renamed("operation", "a::api::pets::Get", "a::api::pets::Fetch"),
                renamed("struct", "a::models::Dog", "a::models::Hound"),
                renamed("method", "client.pets().get()", "client.pets().fetch()"),
                renamed("struct", "a::models::CatSummary", "a::models::PetSummary"),
                renamed("struct", "a::models::ListCatItem", "a::models::ListPetItem"),
                renamed("enum", "a::models::CatOrder", "a::models::PetOrder"),
            ],
            removed: Vec::new(),
        };
        let lines = list_renamed(&renames);
        let titles: Vec<_> = lines.iter().map(|line| line.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "`Cat` is now `Pet` in 3 names",
                "`client.pets().get()` is now `client.pets().fetch()`",
                "`a::models::Dog` is now `a::models::Hound`",
            ]
        );
    }

    #[test]
    fn removed_items_share_the_line_of_their_owner() {
        let item = |kind: &str, path: &str| Removed { kind: kind.to_owned(), path: path.to_owned() };
        let renames = Renames {
            renamed: Vec::new(),
            removed: vec![
                item("operation", "a::api::pets::List"),
                item("value", "a::models::State::Open"),
                item("struct", "a::models::Pet"),
                item("method", "client.pets().list()"),
                item("method", "client.pets().get()"),
                item("enum", "a::models::Kind"),
                item("field", "a::models::Dog.kind"),
            ],
        };
        let lines: Vec<_> =
            list_removed(&renames).into_iter().map(|line| (line.title, line.details.join(" "))).collect();
        let expected = [
            ("`client.pets()`", "`list()` `get()`"),
            ("`a::models`", "`Pet` `Kind`"),
            ("`a::models::State`", "`Open`"),
            ("`a::models::Dog`", "`kind`"),
        ];
        assert_eq!(lines, expected.map(|(one, other)| (one.to_owned(), other.to_owned())));
    }
}
