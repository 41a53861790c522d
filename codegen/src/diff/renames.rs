//! Recognises a rename by its recurrence: a field that gives way to the same other field in many objects is one field under
//! two names, also in an object that alone would leave it open.
//!
//! Every rule is symmetric, so that the diff in one direction is the mirror of the diff in the other.

use std::collections::{BTreeMap, BTreeSet};

use super::matching::{Words, compare_words};

/// How often a pair must recur if its names share a word of their own.
const RECURS: usize = 2;

/// How often a pair must recur if its names share nothing, or words such as `id` only.
const RECURS_OFTEN: usize = 3;

/// The pairs of names that count as renamed wherever they meet.
#[derive(Debug, Default)]
pub(super) struct Renames<'a> {
    pairs: BTreeSet<(&'a str, &'a str)>,
}

impl Renames<'_> {
    pub(super) fn contains(&self, old: &str, new: &str) -> bool {
        self.pairs.contains(&(old, new))
    }
}

/// What the comparison of all objects says about renames. Places are pointers, so that a shared object counts once.
#[derive(Debug, Default)]
pub(super) struct Evidence<'a> {
    removed: BTreeMap<&'a str, BTreeSet<&'a str>>,
    added: BTreeMap<&'a str, BTreeSet<&'a str>>,
    pairs: BTreeMap<(&'a str, &'a str), Support<'a>>,
}

/// Where one name gives way to another.
#[derive(Debug, Default)]
struct Support<'a> {
    places: BTreeSet<(&'a str, &'a str)>,
    /// Whether the types are equal at every place.
    equal: bool,
}

impl<'a> Evidence<'a> {
    /// A field that is gone: its name and pointer.
    pub(super) fn add_removed(&mut self, name: &'a str, pointer: &'a str) {
        self.removed.entry(name).or_default().insert(pointer);
    }

    /// A field that is new.
    pub(super) fn add_added(&mut self, name: &'a str, pointer: &'a str) {
        self.added.entry(name).or_default().insert(pointer);
    }

    /// A removed and an added field of one object whose types may be those of one field: names and pointers.
    pub(super) fn add_pair(&mut self, names: (&'a str, &'a str), pointers: (&'a str, &'a str), equal: bool) {
        let support =
            self.pairs.entry(names).or_insert_with(|| Support { equal: true, ..Support::default() });
        support.places.insert(pointers);
        support.equal &= equal;
    }

    /// The pairs that recur and have no rival.
    pub(super) fn accept(&self) -> Renames<'a> {
        let count =
            |pair: &(&'a str, &'a str)| self.pairs.get(pair).map_or(0, |support| support.places.len());
        let mut best: BTreeMap<(bool, &str), (usize, usize)> = BTreeMap::new();
        for pair in self.pairs.keys() {
            for side in [(false, pair.0), (true, pair.1)] {
                // The greatest count, and how many pairs have it.
                let (most, ties) = best.entry(side).or_default();
                match count(pair).cmp(most) {
                    std::cmp::Ordering::Greater => (*most, *ties) = (count(pair), 1),
                    std::cmp::Ordering::Equal => *ties += 1,
                    std::cmp::Ordering::Less => {}
                }
            }
        }
        let is_best = |pair: &(&'a str, &'a str)| {
            [(false, pair.0), (true, pair.1)].iter().all(|side| best.get(side) == Some(&(count(pair), 1)))
        };
        let pairs = self.pairs.iter().filter(|(pair, support)| is_best(pair) && self.recurs(**pair, support));
        Renames { pairs: pairs.map(|(pair, _)| *pair).collect() }
    }

    fn recurs(&self, (old, new): (&str, &str), support: &Support<'_>) -> bool {
        let places = support.places.len();
        let removed = self.removed.get(old).map_or(0, BTreeSet::len);
        let added = self.added.get(new).map_or(0, BTreeSet::len);
        match compare_words(old, new) {
            Words::Specific => places >= RECURS && places * 2 >= removed.min(added),
            Words::Generic => places >= RECURS_OFTEN && places * 3 >= removed.min(added) * 2,
            // Without a common word, one must not occur without the other.
            Words::None => support.equal && places >= RECURS_OFTEN && places * 5 >= removed.max(added) * 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places for pairs of names: each pair meets in so many objects.
    fn accept(pairs: &[(&'static str, &'static str, usize)]) -> Vec<(&'static str, &'static str)> {
        const PLACES: [&str; 6] = ["/0", "/1", "/2", "/3", "/4", "/5"];
        let mut evidence = Evidence::default();
        for (old, new, count) in pairs {
            for place in &PLACES[..*count] {
                evidence.add_removed(old, place);
                evidence.add_added(new, place);
                evidence.add_pair((old, new), (place, place), true);
            }
        }
        evidence.accept().pairs.into_iter().collect()
    }

    #[test]
    fn a_pair_that_recurs_without_a_rival_is_a_rename() {
        assert_eq!(accept(&[("owner_name", "owner_title", 2)]), [("owner_name", "owner_title")]);
        assert_eq!(accept(&[("owner_id", "holder_id", 2)]), []);
        assert_eq!(
            accept(&[("owner_id", "holder_id", 3), ("owner_id", "user_id", 2)]),
            [("owner_id", "holder_id")]
        );
        assert_eq!(accept(&[("owner_id", "holder_id", 3), ("owner_id", "user_id", 3)]), []);
        assert_eq!(accept(&[("state", "phase", 3)]), [("state", "phase")]);
        assert_eq!(accept(&[("state", "phase", 3), ("size", "phase", 2)]), [("state", "phase")]);
    }
}
