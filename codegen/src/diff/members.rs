//! Compares fields: those of objects and request bodies, and the parameters of operations.

use std::collections::BTreeSet;

use super::change::{Direction, Impacts, Kind};
use super::impact::{self, MemberPresence};
use super::matching::{Unmatched, match_renamed_members};
use super::relation::{describe_type, wire_text};
use super::types::{describe_deprecation, found_in_both};
use super::walk::{At, Found, Walker};
use crate::ir::Field;

/// A field of an object, or a parameter.
#[derive(Clone, Debug)]
pub(super) struct Member<'a> {
    /// The key by which it is matched.
    pub(super) key: String,
    /// Its description in messages, with its name.
    pub(super) shown: String,
    /// Whether it is a parameter.
    pub(super) parameter: bool,
    pub(super) field: &'a Field,
}

impl<'a> Member<'a> {
    fn from_field(field: &'a Field) -> Self {
        Self { key: field.name.clone(), shown: format!("field `{}`", field.name), parameter: false, field }
    }

    fn presence(&self) -> MemberPresence {
        MemberPresence { required: self.field.required, nullable: self.field.ty.split_null().1 }
    }

    /// Whether it is an argument of the method, not a setter.
    fn is_argument(&self) -> bool {
        self.parameter && self.key.starts_with("path ")
    }

    /// Its description, with whether it is required.
    fn describe_with_presence(&self) -> String {
        format!("{} {}", if self.field.required { "required" } else { "optional" }, self.shown)
    }
}

impl<'a> Walker<'a> {
    /// Compares the fields of an object. Fields that only travel in the other direction are left out.
    pub(super) fn compare_fields(
        &mut self,
        at: &At,
        direction: Direction,
        old: &'a [Field],
        new: &'a [Field],
    ) {
        let travels = |field: &&Field| match direction {
            Direction::Request => !field.read_only,
            Direction::Response => !field.write_only,
            Direction::Both => true,
        };
        let old = old.iter().filter(travels).map(Member::from_field).collect();
        let new = new.iter().filter(travels).map(Member::from_field).collect();
        self.compare_members(at, direction, old, new);
    }

    pub(super) fn compare_members(
        &mut self,
        at: &At,
        direction: Direction,
        old: Vec<Member<'a>>,
        new: Vec<Member<'a>>,
    ) {
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        for member in &new {
            match old.iter().find(|other| other.key == member.key) {
                Some(other) => self.compare_member(at, direction, other, member, false),
                None => added.push(member),
            }
        }
        removed.extend(old.iter().filter(|member| !new.iter().any(|other| other.key == member.key)));
        let keys = old.iter().map(|member| member.key.clone());
        let common: BTreeSet<String> = keys.filter(|key| new.iter().any(|other| other.key == *key)).collect();
        let gone: Vec<_> = removed
            .iter()
            .map(|one| unmatched_member(wire_text(&self.old, &one.field.ty), one, &old, &common))
            .collect();
        let come: Vec<_> = added
            .iter()
            .map(|one| unmatched_member(wire_text(&self.new, &one.field.ty), one, &new, &common))
            .collect();
        let pairs = match_renamed_members(&gone, &come);
        for (from, to) in &pairs {
            let (Some(from), Some(to)) = (removed.get(*from), added.get(*to)) else { continue };
            let kind = if to.parameter { Kind::ParameterRenamed } else { Kind::FieldRenamed };
            let now = if to.parameter { to.shown.clone() } else { format!("`{}`", to.field.name) };
            let message = format!("{} is now {now}", from.describe_with_presence());
            let impact = if to.parameter
                && from.field.name == to.field.name
                && !from.is_argument()
                && !to.is_argument()
            {
                // The setter stays; only the place of the value in the request changes.
                impact::breaks_wire()
            } else {
                impact::field_removed(direction, from.field.required).combine(impact::field_added(
                    direction,
                    to.field.required,
                    to.field.required,
                ))
            };
            self.record_member_change(at, kind, message, direction, impact, (from, to));
            self.compare_member(at, direction, from, to, true);
        }
        for (_, member) in
            added.iter().enumerate().filter(|(place, _)| pairs.iter().all(|(_, to)| to != place))
        {
            let required = member.field.required;
            let impact =
                impact::field_added(direction, required, required && member.field.constant.is_none());
            let kind = if member.parameter { Kind::ParameterAdded } else { Kind::FieldAdded };
            let message = format!("{} is new", member.describe_with_presence());
            let new = Some(member.field.pointer.as_str());
            self.record_change(at, Found { kind, message, direction, impact, old: None, new });
        }
        for (_, member) in
            removed.iter().enumerate().filter(|(place, _)| pairs.iter().all(|(from, _)| from != place))
        {
            let impact = impact::field_removed(direction, member.field.required);
            let kind = if member.parameter { Kind::ParameterRemoved } else { Kind::FieldRemoved };
            let message = format!("{} is gone", member.describe_with_presence());
            let old = Some(member.field.pointer.as_str());
            self.record_change(at, Found { kind, message, direction, impact, old, new: None });
        }
    }

    /// Compares a field with its former version. A renamed field breaks its users already, so a type that only has another name
    /// is not reported again.
    fn compare_member(
        &mut self,
        at: &At,
        direction: Direction,
        old: &Member<'a>,
        new: &Member<'a>,
        renamed: bool,
    ) {
        let (from, to) = (old.presence(), new.presence());
        let shown = &new.shown;
        if from.required != to.required {
            let (kind, word) =
                if to.required { (Kind::MadeRequired, "required") } else { (Kind::MadeOptional, "optional") };
            let impact = impact::presence_changed(kind, direction, from, to);
            self.record_member_change(
                at,
                kind,
                format!("{shown} is {word} now"),
                direction,
                impact,
                (old, new),
            );
        }
        if from.nullable != to.nullable {
            let (kind, word) = if to.nullable {
                (Kind::MadeNullable, "may be null now")
            } else {
                (Kind::MadeNonNullable, "is never null now")
            };
            let impact = impact::presence_changed(kind, direction, from, to);
            self.record_member_change(at, kind, format!("{shown} {word}"), direction, impact, (old, new));
        }
        let (one, other) = (old.field.ty.split_null().0, new.field.ty.split_null().0);
        if let Some(retyped) = self.compare_types(direction, one, other)
            && !(renamed && wire_text(&self.old, one) == wire_text(&self.new, other))
        {
            let message = format!(
                "{shown} is {} now, no longer {}",
                describe_type(&self.new, other),
                describe_type(&self.old, one)
            );
            let impact = impact::type_changed(direction, retyped.old_in_new, retyped.new_in_old);
            self.record_member_change(at, Kind::Retyped, message, direction, impact, (old, new));
        }
        if old.field.constant != new.field.constant {
            let text = |member: &Member<'a>| match &member.field.constant {
                Some(value) => format!("always `{value}`"),
                None => "of any value".to_owned(),
            };
            let message = format!("{shown} is {} now, no longer {}", text(new), text(old));
            let impact = impact::constant_changed(
                direction,
                old.field.constant.is_some(),
                new.field.constant.is_some(),
            );
            self.record_member_change(at, Kind::ConstantChanged, message, direction, impact, (old, new));
        }
        if old.field.deprecated != new.field.deprecated {
            let (kind, message) = describe_deprecation(new.field.deprecated);
            let message = message.replacen("it", shown, 1);
            self.record_member_change(at, kind, message, direction, impact::compatible(), (old, new));
        }
        self.compare_docs(at, direction, old, new);
    }

    fn compare_docs(&mut self, at: &At, direction: Direction, old: &Member<'a>, new: &Member<'a>) {
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
            self.record_member_change(
                at,
                Kind::Documentation,
                message,
                direction,
                impact::documentation_only(),
                (old, new),
            );
        }
    }

    fn record_member_change(
        &mut self,
        at: &At,
        kind: Kind,
        message: String,
        direction: Direction,
        impact: Impacts,
        (old, new): (&Member<'a>, &Member<'a>),
    ) {
        let (old, new) = (old.field.pointer.as_str(), new.field.pointer.as_str());
        self.record_change(at, found_in_both(kind, message, direction, impact, old, new));
    }
}

/// The facts by which a field that exists in one document only is matched.
fn unmatched_member<'m>(
    ty: String,
    member: &'m Member<'_>,
    all: &'m [Member<'_>],
    common: &BTreeSet<String>,
) -> Unmatched<'m> {
    let before = all.iter().take_while(|other| other.key != member.key);
    let anchor = before.filter(|other| common.contains(&other.key)).last().map(|other| other.key.as_str());
    // A query parameter does not match a path parameter.
    let place = if member.parameter { member.key.split(' ').next().unwrap_or_default() } else { "" };
    Unmatched {
        name: &member.field.name,
        kind: format!("{place} {ty}"),
        required: member.field.required,
        anchor,
    }
}
