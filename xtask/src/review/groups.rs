//! Groups changes by what they have in common, so that a change of many places is one line.

use std::collections::{BTreeMap, BTreeSet};

use openapi_client_generator::terminal::count_noun;
use whop_codegen::diff::{Change, Diff, Impact, Kind};

use super::titles::{Heading, describe_briefly, describe_common, heading_of_kind, resource_of_subject};

/// From how many places on changes with the same group are a line of their own. Rarer ones share the line of their subject.
const RECURRING: usize = 3;

/// Changes of one heading and one impact.
#[derive(Debug)]
pub(super) struct Category<'a> {
    pub(super) impact: Impact,
    pub(super) heading: Heading,
    pub(super) groups: Vec<Group<'a>>,
    /// The anchor of the heading in the full list.
    pub(super) anchor: String,
}

/// Changes that are one line.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The anchor in the full list.
    pub(super) anchor: String,
    /// What they have in common; code is in backticks.
    pub(super) title: String,
    /// The places or names, apart from what the title says.
    pub(super) details: Vec<String>,
    pub(super) changes: Vec<&'a Change>,
}

impl Category<'_> {
    pub(super) fn count_changes(&self) -> usize {
        self.groups.iter().map(|group| group.changes.len()).sum()
    }
}

impl Group<'_> {
    /// How many changes break Rust, and how many break the wire.
    pub(super) fn count_breaks(&self) -> (usize, usize) {
        let count = |breaks: fn(&Change) -> bool| self.changes.iter().filter(|change| breaks(change)).count();
        (
            count(|change| change.impact.rust == Impact::Breaking),
            count(|change| change.impact.wire == Impact::Breaking),
        )
    }
}

/// Groups all changes: by impact, by heading, then by what they have in common, the most frequent first.
pub(super) fn group_changes(found: &Diff) -> Vec<Category<'_>> {
    let mut categories: BTreeMap<(Impact, Heading), Vec<&Change>> = BTreeMap::new();
    for change in &found.changes {
        let key = (change.impact.worst(), heading_of_kind(change.kind));
        categories.entry(key).or_default().push(change);
    }
    let mut number = 0;
    let categories = categories.into_iter().map(|((impact, heading), changes)| {
        let mut groups = form_groups(&changes);
        for group in &mut groups {
            number += 1;
            group.anchor = format!("group-{number}");
        }
        Category { impact, heading, groups, anchor: format!("{impact}-{}", heading.slug()) }
    });
    categories.collect()
}

fn form_groups<'a>(changes: &[&'a Change]) -> Vec<Group<'a>> {
    // To a reader, a parameter that is gone and a field that is gone are the same.
    let key = |change: &Change| change.group.replacen("parameter-", "field-", 1);
    let mut by_key: BTreeMap<String, Vec<&'a Change>> = BTreeMap::new();
    for change in changes {
        by_key.entry(key(change)).or_default().push(change);
    }
    let mut groups = Vec::new();
    let mut rest: BTreeMap<String, Vec<&'a Change>> = BTreeMap::new();
    for change in changes {
        match by_key.get(&key(change)) {
            Some(same) if same.len() >= RECURRING && !stands_alone(change.kind) => {}
            _ => rest.entry(resource_of_subject(change)).or_default().push(change),
        }
    }
    for same in by_key.into_values().filter(|same| same.len() >= RECURRING) {
        if same.iter().any(|change| stands_alone(change.kind)) {
            continue;
        }
        groups.push(recurring_group(same));
    }
    groups.extend(rest.into_iter().map(|(resource, changes)| shared_group(&resource, changes)));
    groups.sort_by(|one, other| (other.changes.len(), &one.title).cmp(&(one.changes.len(), &other.title)));
    groups
}

/// Whether changes of a kind have nothing in common but their kind.
fn stands_alone(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::OperationAdded
            | Kind::OperationRemoved
            | Kind::WebhookAdded
            | Kind::WebhookRemoved
            | Kind::TypeAdded
            | Kind::TypeRemoved
    )
}

/// The same change at several places.
fn recurring_group(changes: Vec<&Change>) -> Group<'_> {
    let names: BTreeSet<&str> = changes.iter().filter_map(|change| change.name.as_deref()).collect();
    // The title has the name, if there is one only; else the names are more telling than the places.
    let details = if names.len() > 1 {
        names.iter().map(|name| format!("`{name}`")).collect()
    } else {
        let mut places: Vec<String> = Vec::new();
        for change in &changes {
            if !places.contains(&change.subject) {
                places.push(change.subject.clone());
            }
        }
        places
    };
    let title = changes.first().map(|first| describe_common(first, &changes)).unwrap_or_default();
    Group { anchor: String::new(), title, details, changes }
}

/// Changes of one type, operation or resource.
fn shared_group<'a>(resource: &str, changes: Vec<&'a Change>) -> Group<'a> {
    let details = changes.iter().map(|change| describe_briefly(change)).collect();
    Group { anchor: String::new(), title: resource.to_owned(), details, changes }
}

/// The counts of a group as words: `45 places, 62 operations`; nothing for one place.
pub(super) fn describe_counts(group: &Group<'_>) -> String {
    let calls: BTreeSet<&String> = group.changes.iter().flat_map(|change| &change.operations).collect();
    let (events, operations): (Vec<&String>, Vec<&String>) =
        calls.into_iter().partition(|call| call.starts_with("event "));
    let places = group.changes.len();
    if places == 1 {
        return String::new();
    }
    let mut parts = Vec::new();
    if places != events.len() + operations.len() {
        parts.push(count_noun(places, "place"));
    }
    for (count, noun) in [(operations.len(), "operation"), (events.len(), "event")] {
        if count > 0 && (count > 1 || parts.is_empty()) {
            parts.push(count_noun(count, noun));
        }
    }
    parts.join(", ")
}

/// What breaks, as words: `Rust and wire`, `Rust 45, wire 3`; nothing if nothing does.
pub(super) fn describe_breaks(group: &Group<'_>) -> Option<String> {
    let all = group.changes.len();
    Some(match group.count_breaks() {
        (0, 0) => return None,
        (rust, wire) if (rust, wire) == (all, all) => "Rust and wire".to_owned(),
        (rust, 0) if rust == all => "Rust".to_owned(),
        (0, wire) if wire == all => "wire".to_owned(),
        (rust, 0) => format!("Rust {rust}"),
        (0, wire) => format!("wire {wire}"),
        (rust, wire) => format!("Rust {rust}, wire {wire}"),
    })
}
