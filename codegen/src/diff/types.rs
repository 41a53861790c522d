//! Types against types: which are the same one, what they look like to a reader, and what differs in them.

use super::change::{Direction, Impacts, Kind};
use super::impact;
use super::relation::{DEPTH, accepts, similarity, word};
use super::walk::{At, Found, Walker};
use crate::ir::{Shape, StringEnum, TypeId, TypeRef, Union, UnionVariant};

/// Two types that are not one.
pub(super) struct Retyped {
    /// Whether every value of the old type is one of the new type.
    pub(super) old_in_new: bool,
    /// Whether every value of the new type is one of the old type.
    pub(super) new_in_old: bool,
}

impl<'a> Walker<'a> {
    /// Compares two uses of types. Named types that are one are compared later; `None` if nothing else differs.
    pub(super) fn compare(
        &mut self,
        direction: Direction,
        old: &'a TypeRef,
        new: &'a TypeRef,
    ) -> Option<Retyped> {
        let (old, new) = (self.old.resolve(old), self.new.resolve(new));
        match (old, new) {
            (TypeRef::Nullable(one), TypeRef::Nullable(other))
            | (TypeRef::List(one), TypeRef::List(other))
            | (TypeRef::Map(one), TypeRef::Map(other)) => self.compare(direction, one, other),
            (TypeRef::Nullable(one), other) => {
                let inner = self.compare(direction, one, other);
                Some(Retyped { old_in_new: false, new_in_old: inner.is_none_or(|inner| inner.new_in_old) })
            }
            (one, TypeRef::Nullable(other)) => {
                let inner = self.compare(direction, one, other);
                Some(Retyped { old_in_new: inner.is_none_or(|inner| inner.old_in_new), new_in_old: false })
            }
            (TypeRef::Named(one), TypeRef::Named(other)) if self.is_one(*one, *other) => {
                self.meet(direction, *one, *other);
                None
            }
            (TypeRef::Id(_), TypeRef::Id(_)) if word(&self.old, old) == word(&self.new, new) => None,
            (one, other) if one == other && !matches!(one, TypeRef::Named(_) | TypeRef::Id(_)) => None,
            _ => Some(Retyped {
                old_in_new: accepts((&self.new, new), (&self.old, old), false, DEPTH),
                new_in_old: accepts((&self.old, old), (&self.new, new), true, DEPTH),
            }),
        }
    }

    /// Whether two types are one, before and after: components by name, or of two names that stand on one side only;
    /// others by what they have in common.
    fn is_one(&self, old: TypeId, new: TypeId) -> bool {
        let (one, other) = (&self.old.api().get(old).shape, &self.new.api().get(new).shape);
        let alike = similarity(one, other);
        match (self.old.name(old), self.new.name(new)) {
            (Some(one), Some(other)) if one == other => alike.is_some(),
            (Some(one), Some(other)) => {
                let lone = self.new.component(one).is_none() && self.old.component(other).is_none();
                lone && alike.is_some_and(|alike| alike >= 0.5)
            }
            (None, None) => alike.is_some(),
            _ => alike.is_some_and(|alike| alike >= 0.5),
        }
    }

    /// Compares two types that are one.
    pub(super) fn types(&mut self, direction: Direction, old: TypeId, new: TypeId) {
        let at = At::Type(old, new);
        self.type_head(direction, old, new);
        let (one, other) = (self.old.api(), self.new.api());
        match (&one.get(old).shape, &other.get(new).shape) {
            (Shape::Object(one), Shape::Object(other)) => {
                self.fields(&at, direction, &one.fields, &other.fields);
            }
            (Shape::StringEnum(one), Shape::StringEnum(other)) => {
                self.values(&at, direction, (one, self.old.pointer(old)), (other, self.new.pointer(new)));
            }
            (Shape::Union(one), Shape::Union(other)) => self.variants(&at, direction, one, other),
            (Shape::Alias(one), Shape::Alias(other)) => {
                if let Some(retyped) = self.compare(direction, one, other) {
                    let message = format!("`{}` is now `{}`", word(&self.old, one), word(&self.new, other));
                    let impact = impact::retyped(direction, retyped.old_in_new, retyped.new_in_old);
                    let (old, new) = (self.old.pointer(old), self.new.pointer(new));
                    self.record(&at, found(Kind::Retyped, message, direction, impact, old, new));
                }
            }
            _ => {
                let (old, new) = (self.old.pointer(old), self.new.pointer(new));
                let message = "it is of another kind now".to_owned();
                self.record(&at, found(Kind::Retyped, message, direction, impact::breaking(), old, new));
            }
        }
    }

    /// The name of a type and what is said of it.
    pub(super) fn type_head(&mut self, direction: Direction, old: TypeId, new: TypeId) {
        let at = At::Type(old, new);
        let (old_pointer, new_pointer) = (self.old.pointer(old), self.new.pointer(new));
        let message = match (self.old.name(old), self.new.name(new)) {
            (Some(one), Some(other)) if one != other => {
                Some(format!("the component `{one}` is now `{other}`"))
            }
            (Some(one), None) => Some(format!("the component `{one}` now stands inline")),
            (None, Some(other)) => Some(format!("what stood inline is now the component `{other}`")),
            _ => None,
        };
        if let Some(message) = message {
            self.record(
                &at,
                found(Kind::TypeRenamed, message, direction, impact::renames(), old_pointer, new_pointer),
            );
        }
        let (one, other) = (self.old.api().get(old), self.new.api().get(new));
        if one.deprecated != other.deprecated {
            let (kind, message) = deprecation(other.deprecated);
            self.record(&at, found(kind, message, direction, impact::compatible(), old_pointer, new_pointer));
        }
        if one.description != other.description {
            let message = "its description changed".to_owned();
            self.record(
                &at,
                found(Kind::Documentation, message, direction, impact::words(), old_pointer, new_pointer),
            );
        }
    }

    fn values(
        &mut self,
        at: &At,
        direction: Direction,
        (old, old_pointer): (&StringEnum, &str),
        (new, new_pointer): (&StringEnum, &str),
    ) {
        let has = |set: &StringEnum, value: &str| set.values.iter().any(|other| other.value == value);
        for value in new.values.iter().filter(|value| !has(old, &value.value)) {
            let message = format!("the value `{}` is new", value.value);
            let impact = impact::compatible();
            self.record(at, found(Kind::ValueAdded, message, direction, impact, old_pointer, new_pointer));
        }
        for value in old.values.iter().filter(|value| !has(new, &value.value)) {
            let message = format!("the value `{}` is gone", value.value);
            let impact = impact::choice_removed(direction);
            self.record(at, found(Kind::ValueRemoved, message, direction, impact, old_pointer, new_pointer));
        }
    }

    fn variants(&mut self, at: &At, direction: Direction, old: &'a Union, new: &'a Union) {
        let mut left: Vec<&'a UnionVariant> = new.variants.iter().collect();
        let mut gone: Vec<&'a UnionVariant> = Vec::new();
        let mut pairs: Vec<(&'a UnionVariant, &'a UnionVariant)> = Vec::new();
        for variant in &old.variants {
            match left.iter().position(|other| other.name == variant.name) {
                Some(place) => pairs.push((variant, left.remove(place))),
                None => gone.push(variant),
            }
        }
        // A variant is named after its component: with that renamed, it is still the same one.
        gone.retain(|variant| {
            let same = |other: &&UnionVariant| match (&variant.ty, &other.ty) {
                (TypeRef::Named(one), TypeRef::Named(other)) => {
                    self.old.name(*one).is_some()
                        && self.new.name(*other).is_some()
                        && self.is_one(*one, *other)
                }
                (one, other) => one == other && !matches!(one, TypeRef::Named(_) | TypeRef::Id(_)),
            };
            let Some(place) = left.iter().position(same) else { return true };
            pairs.push((variant, left.remove(place)));
            false
        });
        for (one, other) in pairs {
            self.variant(at, direction, one, other);
        }
        for variant in left {
            let message = format!("the form `{}` is new", variant.name);
            let new = Some(variant.pointer.as_str());
            let (kind, impact) = (Kind::VariantAdded, impact::compatible());
            self.record(at, Found { kind, message, direction, impact, old: None, new });
        }
        for variant in gone {
            let message = format!("the form `{}` is gone", variant.name);
            let old = Some(variant.pointer.as_str());
            let (kind, impact) = (Kind::VariantRemoved, impact::choice_removed(direction));
            self.record(at, Found { kind, message, direction, impact, old, new: None });
        }
    }

    fn variant(&mut self, at: &At, direction: Direction, old: &'a UnionVariant, new: &'a UnionVariant) {
        let (from, to) = (old.pointer.as_str(), new.pointer.as_str());
        if let Some(retyped) = self.compare(direction, &old.ty, &new.ty) {
            let message = format!(
                "the form `{}` is `{}` now, no longer `{}`",
                new.name,
                word(&self.new, &new.ty),
                word(&self.old, &old.ty)
            );
            let impact = impact::retyped(direction, retyped.old_in_new, retyped.new_in_old);
            self.record(at, found(Kind::Retyped, message, direction, impact, from, to));
        }
        if old.constants != new.constants {
            let message = format!("the form `{}` is marked otherwise", new.name);
            self.record(at, found(Kind::ConstantChanged, message, direction, impact::moves(), from, to));
        }
    }
}

/// What was found at a place of each document.
pub(super) fn found<'p>(
    kind: Kind,
    message: String,
    direction: Direction,
    impact: Impacts,
    old: &'p str,
    new: &'p str,
) -> Found<'p> {
    Found { kind, message, direction, impact, old: Some(old), new: Some(new) }
}

pub(super) fn deprecation(now: bool) -> (Kind, String) {
    if now {
        (Kind::Deprecated, "it is deprecated now".to_owned())
    } else {
        (Kind::Undeprecated, "it is no longer deprecated".to_owned())
    }
}
