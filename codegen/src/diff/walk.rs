//! The state of a walk over both models: the queue of type pairs, the pairs already seen, and the changes found.
//!
//! A pair of types is compared once per direction. A change in a shared component is reported once, with the operations it
//! affects: findings with the same message at the same locations are merged.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::change::{Change, Diff, Direction, Kind, Location};
use super::found::{At, Found, SEVERAL};
use super::occurrence::Occurrence;
use super::renames::{Evidence, Renames};
use super::side::Side;
use crate::document::pointer;
use crate::ir::{Root, TypeId};
use crate::model::Model;

struct Raw {
    change: Change,
    at: At,
    calls: BTreeSet<usize>,
    types: BTreeSet<(TypeId, TypeId)>,
    sort_key: SortKey,
}

/// The order of changes: by the new document, and by the old one for what was removed.
type SortKey = (String, usize, String, usize);

/// An old type and the new type that it is compared with.
type TypePair = (TypeId, TypeId);

type Key = (Kind, String, Option<(String, String)>, Option<(String, String)>);

/// The state of a walk.
pub(super) struct Walker<'a> {
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
    raw: Vec<Raw>,
    known: HashMap<Key, usize>,
    open: Vec<(Direction, TypeId, TypeId)>,
    seen: BTreeSet<(Direction, TypeId, TypeId)>,
    /// The operations and events that lead to a pair directly, and the pairs that each pair leads to.
    callers: BTreeMap<TypePair, BTreeSet<usize>>,
    edges: BTreeMap<TypePair, BTreeSet<TypePair>>,
    /// Where the pair of types occurs that is compared at the moment.
    pub(super) occurrence: Occurrence<'a>,
    /// Pairs of inline types, and the types whose names in Rust differ for a reason that is reported.
    pub(super) inline_pairs: BTreeMap<TypePair, Direction>,
    pub(super) renamed_types: BTreeSet<(String, String)>,
    /// The renames that recur across the documents.
    pub(super) renames: Renames<'a>,
    /// What speaks for other renames.
    pub(super) evidence: Evidence<'a>,
    /// Operations and events that exist in both documents: their indexes in `Side::reached` and in `labels`.
    pub(super) shared: Vec<(usize, usize, usize)>,
    pub(super) labels: Vec<String>,
    paired_old: BTreeSet<TypeId>,
    paired_new: BTreeSet<TypeId>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(old: Side<'a>, new: Side<'a>, renames: Renames<'a>) -> Self {
        Self {
            old,
            new,
            raw: Vec::new(),
            known: HashMap::new(),
            open: Vec::new(),
            seen: BTreeSet::new(),
            callers: BTreeMap::new(),
            edges: BTreeMap::new(),
            occurrence: Occurrence::default(),
            inline_pairs: BTreeMap::new(),
            renamed_types: BTreeSet::new(),
            renames,
            evidence: Evidence::default(),
            shared: Vec::new(),
            labels: Vec::new(),
            paired_old: BTreeSet::new(),
            paired_new: BTreeSet::new(),
        }
    }

    /// Adds a label and returns its index.
    pub(super) fn add_label(&mut self, text: String) -> usize {
        self.labels.push(text);
        self.labels.len() - 1
    }

    /// Compares everything.
    pub(super) fn compare_all(&mut self) {
        self.compare_operations();
        self.compare_webhooks();
        self.compare_api();
        self.compare_queued_pairs();
        self.compare_unused_components();
        self.compare_inline_names();
    }

    /// The renames that recur in what was compared, and the two sides for a second walk.
    pub(super) fn into_renames(self) -> (Side<'a>, Side<'a>, Renames<'a>) {
        (self.old, self.new, self.evidence.accept())
    }

    /// Pairs two types that occur at `at` and queues them for comparison.
    pub(super) fn queue_pair(&mut self, at: &At, direction: Direction, old: TypeId, new: TypeId) {
        match at {
            At::Call(label, _) => self.add_caller(*label, old, new),
            At::Type(from, to) => drop(self.edges.entry((*from, *to)).or_default().insert((old, new))),
            At::Api | At::Several => {}
        }
        if self.seen.insert((direction, old, new)) {
            self.open.push((direction, old, new));
        }
        self.mark_paired(old, new);
    }

    /// An operation that leads to a pair of types.
    pub(super) fn add_caller(&mut self, label: usize, old: TypeId, new: TypeId) {
        self.callers.entry((old, new)).or_default().insert(label);
    }

    /// Pairs two types that are compared already.
    pub(super) fn mark_paired(&mut self, old: TypeId, new: TypeId) {
        self.paired_old.insert(old);
        self.paired_new.insert(new);
    }

    pub(super) fn is_paired(&self, old: TypeId) -> bool {
        self.paired_old.contains(&old)
    }

    pub(super) fn is_paired_new(&self, new: TypeId) -> bool {
        self.paired_new.contains(&new)
    }

    /// The next pair to compare.
    pub(super) fn next(&mut self) -> Option<(Direction, TypeId, TypeId)> {
        self.open.pop()
    }

    /// Adds a change, or merges it with one that has the same message at the same locations.
    pub(super) fn record_change(&mut self, at: &At, found: Found<'_>) {
        let Found { kind, message, direction, impact, old, new, name, before, after } = found;
        let group = kind.group_key(name.as_deref(), before.as_deref(), after.as_deref());
        let (old, new) = self.occurrence.shift(old, new);
        let old = old.and_then(|pointer| locate(self.old.model, &pointer));
        let new = new.and_then(|pointer| locate(self.new.model, &pointer));
        let place =
            |location: &Option<Location>| location.as_ref().map(|at| (at.file.clone(), at.pointer.clone()));
        let several = SEVERAL.contains(&kind) && matches!(at, At::Call(..));
        let places = if several { (None, None) } else { (place(&old), place(&new)) };
        let key = (kind, message.clone(), places.0, places.1);
        let calls = if let At::Call(label, _) = at { Some(*label) } else { None };
        let types = if let At::Type(old, new) = at { Some((*old, *new)) } else { None };
        if let Some(raw) = self.known.get(&key).and_then(|index| self.raw.get_mut(*index)) {
            raw.change.impact = raw.change.impact.combine(impact);
            if raw.change.direction != direction {
                raw.change.direction = Direction::Both;
            }
            raw.calls.extend(calls);
            raw.types.extend(types);
            if several {
                raw.at = At::Several;
                // Choose the same representative in both directions of the diff.
                let order = |one: &Option<Location>, other: &Option<Location>| {
                    let (one, other) = (place(one), place(other));
                    if one < other { (one, other) } else { (other, one) }
                };
                if order(&old, &new) < order(&raw.change.old, &raw.change.new) {
                    raw.sort_key = sort_key(&old, &new);
                    (raw.change.old, raw.change.new) = (old, new);
                }
                return;
            }
            if types.is_some() && matches!(raw.at, At::Call(..)) {
                raw.at = at.clone();
            }
            return;
        }
        self.known.insert(key, self.raw.len());
        let sort_key = sort_key(&old, &new);
        self.raw.push(Raw {
            change: Change {
                kind,
                subject: String::new(),
                message,
                name,
                before,
                after,
                group,
                direction,
                impact,
                old,
                new,
                operations: Vec::new(),
            },
            at: at.clone(),
            calls: calls.into_iter().collect(),
            types: types.into_iter().collect(),
            sort_key,
        });
    }

    /// All changes, the worst first, then in the order of the documents.
    pub(super) fn into_diff(mut self) -> Diff {
        let raws = std::mem::take(&mut self.raw);
        let users = self.users_of_pairs();
        let mut list: Vec<(SortKey, Change)> = Vec::new();
        for mut raw in raws {
            for pair in &raw.types {
                match users.get(pair) {
                    Some(labels) => raw.calls.extend(labels.iter().copied()),
                    // The error envelope belongs to no single operation.
                    None => raw.calls.extend(self.labels_that_reach(*pair)),
                }
            }
            let label = |index: &usize| self.labels.get(*index).cloned().unwrap_or_default();
            raw.change.operations = raw.calls.iter().map(label).collect();
            raw.change.subject = self.describe_subject(&raw.at, &raw.change.operations);
            list.push((raw.sort_key, raw.change));
        }
        list.sort_by(|(at, one), (other_at, other)| {
            let order = |change: &Change| (change.impact.worst(), change.impact.rust, change.impact.wire);
            let words = |change: &Change| (change.kind, change.subject.clone(), change.message.clone());
            (order(one), at, words(one)).cmp(&(order(other), other_at, words(other)))
        });
        Diff { changes: list.into_iter().map(|(_, change)| change).collect(), unread: Vec::new() }
    }

    /// The operations and events that lead to each pair of types.
    fn users_of_pairs(&self) -> BTreeMap<TypePair, BTreeSet<usize>> {
        let mut users = self.callers.clone();
        let mut changed: Vec<TypePair> = users.keys().copied().collect();
        while let Some(pair) = changed.pop() {
            let labels = users.get(&pair).cloned().unwrap_or_default();
            for next in self.edges.get(&pair).into_iter().flatten() {
                let known = users.entry(*next).or_default();
                let before = known.len();
                known.extend(labels.iter().copied());
                if known.len() > before {
                    changed.push(*next);
                }
            }
        }
        users
    }

    /// The labels of the operations and events that reach both types.
    fn labels_that_reach(&self, (old, new): (TypeId, TypeId)) -> Vec<usize> {
        let reaches = |side: &Side<'_>, place: usize, id: TypeId| {
            side.reached.get(place).is_some_and(|types| types.contains(&id))
        };
        let shared = self.shared.iter();
        let users = shared.filter(|(at_old, at_new, _)| {
            reaches(&self.old, *at_old, old) && reaches(&self.new, *at_new, new)
        });
        users.map(|(_, _, label)| *label).collect()
    }

    fn describe_subject(&self, at: &At, calls: &[String]) -> String {
        match at {
            At::Api => "the API".to_owned(),
            At::Call(_, text) => text.clone(),
            At::Several => "several operations".to_owned(),
            At::Type(old, new) => {
                let name = self.new.component_name(*new).or_else(|| self.old.component_name(*old));
                name.map_or_else(|| self.describe_inline_type(*new, calls), str::to_owned)
            }
        }
    }

    /// The description of an inline type: the property that holds it and its owner.
    fn describe_inline_type(&self, id: TypeId, calls: &[String]) -> String {
        let def = self.new.api().get(id);
        let segments: Vec<_> = pointer::segments(self.new.first_pointer(id)).collect();
        let member =
            segments.iter().rposition(|segment| segment == "properties").and_then(|at| segments.get(at + 1));
        let word = member.map_or_else(|| "inline type".to_owned(), |name| format!("type of `{name}`"));
        match (def.roots.first(), calls) {
            (Some(Root::Component(name)), _) => format!("{word} in {name}"),
            (_, [only]) => format!("{word} in {only}"),
            (_, [first, ..]) => format!("{word} in {first} and others"),
            (_, []) => word,
        }
    }
}

fn sort_key(old: &Option<Location>, new: &Option<Location>) -> SortKey {
    let (file, line) = new.as_ref().map(|at| (at.file.clone(), at.line)).unwrap_or_default();
    let (old_file, old_line) = old.as_ref().map(|at| (at.file.clone(), at.line)).unwrap_or_default();
    (file, line, old_file, old_line)
}

fn locate(model: &Model, pointer: &str) -> Option<Location> {
    let position = model.locate(pointer)?;
    let pointer = position.pointer.unwrap_or_else(|| pointer.to_owned());
    Some(Location { pointer, file: position.file, line: position.line })
}
