//! Compares limits and defaults: says of each which value it had and has, and whether it accepts fewer values now.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use openapi_client_description::Constraints;
use rust_decimal::Decimal;
use serde_json::Value;

use super::change::{Direction, Kind};
use super::found::{At, Found};
use super::impact;
use super::walk::Walker;
use crate::ir::Details;

/// How the set of accepted values changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trend {
    Tightened,
    Loosened,
    /// Neither set holds the other, or it is not known.
    Other,
}

/// A limit that differs: its name, what it was and is, and what that means.
struct LimitChange {
    name: String,
    before: Option<String>,
    after: Option<String>,
    trend: Trend,
}

/// The limits and the default of one occurrence of a value.
type Limits<'d> = (&'d Constraints, &'d Option<Value>);

impl<'a> Walker<'a> {
    /// Reports what changed in the limits and the default of a value, at each of its occurrences. `shown` is its description
    /// in messages and its name, if it has one.
    pub(super) fn record_details(
        &mut self,
        at: &At,
        (shown, name): (&str, Option<&str>),
        direction: Direction,
        (old, from): (&'a Details, &'a str),
        (new, to): (&'a Details, &'a str),
    ) {
        let mut places: Vec<(&'a str, &'a str)> = Vec::new();
        if !old.others.is_empty() || !new.others.is_empty() {
            // Inline objects of one structure are one type, but each occurrence has its own limits.
            let others = old.others.iter().chain(&new.others).map(|other| other.pointer.as_str());
            let all: BTreeSet<&'a str> =
                others.chain([from, to]).filter(|place| self.occurrence.contains(place)).collect();
            places = all.into_iter().map(|place| (place, place)).collect();
        }
        if places.is_empty() {
            self.record_limits(at, (shown, name), direction, (old, from), (new, to));
            return;
        }
        // These places are not relative to the first occurrence.
        let occurrence = std::mem::take(&mut self.occurrence);
        for (from, to) in places {
            self.record_limits(at, (shown, name), direction, (old, from), (new, to));
        }
        self.occurrence = occurrence;
    }

    fn record_limits(
        &mut self,
        at: &At,
        (shown, name): (&str, Option<&str>),
        direction: Direction,
        (old, from): (&Details, &str),
        (new, to): (&Details, &str),
    ) {
        for found in compare_limits(shown, direction, limits_at(old, from), limits_at(new, to)) {
            let found = found.at(from, to);
            self.record_change(at, if let Some(name) = name { found.named(name) } else { found });
        }
    }
}

fn limits_at<'d>(details: &'d Details, pointer: &str) -> Limits<'d> {
    match details.others.iter().find(|other| other.pointer == pointer) {
        Some(other) => (&other.constraints, &other.default),
        None => (&details.constraints, &details.default),
    }
}

/// What changed in the limits and the default of a value.
fn compare_limits<'p>(
    shown: &str,
    direction: Direction,
    (old, old_default): Limits<'_>,
    (new, new_default): Limits<'_>,
) -> Vec<Found<'p>> {
    let mut changes = Vec::new();
    compare_constraints("", old, new, &mut changes);
    let mut found: Vec<Found<'p>> =
        changes.iter().map(|change| describe_limit(shown, direction, change)).collect();
    if old_default != new_default {
        let text = |value: &Option<Value>| value.as_ref().map(|value| format!("`{value}`"));
        let (before, after) = (text(old_default), text(new_default));
        // A default that is stated or not stated any more says nothing about what the server does.
        let impact = match (&before, &after) {
            (Some(_), Some(_)) => impact::limit_narrowed(direction),
            _ => impact::compatible(),
        };
        let message = format!("{shown}: {}", describe_step("the default", &before, &after));
        found.push(describe_values(
            Found::new(Kind::DefaultChanged, message, direction, impact),
            "default",
            before,
            after,
        ));
    }
    found
}

fn describe_limit<'p>(shown: &str, direction: Direction, change: &LimitChange) -> Found<'p> {
    let LimitChange { name, before, after, trend } = change;
    let (kind, impact) = match trend {
        Trend::Tightened => (Kind::LimitTightened, impact::limit_narrowed(direction)),
        Trend::Loosened => (Kind::LimitLoosened, impact::compatible()),
        Trend::Other => (Kind::LimitChanged, impact::limit_narrowed(direction)),
    };
    let message = format!("{shown}: {}", describe_step(&format!("`{name}`"), before, after));
    describe_values(Found::new(kind, message, direction, impact), name, before.clone(), after.clone())
}

/// The texts of a change, with the name of the limit so that the changes of one limit can be grouped.
fn describe_values<'p>(
    found: Found<'p>,
    name: &str,
    before: Option<String>,
    after: Option<String>,
) -> Found<'p> {
    let text = |value: Option<String>| format!("{name} {}", value.unwrap_or_else(|| "none".to_owned()));
    found.values(text(before), text(after))
}

fn describe_step(name: &str, before: &Option<String>, after: &Option<String>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!("{name} is {after} now, no longer {before}"),
        (None, Some(after)) => format!("{name} is {after} now; there was none"),
        (Some(before), None) => format!("{name} is gone; it was {before}"),
        (None, None) => name.to_owned(),
    }
}

fn compare_constraints(prefix: &str, old: &Constraints, new: &Constraints, found: &mut Vec<LimitChange>) {
    let mut add = |name: &str, before: Option<String>, after: Option<String>, trend: Trend| {
        if before != after {
            found.push(LimitChange { name: format!("{prefix}{name}"), before, after, trend });
        }
    };
    let lower = |all: &Constraints| bound(&all.minimum, &all.exclusive_minimum, false);
    let upper = |all: &Constraints| bound(&all.maximum, &all.exclusive_maximum, true);
    let (before, after) = (lower(old), lower(new));
    add("minimum", text_of(&before), text_of(&after), bound_trend(before, after));
    let (before, after) = (upper(old), upper(new));
    add("maximum", text_of(&before), text_of(&after), bound_trend(before, after));
    for (name, is_upper, before, after) in [
        ("minLength", false, old.min_length, new.min_length),
        ("maxLength", true, old.max_length, new.max_length),
        ("minItems", false, old.min_items, new.min_items),
        ("maxItems", true, old.max_items, new.max_items),
        ("minProperties", false, old.min_properties, new.min_properties),
        ("maxProperties", true, old.max_properties, new.max_properties),
    ] {
        let trend = trend_of(&before, &after, |before, after| match after.cmp(before) {
            Ordering::Greater if is_upper => Trend::Loosened,
            Ordering::Less if is_upper => Trend::Tightened,
            Ordering::Greater => Trend::Tightened,
            _ => Trend::Loosened,
        });
        add(name, before.map(|value| value.to_string()), after.map(|value| value.to_string()), trend);
    }
    let trend = trend_of(&old.multiple_of, &new.multiple_of, |before, after| multiple_trend(before, after));
    add("multipleOf", old.multiple_of.clone(), new.multiple_of.clone(), trend);
    let trend = trend_of(&old.pattern, &new.pattern, |_, _| Trend::Other);
    let quoted = |pattern: &Option<String>| pattern.as_ref().map(|pattern| format!("`{pattern}`"));
    add("pattern", quoted(&old.pattern), quoted(&new.pattern), trend);
    let unique = |all: &Constraints| all.unique_items.then(|| "true".to_owned());
    let trend = if new.unique_items { Trend::Tightened } else { Trend::Loosened };
    add("uniqueItems", unique(old), unique(new), trend);
    let (before, after) = (allowed_values(old), allowed_values(new));
    let trend = trend_of(&before, &after, |before, after| {
        let holds = |all: &[String], other: &[String]| other.iter().all(|value| all.contains(value));
        match (holds(before, after), holds(after, before)) {
            (true, _) => Trend::Tightened,
            (false, true) => Trend::Loosened,
            (false, false) => Trend::Other,
        }
    });
    let joined = |values: Option<Vec<String>>| values.map(|values| values.join(", "));
    add("enum", joined(before), joined(after), trend);
    let none = Constraints::default();
    if old.items.is_some() || new.items.is_some() {
        let side =
            |items: &'_ Option<Box<Constraints>>| items.as_deref().cloned().unwrap_or_else(|| none.clone());
        compare_constraints(&format!("{prefix}items."), &side(&old.items), &side(&new.items), found);
    }
}

/// The allowed values as text, in a fixed order.
fn allowed_values(all: &Constraints) -> Option<Vec<String>> {
    let mut values: Vec<String> =
        all.allowed_values.iter().filter_map(|value| serde_json::to_string(value).ok()).collect();
    values.sort();
    (!values.is_empty()).then_some(values)
}

/// The trend of a limit that may be stated, dropped or changed.
fn trend_of<T>(before: &Option<T>, after: &Option<T>, compare: impl Fn(&T, &T) -> Trend) -> Trend {
    match (before, after) {
        (None, _) => Trend::Tightened,
        (Some(_), None) => Trend::Loosened,
        (Some(before), Some(after)) => compare(before, after),
    }
}

/// A bound of a number: its value, as a number if it is one, and whether the bound itself is excluded.
struct Bound {
    text: String,
    number: Option<Decimal>,
    exclusive: bool,
    upper: bool,
}

/// The stricter of an inclusive and an exclusive bound.
fn bound(inclusive: &Option<String>, exclusive: &Option<String>, upper: bool) -> Option<Bound> {
    let make = |text: &String, exclusive: bool| Bound {
        text: text.clone(),
        number: parse_number(text),
        exclusive,
        upper,
    };
    match (inclusive, exclusive) {
        (Some(one), None) => Some(make(one, false)),
        (None, Some(other)) => Some(make(other, true)),
        (Some(one), Some(other)) => {
            let (one, other) = (make(one, false), make(other, true));
            Some(if strictness(&one, &other) == Some(Ordering::Greater) { one } else { other })
        }
        (None, None) => None,
    }
}

fn text_of(bound: &Option<Bound>) -> Option<String> {
    bound.as_ref().map(|bound| match bound.exclusive {
        true => format!("{} (exclusive)", bound.text),
        false => bound.text.clone(),
    })
}

/// How strict one bound is against another one: greater is stricter.
fn strictness(one: &Bound, other: &Bound) -> Option<Ordering> {
    let order = one.number?.cmp(&other.number?);
    let order = if one.upper { order.reverse() } else { order };
    Some(order.then(one.exclusive.cmp(&other.exclusive)))
}

fn bound_trend(before: Option<Bound>, after: Option<Bound>) -> Trend {
    trend_of(&before, &after, |before, after| match strictness(after, before) {
        Some(Ordering::Greater) => Trend::Tightened,
        Some(Ordering::Less) => Trend::Loosened,
        _ => Trend::Other,
    })
}

fn multiple_trend(before: &str, after: &str) -> Trend {
    let remainder = |one: &str, other: &str| parse_number(one)?.checked_rem(parse_number(other)?);
    match (remainder(after, before), remainder(before, after)) {
        (Some(rest), _) if rest.is_zero() => Trend::Tightened,
        (_, Some(rest)) if rest.is_zero() => Trend::Loosened,
        _ => Trend::Other,
    }
}

fn parse_number(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}
