//! What was created, changed and deleted: things by their place, in the order in which they came.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::places::Places;
use crate::engine::tree::Json;

/// One thing.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    pub(crate) id: String,
    /// Everything that is known of it, in whatever shape a call may ask for it.
    pub(crate) value: Json,
    /// What callers have said of it; all else was made up.
    pub(crate) said: Json,
    /// The place in lists, greatest first: what was created stands before what was there already.
    pub(crate) sequence: i64,
    pub(crate) listing: Listing,
}

/// In which lists a thing stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    /// In all whose filters it passes.
    All,
    /// In those with these filters, for which it was made.
    For(String),
    /// In none: it was only asked for by its id.
    None,
}

/// The things of one place, such as `/things` or `/owners/o_1/things`.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    things: Vec<Thing>,
    deleted: BTreeSet<String>,
    /// The filters for which a list was made already.
    filled: BTreeSet<String>,
    created: i64,
    made: i64,
}

/// All things.
#[derive(Debug, Default)]
pub(crate) struct Store {
    collections: BTreeMap<String, Collection>,
    /// How many were created, in all places.
    pub(crate) created: u64,
    /// How many tokens were minted.
    pub(crate) minted: u64,
    pub(crate) places: Places,
}

impl Store {
    pub(crate) fn collection(&mut self, path: &str) -> &mut Collection {
        self.collections.entry(path.to_owned()).or_default()
    }
}

impl Collection {
    pub(crate) fn get(&self, id: &str) -> Option<&Thing> {
        self.things.iter().find(|thing| thing.id == id)
    }

    pub(crate) fn is_deleted(&self, id: &str) -> bool {
        self.deleted.contains(id)
    }

    /// Adds a thing, or puts it in the place of the one with its id.
    pub(crate) fn put(&mut self, id: &str, value: Json, listing: Listing) {
        self.deleted.remove(id);
        if let Some(thing) = self.things.iter_mut().find(|thing| thing.id == id) {
            thing.value = value;
            if listing == Listing::All && thing.listing == Listing::None {
                thing.listing = listing;
            }
            return;
        }
        let sequence = if listing == Listing::All {
            self.created += 1;
            self.created
        } else {
            self.made += 1;
            -self.made
        };
        let said = Json::Object(Vec::new());
        self.things.push(Thing { id: id.to_owned(), value, said, sequence, listing });
    }

    /// Notes what a caller has said of a thing.
    pub(crate) fn say(&mut self, id: &str, said: &Json) {
        if let Some(thing) = self.things.iter_mut().find(|thing| thing.id == id) {
            merge(&mut thing.said, said);
        }
    }

    pub(crate) fn delete(&mut self, id: &str) {
        self.things.retain(|thing| thing.id != id);
        self.deleted.insert(id.to_owned());
    }

    /// Whether a list with these filters is asked for the first time.
    pub(crate) fn fill(&mut self, filters: &str) -> bool {
        self.filled.insert(filters.to_owned())
    }

    /// The things of a list, the newest first.
    pub(crate) fn list(&self, filters: &str, passes: impl Fn(&Thing) -> bool) -> Vec<Thing> {
        let listed = |thing: &&Thing| match &thing.listing {
            Listing::All => passes(thing),
            Listing::For(own) => own == filters,
            Listing::None => false,
        };
        let mut things: Vec<Thing> = self.things.iter().filter(listed).cloned().collect();
        things.sort_by_key(|thing| std::cmp::Reverse(thing.sequence));
        things
    }
}

/// Takes the members of a change into a value: objects member by member, all else whole. `owner_id` changes `owner.id` too.
pub(crate) fn merge(value: &mut Json, change: &Json) {
    for (name, new) in change.members() {
        let object = name.strip_suffix("_id").and_then(|stem| {
            let owner = value.get(stem)?;
            (owner.get("id").is_some_and(|id| id != new)).then(|| stem.to_owned())
        });
        if let Some(stem) = object {
            // Another owner: what was known of the last one is no more.
            value.set(&stem, Json::Object(vec![("id".to_owned(), new.clone())]));
        }
        match (value.get(name), new) {
            (Some(Json::Object(_)), Json::Object(_)) => {
                let mut inner = value.get(name).cloned().unwrap_or(Json::Null);
                merge(&mut inner, new);
                value.set(name, inner);
            }
            _ => value.set(name, new.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text).unwrap()
    }

    #[test]
    fn a_change_goes_member_by_member() {
        let mut value = json(r#"{"a":1,"b":{"c":1,"d":2},"owner":{"id":"o_1","name":"x"},"e":[1]}"#);
        merge(&mut value, &json(r#"{"a":null,"b":{"c":3},"owner_id":"o_2","e":[]}"#));
        let expected = r#"{"a":null,"b":{"c":3,"d":2},"owner":{"id":"o_2"},"e":[],"owner_id":"o_2"}"#;
        assert_eq!(value.to_string(), expected);
    }

    #[test]
    fn lists_have_the_newest_first_and_no_deleted_ones() {
        let mut things = Collection::default();
        things.put("m", json("{}"), Listing::For("all".to_owned()));
        things.put("a", json("{}"), Listing::All);
        things.put("b", json("{}"), Listing::All);
        things.put("hidden", json("{}"), Listing::None);
        let ids = |things: &Collection, filters| {
            things.list(filters, |_| true).into_iter().map(|thing| thing.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&things, "all"), ["b", "a", "m"]);
        assert_eq!(ids(&things, "other"), ["b", "a"]);
        things.delete("b");
        assert!(things.is_deleted("b") && things.get("b").is_none());
        assert_eq!(ids(&things, "all"), ["a", "m"]);
        assert!(things.fill("x") && !things.fill("x"));
    }
}
