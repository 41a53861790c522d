//! Compares fields: those of objects and request bodies, and the parameters of operations.

use std::collections::BTreeSet;

use super::change::{Direction, Impacts, Kind};
use super::found::{At, Found};
use super::impact;
use super::matching::{Unmatched, match_renamed_members};
use super::relation::{are_related, describe_type, wire_text};
use super::side::{Member, Side};
use super::types::describe_deprecation;
use super::walk::Walker;
use crate::analyze::Setter;
use crate::ident::pascal_case;

impl<'a> Walker<'a> {
    /// Compares the fields of an object. Fields that only travel in the other direction are left out.
    pub(super) fn compare_fields(
        &mut self,
        at: &At,
        direction: Direction,
        mut old: Vec<Member<'a>>,
        mut new: Vec<Member<'a>>,
    ) {
        let travels = |member: &Member<'a>| match direction {
            Direction::Request => !member.field.read_only,
            Direction::Response => !member.field.write_only,
            Direction::Both => true,
        };
        old.retain(travels);
        new.retain(travels);
        self.compare_members(at, direction, old, new);
    }

    pub(super) fn compare_members(
        &mut self,
        at: &At,
        direction: Direction,
        old: Vec<Member<'a>>,
        new: Vec<Member<'a>>,
    ) {
        let (mut removed, mut added, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
        for member in &new {
            match old.iter().find(|other| other.key == member.key) {
                Some(other) => self.compare_member(at, direction, other, member, false),
                None => added.push(member),
            }
        }
        removed.extend(old.iter().filter(|member| !new.iter().any(|other| other.key == member.key)));
        let keys = old.iter().map(|member| member.key.clone());
        let common: BTreeSet<String> = keys.filter(|key| new.iter().any(|other| other.key == *key)).collect();
        self.collect_evidence(&removed, &added);
        for (from, to) in self.match_renames((&removed, &old), (&added, &new), &common) {
            pairs.push((from, to));
            let (Some(from), Some(to)) = (removed.get(from), added.get(to)) else { continue };
            self.record_rename(at, direction, from, to);
            self.compare_member(at, direction, from, to, true);
        }
        for (_, member) in
            added.iter().enumerate().filter(|(place, _)| pairs.iter().all(|(_, to)| to != place))
        {
            let required = member.field.required;
            let impact = impact::field_added(direction, required, member.setter.is_required());
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
            let impact = impact::field_removed(direction, member.field.required, has_setter(member.setter));
            let kind = if member.parameter { Kind::ParameterRemoved } else { Kind::FieldRemoved };
            let message = format!("{} is gone", member.describe_with_presence());
            let old = member.field.pointer.as_str();
            let was = describe_member_type(&self.old, member);
            let found =
                Found::new(kind, message, direction, impact).from(old).named(&member.field.name).before(was);
            self.record_change(at, found);
        }
    }

    /// Notes which removed and added fields may be one field under two names.
    fn collect_evidence(&mut self, removed: &[&Member<'a>], added: &[&Member<'a>]) {
        for old in removed {
            self.evidence.add_removed(&old.field.name, &old.field.pointer);
        }
        for new in added {
            self.evidence.add_added(&new.field.name, &new.field.pointer);
        }
        for old in removed {
            for new in added.iter().filter(|new| new.place() == old.place()) {
                let (one, other) = ((&self.old, &old.field.ty), (&self.new, &new.field.ty));
                if old.field.name != new.field.name && are_related(one, other) {
                    let equal = wire_text(one.0, one.1) == wire_text(other.0, other.1);
                    let names = (old.field.name.as_str(), new.field.name.as_str());
                    self.evidence.add_pair(names, (&old.field.pointer, &new.field.pointer), equal);
                }
            }
        }
    }

    /// The pairs that are one field under two names: first those that recur, then those that the object itself shows.
    fn match_renames(
        &self,
        (removed, all_old): (&[&Member<'a>], &[Member<'a>]),
        (added, all_new): (&[&Member<'a>], &[Member<'a>]),
        common: &BTreeSet<String>,
    ) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (from, old) in removed.iter().enumerate() {
            let recurs = |new: &&Member<'a>| {
                self.renames.contains(&old.field.name, &new.field.name) && old.place() == new.place()
            };
            pairs.extend(added.iter().position(recurs).map(|to| (from, to)));
        }
        let left = |count: usize, used: &dyn Fn(usize) -> bool| -> Vec<usize> {
            (0..count).filter(|index| !used(*index)).collect()
        };
        let old_left = left(removed.len(), &|index| pairs.iter().any(|(from, _)| *from == index));
        let new_left = left(added.len(), &|index| pairs.iter().any(|(_, to)| *to == index));
        let old: Vec<_> = old_left
            .iter()
            .filter_map(|index| removed.get(*index))
            .map(|one| unmatched_member(wire_text(&self.old, &one.field.ty), one, all_old, common))
            .collect();
        let new: Vec<_> = new_left
            .iter()
            .filter_map(|index| added.get(*index))
            .map(|one| unmatched_member(wire_text(&self.new, &one.field.ty), one, all_new, common))
            .collect();
        let single = match_renamed_members(&old, &new);
        pairs.extend(
            single.iter().filter_map(|(from, to)| Some((*old_left.get(*from)?, *new_left.get(*to)?))),
        );
        pairs.sort_unstable();
        pairs
    }

    fn record_rename(&mut self, at: &At, direction: Direction, from: &Member<'a>, to: &Member<'a>) {
        let kind = if to.parameter { Kind::ParameterRenamed } else { Kind::FieldRenamed };
        let now = if to.parameter { to.shown.clone() } else { format!("`{}`", to.field.name) };
        let message = format!("{} is now {now}", from.describe_with_presence());
        let (before, after) = if from.field.name == to.field.name {
            (from.place(), to.place())
        } else {
            (from.field.name.as_str(), to.field.name.as_str())
        };
        let impact = impact::field_removed(direction, from.field.required, has_setter(from.setter))
            .combine(impact::field_added(direction, to.field.required, to.setter.is_required()));
        // The name of an argument is no part of a call; any other is the name of a setter or field.
        let same_argument = from.is_argument() == to.is_argument();
        let impact = if from.rust == to.rust && same_argument {
            Impacts::new(super::Impact::Compatible, impact.wire)
        } else {
            impact
        };
        // Inline types are named after their field.
        self.renamed_types.insert((pascal_case(&from.field.name), pascal_case(&to.field.name)));
        let found = Found::new(kind, message, direction, impact).values(before, after);
        self.record_member_change(at, found, (from, to));
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
            // A required field with one value has no setter.
            let loses_setter = has_setter(old.setter) && !has_setter(new.setter);
            let must_set = (old.setter.is_required(), new.setter.is_required() || loses_setter);
            let impact = impact::presence_changed(kind, direction, from, to, must_set);
            let found = Found::new(kind, format!("{shown} is {after} now"), direction, impact);
            self.record_member_change(at, found.values(before, after), (old, new));
        }
        if from.nullable != to.nullable {
            let (kind, word) = if to.nullable {
                (Kind::MadeNullable, "may be null now")
            } else {
                (Kind::MadeNonNullable, "is never null now")
            };
            let impact = impact::presence_changed(kind, direction, from, to, (false, true));
            let found = Found::new(kind, format!("{shown} {word}"), direction, impact);
            let (before, after) =
                (describe_type(&self.old, &old.field.ty), describe_type(&self.new, &new.field.ty));
            self.record_member_change(at, found.values(before, after), (old, new));
        }
        let (one, other) = (old.field.ty.split_null().0, new.field.ty.split_null().0);
        if let Some(retyped) = self.compare_types(at, direction, one, other)
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
            let constants = (old.field.constant.is_some(), new.field.constant.is_some());
            let mut impact = impact::constant_changed(direction, constants, (old.setter, new.setter));
            // A discriminator that is stated for the first time names the value that was sent before.
            if !constants.0 && new.by_discriminator {
                impact.wire = super::Impact::Compatible;
            }
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
        // A field of another type has other limits.
        let (from, to) = (one.ty.split_null().0, other.ty.split_null().0);
        if wire_text(&self.old, from) == wire_text(&self.new, to) {
            let details = ((&one.details, one.pointer.as_str()), (&other.details, other.pointer.as_str()));
            let shown = (new.shown.as_str(), Some(other.name.as_str()));
            self.record_details(at, shown, direction, details.0, details.1);
        }
        let parts = [
            ("description", one.description != other.description),
            ("format", one.details.constraints.format != other.details.constraints.format),
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

/// Whether a request sets a member by a setter or an argument.
fn has_setter(setter: Setter) -> bool {
    !matches!(setter, Setter::Fixed | Setter::None)
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
