//! Matches operations, events and renamed fields of the two documents.
//!
//! Every rule is symmetric, so that the diff in one direction is the mirror of the diff in the other.

use std::collections::BTreeMap;

use crate::ir::{Operation, Webhook};

/// The matched pairs of two lists, by index, and the unmatched rest.
#[derive(Debug, Default)]
pub(super) struct Matched {
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) removed: Vec<usize>,
    pub(super) added: Vec<usize>,
}

/// Matches by each key in turn, the most specific first.
fn match_by_keys<T, K: Ord>(old: &[T], new: &[T], keys: &[&dyn Fn(&T) -> K]) -> Matched {
    let (mut old_left, mut new_left): (Vec<usize>, Vec<usize>) =
        ((0..old.len()).collect(), (0..new.len()).collect());
    let mut pairs = Vec::new();
    for key in keys {
        let mut places: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for place in new_left.iter().rev() {
            places.entry(key(&new[*place])).or_default().push(*place);
        }
        old_left.retain(|place| match places.get_mut(&key(&old[*place])).and_then(Vec::pop) {
            Some(other) => {
                pairs.push((*place, other));
                false
            }
            None => true,
        });
        new_left.retain(|place| !pairs.iter().any(|(_, other)| other == place));
    }
    pairs.sort_unstable();
    Matched { pairs, removed: old_left, added: new_left }
}

/// Operations: by method, path and id; by method and path; by id.
pub(super) fn match_operations(old: &[Operation], new: &[Operation]) -> Matched {
    match_by_keys(
        old,
        new,
        &[
            &|one| format!("{} {} {}", one.verb.as_str(), one.path, one.id),
            &|one| format!("{} {}", one.verb.as_str(), strip_parameter_names(&one.path)),
            // An id derived from the path adds nothing to it.
            &|one| {
                if one.id_given {
                    format!("id {}", one.id)
                } else {
                    format!("made {} {}", one.verb.as_str(), one.path)
                }
            },
        ],
    )
}

/// Events: by name and value, by name, by value.
pub(super) fn match_webhooks(old: &[Webhook], new: &[Webhook]) -> Matched {
    match_by_keys(
        old,
        new,
        &[&|one: &Webhook| format!("{} {}", one.name, one.event), &|one| one.name.clone(), &|one| {
            one.event.clone()
        }],
    )
}

/// A path template without parameter names, which are only the names of arguments.
pub(super) fn strip_parameter_names(path: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '{' => {
                inside = true;
                text.push_str("{}");
            }
            '}' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

/// A field that exists in one document only.
#[derive(Debug, Clone)]
pub(super) struct Unmatched<'a> {
    pub(super) name: &'a str,
    /// Its type and location as text, for comparison.
    pub(super) kind: String,
    /// Whether it is required.
    pub(super) required: bool,
    /// The nearest field before it that exists in both documents.
    pub(super) anchor: Option<&'a str>,
}

/// The pairs that are one field under two names, by index.
///
/// One removed and one added field match if they agree on presence and on two of: type, position, name. With several
/// candidates, all three must match.
pub(super) fn match_renamed_members(
    removed: &[Unmatched<'_>],
    added: &[Unmatched<'_>],
) -> Vec<(usize, usize)> {
    let single = removed.len() == 1 && added.len() == 1;
    let fits = |old: &Unmatched<'_>, new: &Unmatched<'_>| {
        let kind = old.kind == new.kind;
        let place = old.anchor == new.anchor;
        let word = shares_word(old.name, new.name);
        let some = usize::from(kind) + usize::from(place) + usize::from(word);
        old.required == new.required && (if single { some >= 2 } else { kind && word && place })
    };
    let mut pairs = Vec::new();
    for (at, old) in removed.iter().enumerate() {
        let mut candidates = added.iter().enumerate().filter(|(_, new)| fits(old, new));
        let (Some((other, new)), None) = (candidates.next(), candidates.next()) else { continue };
        // Only if neither has another candidate.
        if removed.iter().filter(|old| fits(old, new)).count() == 1 {
            pairs.push((at, other));
        }
    }
    pairs
}

/// What two names have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// A word of their own.
    Specific,
    /// Only words that many names have.
    Generic,
    /// Nothing.
    None,
}

/// Words of names that say what kind of value it is, not which one.
const GENERIC: [&str; 14] =
    ["id", "ids", "at", "on", "by", "is", "has", "type", "name", "count", "date", "time", "url", "number"];

/// What two names have in common.
pub(super) fn compare_words(one: &str, other: &str) -> Words {
    let other = split_name(other);
    let mut common = split_name(one);
    common.retain(|word| other.contains(word));
    match common.iter().any(|word| !GENERIC.contains(&word.as_str())) {
        true => Words::Specific,
        false if common.is_empty() => Words::None,
        false => Words::Generic,
    }
}

/// Whether two names may name the same thing: they share the last word, which says what it is, or one only adds words to the
/// other. `business_type` and `business_name` are two things.
fn shares_word(one: &str, other: &str) -> bool {
    let (one, other) = (split_name(one), split_name(other));
    let adds =
        |long: &[String], short: &[String]| !short.is_empty() && short.iter().all(|word| long.contains(word));
    (one.last().is_some() && one.last() == other.last()) || adds(&one, &other) || adds(&other, &one)
}

/// The words of a name in lower case, without single letters.
fn split_name(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in name.chars() {
        if !c.is_alphanumeric() {
            words.push(String::new());
        } else {
            if c.is_uppercase() {
                words.push(String::new());
            }
            if let Some(last) = words.last_mut() {
                last.extend(c.to_lowercase());
            }
        }
    }
    words.retain(|word| word.len() > 1);
    words
}

/// Pairs by a score, the best first. `scores` holds the score of each old and new item that may be paired, by index.
pub(super) fn match_by_score(mut scores: Vec<(f64, usize, usize)>) -> Vec<(usize, usize)> {
    // Equal scores: the nearest indexes first, which is the same order in both directions.
    let order = |(_, one, other): &(f64, usize, usize)| (one.abs_diff(*other), *one.min(other));
    scores.sort_by(|one, other| other.0.total_cmp(&one.0).then(order(one).cmp(&order(other))));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, one, other) in scores {
        if pairs.iter().all(|(old, new)| *old != one && *new != other) {
            pairs.push((one, other));
        }
    }
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_thing_end_alike_or_add_words() {
        for (one, other, same) in [
            ("owner_id", "holder_id", true),
            ("token_balance", "company_token_balance", true),
            ("phone", "phone_number", true),
            ("ownerId", "holder_id", true),
            ("business_type", "business_name", false),
            ("product_description", "product_id", false),
            ("state", "phase", false),
        ] {
            assert_eq!((shares_word(one, other), shares_word(other, one)), (same, same), "{one} {other}");
        }
    }
}
