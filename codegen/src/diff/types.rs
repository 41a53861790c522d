//! Compares types: decides which two are the same type, and reports what differs in them.

use super::change::{Direction, Impacts, Kind};
use super::found::{At, Found};
use super::impact;
use super::occurrence::Occurrence;
use super::relation::{DEPTH, HALF, accepts_values, describe_type, measure_similarity};
use super::side::Side;
use super::walk::Walker;
use crate::ir::{OpenEnum, Shape, TypeId, TypeRef};

/// Two types that are not the same.
pub(super) struct Retyped {
    /// Whether every value of the old type is one of the new type.
    pub(super) old_in_new: bool,
    /// Whether every value of the new type is one of the old type.
    pub(super) new_in_old: bool,
}

impl<'a> Walker<'a> {
    /// Compares two uses of types. Named types that are the same are queued; `None` if nothing else differs.
    pub(super) fn compare_types(
        &mut self,
        at: &At,
        direction: Direction,
        old: &'a TypeRef,
        new: &'a TypeRef,
    ) -> Option<Retyped> {
        let is_unread =
            |side: &Side<'a>, ty: &TypeRef| matches!(ty, TypeRef::Named(id) if side.unread.contains(id));
        if is_unread(&self.old, old) || is_unread(&self.new, new) {
            return None;
        }
        let (old, new) = (self.old.resolve_alias(old), self.new.resolve_alias(new));
        match (old, new) {
            (TypeRef::Nullable(one), TypeRef::Nullable(other))
            | (TypeRef::List(one), TypeRef::List(other))
            | (TypeRef::Map(one), TypeRef::Map(other)) => self.compare_types(at, direction, one, other),
            (TypeRef::Nullable(one), other) => {
                let inner = self.compare_types(at, direction, one, other);
                Some(Retyped { old_in_new: false, new_in_old: inner.is_none_or(|inner| inner.new_in_old) })
            }
            (one, TypeRef::Nullable(other)) => {
                let inner = self.compare_types(at, direction, one, other);
                Some(Retyped { old_in_new: inner.is_none_or(|inner| inner.old_in_new), new_in_old: false })
            }
            (TypeRef::Named(one), TypeRef::Named(other)) if self.are_comparable(*one, *other) => {
                self.queue_pair(at, direction, *one, *other);
                None
            }
            (TypeRef::Id(_), TypeRef::Id(_))
                if describe_type(&self.old, old) == describe_type(&self.new, new) =>
            {
                None
            }
            (one, other) if one == other && !matches!(one, TypeRef::Named(_) | TypeRef::Id(_)) => None,
            _ => Some(Retyped {
                old_in_new: accepts_values((&self.new, new), (&self.old, old), false, DEPTH),
                new_in_old: accepts_values((&self.old, old), (&self.new, new), true, DEPTH),
            }),
        }
    }

    /// Whether the parts of two types are compared: they have shapes of one kind, or are components of one name. A type that
    /// gives way to another one in the same place is compared too, so that what its users lose is listed.
    fn are_comparable(&self, old: TypeId, new: TypeId) -> bool {
        let same_name =
            || self.old.component_name(old).is_some_and(|name| self.new.component_name(new) == Some(name));
        let (one, other) = (&self.old.api().get(old).shape, &self.new.api().get(new).shape);
        measure_similarity(one, other).is_some() || same_name()
    }

    /// Whether two components are one under two names: each name exists in one document only, and their parts are alike.
    pub(super) fn is_renamed_component(&self, old: TypeId, new: TypeId) -> bool {
        let (one, other) = (&self.old.api().get(old).shape, &self.new.api().get(new).shape);
        let alike = measure_similarity(one, other).is_some_and(|alike| alike >= HALF);
        let gone = |name: Option<&str>| name.is_none_or(|name| self.new.find_component(name).is_none());
        let come = |name: Option<&str>| name.is_none_or(|name| self.old.find_component(name).is_none());
        alike && gone(self.old.component_name(old)) && come(self.new.component_name(new))
    }

    /// Compares two versions of one type.
    pub(super) fn compare_type_pair(&mut self, direction: Direction, old: TypeId, new: TypeId) {
        let at = At::Type(old, new);
        self.occurrence = self.find_occurrence(old, new);
        self.compare_type_heads(direction, old, new);
        let (one, other) = (self.old.api(), self.new.api());
        match (&one.get(old).shape, &other.get(new).shape) {
            (Shape::Object(_), Shape::Object(_)) => {
                self.compare_fields(&at, direction, self.old.members(old), self.new.members(new));
            }
            (Shape::OpenEnum(one), Shape::OpenEnum(other)) => {
                self.compare_values(
                    &at,
                    direction,
                    (one, self.old.first_pointer(old)),
                    (other, self.new.first_pointer(new)),
                );
            }
            (Shape::Union(one), Shape::Union(other)) => {
                self.compare_variants(&at, direction, (old, one), (new, other));
            }
            (Shape::Alias(one), Shape::Alias(other)) => {
                if let Some(retyped) = self.compare_types(&at, direction, one, other) {
                    let (before, after) = (describe_type(&self.old, one), describe_type(&self.new, other));
                    let message = format!("`{before}` is now `{after}`");
                    let impact = impact::type_changed(direction, retyped.old_in_new, retyped.new_in_old);
                    let (old, new) = (self.old.first_pointer(old), self.new.first_pointer(new));
                    self.record_change(
                        &at,
                        found_in_both(Kind::Retyped, message, direction, impact, old, new)
                            .values(before, after),
                    );
                }
            }
            _ => self.record_other_kind(&at, direction, old, new),
        }
        self.compare_type_details(&at, direction, old, new);
        self.occurrence = Occurrence::default();
    }

    /// Records that a component is an object, an enum, a union or a list now, and was another of these.
    fn record_other_kind(&mut self, at: &At, direction: Direction, old: TypeId, new: TypeId) {
        let (one, other) = (TypeRef::Named(old), TypeRef::Named(new));
        let old_in_new = accepts_values((&self.new, &other), (&self.old, &one), false, DEPTH);
        let new_in_old = accepts_values((&self.old, &one), (&self.new, &other), true, DEPTH);
        let word = |shape: &Shape| match shape {
            Shape::Object(_) => "an object",
            Shape::OpenEnum(_) => "an enum",
            Shape::Union(_) => "a union",
            Shape::Alias(_) | Shape::Pending => "another type",
        };
        let before = word(&self.old.api().get(old).shape);
        let after = word(&self.new.api().get(new).shape);
        let message = format!("it is {after} now, no longer {before}");
        let impact = impact::type_changed(direction, old_in_new, new_in_old);
        let found = Found::new(Kind::Retyped, message, direction, impact).values(before, after);
        self.record_change(at, found.at(self.old.first_pointer(old), self.new.first_pointer(new)));
    }

    /// Compares the limits and the default that a type itself states.
    fn compare_type_details(&mut self, at: &At, direction: Direction, old: TypeId, new: TypeId) {
        let (one, other) = (self.old.api().get(old), self.new.api().get(new));
        let (from, to) = (self.old.first_pointer(old), self.new.first_pointer(new));
        self.record_details(at, ("it", None), direction, (&one.details, from), (&other.details, to));
    }

    /// Compares the names, deprecation and descriptions of two versions of one type.
    pub(super) fn compare_type_heads(&mut self, direction: Direction, old: TypeId, new: TypeId) {
        let at = At::Type(old, new);
        let (old_pointer, new_pointer) = (self.old.first_pointer(old), self.new.first_pointer(new));
        self.compare_type_names(&at, direction, old, new);
        let (one, other) = (self.old.api().get(old), self.new.api().get(new));
        if one.deprecated != other.deprecated {
            let (kind, message) = describe_deprecation(other.deprecated);
            self.record_change(
                &at,
                found_in_both(kind, message, direction, impact::compatible(), old_pointer, new_pointer),
            );
        }
        if one.description != other.description {
            let message = "its description changed".to_owned();
            self.record_change(
                &at,
                found_in_both(
                    Kind::Documentation,
                    message,
                    direction,
                    impact::documentation_only(),
                    old_pointer,
                    new_pointer,
                ),
            );
        }
    }

    /// Reports a component under another name, and a type that gives way to another one, once for each pair.
    fn compare_type_names(&mut self, at: &At, direction: Direction, old: TypeId, new: TypeId) {
        let names = (self.old.component_name(old), self.new.component_name(new));
        let rust = (self.old.rust_name(old), self.new.rust_name(new));
        let renamed = self.is_renamed_component(old, new);
        let message = match names {
            (Some(one), Some(other)) if one == other => return,
            (None, None) => {
                let known = self.inline_pairs.entry((old, new)).or_insert(direction);
                *known = if *known == direction { direction } else { Direction::Both };
                return;
            }
            (Some(one), Some(other)) if renamed => format!("the component `{one}` is now `{other}`"),
            (Some(one), Some(other)) => format!("the component `{other}` is in the place of `{one}` now"),
            (Some(one), None) if renamed => format!("the component `{one}` is inline now"),
            (Some(one), None) => format!("an inline type is in the place of the component `{one}` now"),
            (None, Some(other)) if renamed => format!("an inline type is now the component `{other}`"),
            (None, Some(other)) => format!("the component `{other}` is in the place of an inline type now"),
        };
        let kind = if renamed { Kind::TypeRenamed } else { Kind::Retyped };
        // The parts of the type are compared; here it is only the name that a program may have written.
        let impact = match rust.0 == rust.1 {
            true => impact::compatible(),
            false => {
                self.renamed_types.insert((rust.0.to_owned(), rust.1.to_owned()));
                impact::breaks_rust()
            }
        };
        let found = Found::new(kind, message, direction, impact)
            .values(names.0.unwrap_or("inline"), names.1.unwrap_or("inline"));
        self.record_change(at, found.at(self.old.first_pointer(old), self.new.first_pointer(new)));
    }

    fn compare_values(
        &mut self,
        at: &At,
        direction: Direction,
        (old, old_pointer): (&OpenEnum, &str),
        (new, new_pointer): (&OpenEnum, &str),
    ) {
        let has = |set: &OpenEnum, value: &str| set.values.iter().any(|other| other.value == value);
        for value in new.values.iter().filter(|value| !has(old, &value.value)) {
            let message = format!("the value `{}` is new", value.value);
            let impact = impact::compatible();
            self.record_change(
                at,
                found_in_both(Kind::ValueAdded, message, direction, impact, old_pointer, new_pointer)
                    .named(&value.value),
            );
        }
        for value in old.values.iter().filter(|value| !has(new, &value.value)) {
            let message = format!("the value `{}` is gone", value.value);
            let impact = impact::choice_removed(direction);
            self.record_change(
                at,
                found_in_both(Kind::ValueRemoved, message, direction, impact, old_pointer, new_pointer)
                    .named(&value.value),
            );
        }
    }
}

/// A finding with a location in both documents.
pub(super) fn found_in_both<'p>(
    kind: Kind,
    message: String,
    direction: Direction,
    impact: Impacts,
    old: &'p str,
    new: &'p str,
) -> Found<'p> {
    Found::new(kind, message, direction, impact).at(old, new)
}

pub(super) fn describe_deprecation(now: bool) -> (Kind, String) {
    if now {
        (Kind::Deprecated, "it is deprecated now".to_owned())
    } else {
        (Kind::Undeprecated, "it is no longer deprecated".to_owned())
    }
}
