//! Members against members: of objects, of bodies, and the parameters of calls.

use std::collections::BTreeSet;

use super::change::{Direction, Impacts, Kind};
use super::impact::{self, Presence};
use super::matching::{Lone, renames};
use super::relation::{wire, word};
use super::types::{deprecation, found};
use super::walk::{At, Found, Walker};
use crate::ir::Field;

/// A member of either kind.
#[derive(Clone, Debug)]
pub(super) struct Member<'a> {
    /// What it is known by.
    pub(super) key: String,
    /// What a reader calls it, with its name.
    pub(super) shown: String,
    /// Whether it is a parameter.
    pub(super) parameter: bool,
    pub(super) field: &'a Field,
}

impl<'a> Member<'a> {
    fn of(field: &'a Field) -> Self {
        Self { key: field.name.clone(), shown: format!("field `{}`", field.name), parameter: false, field }
    }

    fn presence(&self) -> Presence {
        Presence { required: self.field.required, nullable: self.field.ty.split_null().1 }
    }

    /// Whether it is given with the call, and not set.
    fn is_argument(&self) -> bool {
        self.parameter && self.key.starts_with("path ")
    }

    /// With the word that matters most to whoever leaves it out.
    fn described(&self) -> String {
        format!("{} {}", if self.field.required { "required" } else { "optional" }, self.shown)
    }
}

impl<'a> Walker<'a> {
    /// Compares the members of an object. What goes the other way only is not there.
    pub(super) fn fields(&mut self, at: &At, direction: Direction, old: &'a [Field], new: &'a [Field]) {
        let travels = |field: &&Field| match direction {
            Direction::Request => !field.read_only,
            Direction::Response => !field.write_only,
            Direction::Both => true,
        };
        let old = old.iter().filter(travels).map(Member::of).collect();
        let new = new.iter().filter(travels).map(Member::of).collect();
        self.members(at, direction, old, new);
    }

    pub(super) fn members(
        &mut self,
        at: &At,
        direction: Direction,
        old: Vec<Member<'a>>,
        new: Vec<Member<'a>>,
    ) {
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        for member in &new {
            match old.iter().find(|other| other.key == member.key) {
                Some(other) => self.member(at, direction, other, member, false),
                None => added.push(member),
            }
        }
        removed.extend(old.iter().filter(|member| !new.iter().any(|other| other.key == member.key)));
        let keys = old.iter().map(|member| member.key.clone());
        let common: BTreeSet<String> = keys.filter(|key| new.iter().any(|other| other.key == *key)).collect();
        let gone: Vec<_> =
            removed.iter().map(|one| lone(wire(&self.old, &one.field.ty), one, &old, &common)).collect();
        let come: Vec<_> =
            added.iter().map(|one| lone(wire(&self.new, &one.field.ty), one, &new, &common)).collect();
        let pairs = renames(&gone, &come);
        for (from, to) in &pairs {
            let (Some(from), Some(to)) = (removed.get(*from), added.get(*to)) else { continue };
            let kind = if to.parameter { Kind::ParameterRenamed } else { Kind::FieldRenamed };
            let now = if to.parameter { to.shown.clone() } else { format!("`{}`", to.field.name) };
            let message = format!("{} is now {now}", from.described());
            let impact = if to.parameter
                && from.field.name == to.field.name
                && !from.is_argument()
                && !to.is_argument()
            {
                // The setter stays: only where the value is sent is another place.
                impact::moves()
            } else {
                impact::removed(direction, from.field.required).and(impact::added(
                    direction,
                    to.field.required,
                    to.field.required,
                ))
            };
            self.change(at, kind, message, direction, impact, (from, to));
            self.member(at, direction, from, to, true);
        }
        for (_, member) in
            added.iter().enumerate().filter(|(place, _)| pairs.iter().all(|(_, to)| to != place))
        {
            let required = member.field.required;
            let impact = impact::added(direction, required, required && member.field.constant.is_none());
            let kind = if member.parameter { Kind::ParameterAdded } else { Kind::FieldAdded };
            let message = format!("{} is new", member.described());
            let new = Some(member.field.pointer.as_str());
            self.record(at, Found { kind, message, direction, impact, old: None, new });
        }
        for (_, member) in
            removed.iter().enumerate().filter(|(place, _)| pairs.iter().all(|(from, _)| from != place))
        {
            let impact = impact::removed(direction, member.field.required);
            let kind = if member.parameter { Kind::ParameterRemoved } else { Kind::FieldRemoved };
            let message = format!("{} is gone", member.described());
            let old = Some(member.field.pointer.as_str());
            self.record(at, Found { kind, message, direction, impact, old, new: None });
        }
    }

    /// Compares a member with what it was. A renamed one breaks its users already, so that a type of another name alone is
    /// not told besides.
    fn member(&mut self, at: &At, direction: Direction, old: &Member<'a>, new: &Member<'a>, renamed: bool) {
        let (from, to) = (old.presence(), new.presence());
        let shown = &new.shown;
        if from.required != to.required {
            let (kind, word) =
                if to.required { (Kind::MadeRequired, "required") } else { (Kind::MadeOptional, "optional") };
            let impact = impact::presence(kind, direction, from, to);
            self.change(at, kind, format!("{shown} is {word} now"), direction, impact, (old, new));
        }
        if from.nullable != to.nullable {
            let (kind, word) = if to.nullable {
                (Kind::MadeNullable, "may be null now")
            } else {
                (Kind::MadeNonNullable, "is never null now")
            };
            let impact = impact::presence(kind, direction, from, to);
            self.change(at, kind, format!("{shown} {word}"), direction, impact, (old, new));
        }
        let (one, other) = (old.field.ty.split_null().0, new.field.ty.split_null().0);
        if let Some(retyped) = self.compare(direction, one, other)
            && !(renamed && wire(&self.old, one) == wire(&self.new, other))
        {
            let message =
                format!("{shown} is {} now, no longer {}", word(&self.new, other), word(&self.old, one));
            let impact = impact::retyped(direction, retyped.old_in_new, retyped.new_in_old);
            self.change(at, Kind::Retyped, message, direction, impact, (old, new));
        }
        if old.field.constant != new.field.constant {
            let text = |member: &Member<'a>| match &member.field.constant {
                Some(value) => format!("always `{value}`"),
                None => "of any value".to_owned(),
            };
            let message = format!("{shown} is {} now, no longer {}", text(new), text(old));
            let impact =
                impact::constant(direction, old.field.constant.is_some(), new.field.constant.is_some());
            self.change(at, Kind::ConstantChanged, message, direction, impact, (old, new));
        }
        if old.field.deprecated != new.field.deprecated {
            let (kind, message) = deprecation(new.field.deprecated);
            let message = message.replacen("it", shown, 1);
            self.change(at, kind, message, direction, impact::compatible(), (old, new));
        }
        self.words(at, direction, old, new);
    }

    fn words(&mut self, at: &At, direction: Direction, old: &Member<'a>, new: &Member<'a>) {
        let (one, other) = (&old.field, &new.field);
        let details = |field: &'a Field| (&field.details.constraints, &field.details.default);
        let parts = [
            ("description", one.description != other.description),
            ("limits", details(one) != details(other)),
            ("example", one.details.example != other.details.example),
            ("name", old.key == new.key && one.name != other.name),
        ];
        let parts: Vec<&str> = parts.iter().filter(|(_, changed)| *changed).map(|(word, _)| *word).collect();
        if !parts.is_empty() {
            let message = format!("{}: {} changed", new.shown, parts.join(", "));
            self.change(at, Kind::Documentation, message, direction, impact::words(), (old, new));
        }
    }

    fn change(
        &mut self,
        at: &At,
        kind: Kind,
        message: String,
        direction: Direction,
        impact: Impacts,
        (old, new): (&Member<'a>, &Member<'a>),
    ) {
        let (old, new) = (old.field.pointer.as_str(), new.field.pointer.as_str());
        self.record(at, found(kind, message, direction, impact, old, new));
    }
}

/// What a member that stands on one side only is matched by.
fn lone<'m>(
    ty: String,
    member: &'m Member<'_>,
    all: &'m [Member<'_>],
    common: &BTreeSet<String>,
) -> Lone<'m> {
    let before = all.iter().take_while(|other| other.key != member.key);
    let anchor = before.filter(|other| common.contains(&other.key)).last().map(|other| other.key.as_str());
    // A parameter of the query is none of the path.
    let place = if member.parameter { member.key.split(' ').next().unwrap_or_default() } else { "" };
    Lone { name: &member.field.name, kind: format!("{place} {ty}"), required: member.field.required, anchor }
}
