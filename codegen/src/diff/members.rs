//! Compares fields: those of objects and request bodies, and the parameters of operations.

use std::collections::BTreeSet;

use super::change::{Direction, Kind};
use super::impact::{self, MemberPresence};
use super::matching::{Unmatched, match_renamed_members};
use super::relation::{describe_type, wire_text};
use super::side::Side;
use super::types::describe_deprecation;
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

    /// The place of a parameter in the request.
    fn place(&self) -> &str {
        if self.parameter { self.key.split(' ').next().unwrap_or_default() } else { "" }
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
            let (before, after) = if from.field.name == to.field.name {
                (from.place(), to.place())
            } else {
                (from.field.name.as_str(), to.field.name.as_str())
            };
            let found = Found::new(kind, message, direction, impact).values(before, after);
            self.record_member_change(at, found, (from, to));
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
            let new = member.field.pointer.as_str();
            let now = describe_member_type(&self.new, member);
            let found =
                Found::new(kind, message, direction, impact).to(new).named(&member.field.name).after(now);
            self.record_change(at, found);
        }
        for (_, member) in
            removed.iter().enumerate().filter(|(place, _)| pairs.iter().all(|(from, _)| from != place))
        {
            let impact = impact::field_removed(direction, member.field.required);
            let kind = if member.parameter { Kind::ParameterRemoved } else { Kind::FieldRemoved };
            let message = format!("{} is gone", member.describe_with_presence());
            let old = member.field.pointer.as_str();
            let was = describe_member_type(&self.old, member);
            let found =
                Found::new(kind, message, direction, impact).from(old).named(&member.field.name).before(was);
            self.record_change(at, found);
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
            let (kind, before, after) = if to.required {
                (Kind::MadeRequired, "optional", "required")
            } else {
                (Kind::MadeOptional, "required", "optional")
            };
            let impact = impact::presence_changed(kind, direction, from, to);
            let found = Found::new(kind, format!("{shown} is {after} now"), direction, impact);
            self.record_member_change(at, found.values(before, after), (old, new));
        }
        if from.nullable != to.nullable {
            let (kind, word) = if to.nullable {
                (Kind::MadeNullable, "may be null now")
            } else {
                (Kind::MadeNonNullable, "is never null now")
            };
            let impact = impact::presence_changed(kind, direction, from, to);
            let found = Found::new(kind, format!("{shown} {word}"), direction, impact);
            let (before, after) =
                (describe_type(&self.old, &old.field.ty), describe_type(&self.new, &new.field.ty));
            self.record_member_change(at, found.values(before, after), (old, new));
        }
        let (one, other) = (old.field.ty.split_null().0, new.field.ty.split_null().0);
        if let Some(retyped) = self.compare_types(direction, one, other)
            && !(renamed && wire_text(&self.old, one) == wire_text(&self.new, other))
        {
            let (before, after) = (describe_type(&self.old, one), describe_type(&self.new, other));
            let message = format!("{shown} is {after} now, no longer {before}");
            let impact = impact::type_changed(direction, retyped.old_in_new, retyped.new_in_old);
            let found = Found::new(Kind::Retyped, message, direction, impact);
            self.record_member_change(at, found.values(before, after), (old, new));
        }
        if old.field.constant != new.field.constant {
            let text = |member: &Member<'a>| match &member.field.constant {
                Some(value) => format!("always `{value}`"),
                None => "of any value".to_owned(),
            };
            let (before, after) = (text(old), text(new));
            let message = format!("{shown} is {after} now, no longer {before}");
            let impact = impact::constant_changed(
                direction,
                old.field.constant.is_some(),
                new.field.constant.is_some(),
            );
            let found = Found::new(Kind::ConstantChanged, message, direction, impact);
            self.record_member_change(at, found.values(before, after), (old, new));
        }
        if old.field.deprecated != new.field.deprecated {
            let (kind, message) = describe_deprecation(new.field.deprecated);
            let message = message.replacen("it", shown, 1);
            let found = Found::new(kind, message, direction, impact::compatible());
            self.record_member_change(at, found, (old, new));
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
            let found = Found::new(Kind::Documentation, message, direction, impact::documentation_only());
            self.record_member_change(at, found, (old, new));
        }
    }

    /// Records a change of a field that both documents have.
    fn record_member_change(&mut self, at: &At, found: Found<'_>, (old, new): (&Member<'a>, &Member<'a>)) {
        self.record_change(at, found.at(&old.field.pointer, &new.field.pointer).named(&new.field.name));
    }
}

/// The presence and type of a field, for `before` and `after`.
fn describe_member_type(side: &Side<'_>, member: &Member<'_>) -> String {
    let presence = if member.field.required { "required" } else { "optional" };
    format!("{presence} {}", describe_type(side, &member.field.ty))
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
    Unmatched {
        name: &member.field.name,
        kind: format!("{} {ty}", member.place()),
        required: member.field.required,
        anchor,
    }
}
