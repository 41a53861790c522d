//! Compares types: decides which two are the same type, and reports what differs in them.

use super::change::{Direction, Impacts, Kind};
use super::impact;
use super::relation::{DEPTH, accepts_values, describe_type, measure_similarity};
use super::walk::{At, Found, Walker};
use crate::ir::{Shape, StringEnum, TypeId, TypeRef, Union, UnionVariant};

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
        direction: Direction,
        old: &'a TypeRef,
        new: &'a TypeRef,
    ) -> Option<Retyped> {
        let (old, new) = (self.old.resolve_alias(old), self.new.resolve_alias(new));
        match (old, new) {
            (TypeRef::Nullable(one), TypeRef::Nullable(other))
            | (TypeRef::List(one), TypeRef::List(other))
            | (TypeRef::Map(one), TypeRef::Map(other)) => self.compare_types(direction, one, other),
            (TypeRef::Nullable(one), other) => {
                let inner = self.compare_types(direction, one, other);
                Some(Retyped { old_in_new: false, new_in_old: inner.is_none_or(|inner| inner.new_in_old) })
            }
            (one, TypeRef::Nullable(other)) => {
                let inner = self.compare_types(direction, one, other);
                Some(Retyped { old_in_new: inner.is_none_or(|inner| inner.old_in_new), new_in_old: false })
            }
            (TypeRef::Named(one), TypeRef::Named(other)) if self.is_same_type(*one, *other) => {
                self.queue_pair(direction, *one, *other);
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

    /// Whether two types are the same before and after: components by name, or by similarity if each name exists in one
    /// document only; inline types by similarity.
    fn is_same_type(&self, old: TypeId, new: TypeId) -> bool {
        let (one, other) = (&self.old.api().get(old).shape, &self.new.api().get(new).shape);
        let alike = measure_similarity(one, other);
        match (self.old.component_name(old), self.new.component_name(new)) {
            (Some(one), Some(other)) if one == other => alike.is_some(),
            (Some(one), Some(other)) => {
                let lone = self.new.find_component(one).is_none() && self.old.find_component(other).is_none();
                lone && alike.is_some_and(|alike| alike >= 0.5)
            }
            (None, None) => alike.is_some(),
            _ => alike.is_some_and(|alike| alike >= 0.5),
        }
    }

    /// Compares two versions of one type.
    pub(super) fn compare_type_pair(&mut self, direction: Direction, old: TypeId, new: TypeId) {
        let at = At::Type(old, new);
        self.compare_type_heads(direction, old, new);
        let (one, other) = (self.old.api(), self.new.api());
        match (&one.get(old).shape, &other.get(new).shape) {
            (Shape::Object(one), Shape::Object(other)) => {
                self.compare_fields(&at, direction, &one.fields, &other.fields);
            }
            (Shape::StringEnum(one), Shape::StringEnum(other)) => {
                self.compare_values(
                    &at,
                    direction,
                    (one, self.old.first_pointer(old)),
                    (other, self.new.first_pointer(new)),
                );
            }
            (Shape::Union(one), Shape::Union(other)) => self.compare_variants(&at, direction, one, other),
            (Shape::Alias(one), Shape::Alias(other)) => {
                if let Some(retyped) = self.compare_types(direction, one, other) {
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
            _ => {
                let (old, new) = (self.old.first_pointer(old), self.new.first_pointer(new));
                let message = "it has another kind of schema now".to_owned();
                self.record_change(
                    &at,
                    found_in_both(Kind::Retyped, message, direction, impact::breaks_both(), old, new),
                );
            }
        }
    }

    /// Compares the names, deprecation and descriptions of two versions of one type.
    pub(super) fn compare_type_heads(&mut self, direction: Direction, old: TypeId, new: TypeId) {
        let at = At::Type(old, new);
        let (old_pointer, new_pointer) = (self.old.first_pointer(old), self.new.first_pointer(new));
        let message = match (self.old.component_name(old), self.new.component_name(new)) {
            (Some(one), Some(other)) if one != other => {
                Some(format!("the component `{one}` is now `{other}`"))
            }
            (Some(one), None) => Some(format!("the component `{one}` is inline now")),
            (None, Some(other)) => Some(format!("an inline type is now the component `{other}`")),
            _ => None,
        };
        if let Some(message) = message {
            self.record_change(
                &at,
                found_in_both(
                    Kind::TypeRenamed,
                    message,
                    direction,
                    impact::breaks_rust(),
                    old_pointer,
                    new_pointer,
                )
                .values(
                    self.old.component_name(old).unwrap_or("inline"),
                    self.new.component_name(new).unwrap_or("inline"),
                ),
            );
        }
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

    fn compare_values(
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

    fn compare_variants(&mut self, at: &At, direction: Direction, old: &'a Union, new: &'a Union) {
        let mut left: Vec<&'a UnionVariant> = new.variants.iter().collect();
        let mut gone: Vec<&'a UnionVariant> = Vec::new();
        let mut pairs: Vec<(&'a UnionVariant, &'a UnionVariant)> = Vec::new();
        for variant in &old.variants {
            match left.iter().position(|other| other.name == variant.name) {
                Some(place) => pairs.push((variant, left.remove(place))),
                None => gone.push(variant),
            }
        }
        // A variant is named after its component: if that is renamed, the variant is still the same.
        gone.retain(|variant| {
            let same = |other: &&UnionVariant| match (&variant.ty, &other.ty) {
                (TypeRef::Named(one), TypeRef::Named(other)) => {
                    self.old.component_name(*one).is_some()
                        && self.new.component_name(*other).is_some()
                        && self.is_same_type(*one, *other)
                }
                (one, other) => one == other && !matches!(one, TypeRef::Named(_) | TypeRef::Id(_)),
            };
            let Some(place) = left.iter().position(same) else { return true };
            pairs.push((variant, left.remove(place)));
            false
        });
        for (one, other) in pairs {
            self.compare_variant(at, direction, one, other);
        }
        for variant in left {
            let message = format!("the variant `{}` is new", variant.name);
            let new = variant.pointer.as_str();
            let (kind, impact) = (Kind::VariantAdded, impact::compatible());
            self.record_change(at, Found::new(kind, message, direction, impact).to(new).named(&variant.name));
        }
        for variant in gone {
            let message = format!("the variant `{}` is gone", variant.name);
            let old = variant.pointer.as_str();
            let (kind, impact) = (Kind::VariantRemoved, impact::choice_removed(direction));
            self.record_change(
                at,
                Found::new(kind, message, direction, impact).from(old).named(&variant.name),
            );
        }
    }

    fn compare_variant(
        &mut self,
        at: &At,
        direction: Direction,
        old: &'a UnionVariant,
        new: &'a UnionVariant,
    ) {
        let (from, to) = (old.pointer.as_str(), new.pointer.as_str());
        if let Some(retyped) = self.compare_types(direction, &old.ty, &new.ty) {
            let (before, after) = (describe_type(&self.old, &old.ty), describe_type(&self.new, &new.ty));
            let message = format!("the variant `{}` is `{after}` now, no longer `{before}`", new.name);
            let impact = impact::type_changed(direction, retyped.old_in_new, retyped.new_in_old);
            let found = found_in_both(Kind::Retyped, message, direction, impact, from, to);
            self.record_change(at, found.named(&new.name).values(before, after));
        }
        if old.constants != new.constants {
            let message = format!("the variant `{}` has another discriminator value", new.name);
            self.record_change(
                at,
                found_in_both(Kind::ConstantChanged, message, direction, impact::breaks_wire(), from, to),
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
