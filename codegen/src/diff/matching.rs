//! Which of the old goes with which of the new: operations, events, and members that were renamed.
//!
//! Every rule asks the same of both sides, so that the diff of two documents is the mirror of the diff the other way.

use std::collections::BTreeMap;

use crate::ir::{Operation, Webhook};

/// Places in two lists that go together, and those that are alone.
#[derive(Debug, Default)]
pub(super) struct Matched {
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) removed: Vec<usize>,
    pub(super) added: Vec<usize>,
}

/// Goes through the keys, the most telling first; what is matched by one is not asked for the next.
fn by_keys<T, K: Ord>(old: &[T], new: &[T], keys: &[&dyn Fn(&T) -> K]) -> Matched {
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
pub(super) fn operations(old: &[Operation], new: &[Operation]) -> Matched {
    by_keys(
        old,
        new,
        &[
            &|one| format!("{} {} {}", one.verb.as_str(), one.path, one.id),
            &|one| format!("{} {}", one.verb.as_str(), template(&one.path)),
            // An id that was made of the path says nothing that the path does not.
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
pub(super) fn webhooks(old: &[Webhook], new: &[Webhook]) -> Matched {
    by_keys(
        old,
        new,
        &[&|one: &Webhook| format!("{} {}", one.name, one.event), &|one| one.name.clone(), &|one| {
            one.event.clone()
        }],
    )
}

/// A path without the names of its parameters, which are only the names of arguments.
pub(super) fn template(path: &str) -> String {
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

/// A member that stands on one side only.
#[derive(Debug, Clone)]
pub(super) struct Lone<'a> {
    pub(super) name: &'a str,
    /// Its type and presence as text that is equal if they are.
    pub(super) kind: String,
    /// Whether it must be there.
    pub(super) required: bool,
    /// The member before it that stands on both sides, or its place among those behind it.
    pub(super) anchor: Option<&'a str>,
}

/// The pairs of places that are one member with two names.
///
/// A single one that went and a single one that came are the same if they have type and presence in common and a word of
/// the name or the place besides, or the place, the presence and a word. Of several, those are that have all of it.
pub(super) fn renames(removed: &[Lone<'_>], added: &[Lone<'_>]) -> Vec<(usize, usize)> {
    let single = removed.len() == 1 && added.len() == 1;
    let fits = |old: &Lone<'_>, new: &Lone<'_>| {
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
        // Only if neither of the two has another choice.
        if removed.iter().filter(|old| fits(old, new)).count() == 1 {
            pairs.push((at, other));
        }
    }
    pairs
}

fn shares_word(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
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
        words.into_iter().filter(|word| word.len() > 1).collect()
    };
    let other = words(other);
    words(one).iter().any(|word| other.contains(word))
}
