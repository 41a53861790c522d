//! Counts the fields whose types come from the configuration, not from the document.

use std::collections::{BTreeMap, BTreeSet};

/// Fields of one configured type.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Decision {
    /// What the configuration decided: `id PetId`, `format date-time`, `secret`.
    pub(super) what: String,
    /// How many fields have it now.
    pub(super) now: usize,
    /// The fields that did not have it before.
    pub(super) added: Vec<String>,
}

/// Compares two lists of decisions; the most frequent come first.
pub(super) fn compare_decisions(old: &str, new: &str) -> Vec<Decision> {
    let before: BTreeSet<(&str, &str)> = old.lines().filter_map(split_line).collect();
    let mut found: BTreeMap<&str, Decision> = BTreeMap::new();
    for (what, path) in new.lines().filter_map(split_line) {
        let decision = found.entry(what).or_default();
        decision.what = what.to_owned();
        decision.now += 1;
        if !before.contains(&(what, path)) {
            decision.added.push(path.to_owned());
        }
    }
    let mut list: Vec<Decision> = found.into_values().collect();
    list.sort_by(|one, other| (other.now, &one.what).cmp(&(one.now, &other.what)));
    list
}

/// What was decided, and the path of the field: `id PetId pets::models::Pet.id <- "/pointer"`.
fn split_line(line: &str) -> Option<(&str, &str)> {
    line.split_once(" <- ")?.0.rsplit_once(' ')
}

#[cfg(test)]
mod tests {
    use super::{Decision, compare_decisions};

    #[test]
    fn decisions_are_counted_by_type() {
        let old = "id PetId a::Pet.id <- \"/1\"\nsecret a::Key.value <- \"/2\"\n";
        let new = "format date-time a::Pet.at <- \"/3\"\nid PetId a::Pet.id <- \"/9\"\nid PetId a::Pet.mother <- \"/4\"\n";
        let decision = |what: &str, now, added: &[&str]| Decision {
            what: what.to_owned(),
            now,
            added: added.iter().map(|path| (*path).to_owned()).collect(),
        };
        let expected =
            [decision("id PetId", 2, &["a::Pet.mother"]), decision("format date-time", 1, &["a::Pet.at"])];
        assert_eq!(compare_decisions(old, new), expected);
        assert_eq!(compare_decisions(new, "").len(), 0);
    }
}
