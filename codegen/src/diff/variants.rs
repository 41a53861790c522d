//! Compares the variants of unions. They are matched by content: a title is only a name.

use super::change::{Direction, Impact, Impacts, Kind};
use super::found::{At, Found};
use super::impact;
use super::matching::match_by_score;
use super::relation::{HALF, describe_type, measure_similarity, wire_text};
use super::types::found_in_both;
use super::walk::Walker;
use crate::ir::{TypeId, TypeRef, Union, UnionVariant};

/// The constants of a variant: properties and the values that identify it.
type Constants = [(String, Vec<String>)];

impl<'a> Walker<'a> {
    pub(super) fn compare_variants(
        &mut self,
        at: &At,
        direction: Direction,
        (old_id, old): (TypeId, &'a Union),
        (new_id, new): (TypeId, &'a Union),
    ) {
        let pairs = self.match_variants(&old.variants, &new.variants);
        for (from, to) in &pairs {
            let (Some(one), Some(other)) = (old.variants.get(*from), new.variants.get(*to)) else { continue };
            let rust = (
                self.old.model.names.members_of(old_id).get(*from),
                self.new.model.names.members_of(new_id).get(*to),
            );
            if rust.0 != rust.1 && !self.is_named_after_type(one, other) {
                let message = format!("the variant `{}` is called `{}` now", one.name, other.name);
                let found = Found::new(Kind::VariantRenamed, message, direction, impact::breaks_rust())
                    .values(&one.name, &other.name);
                self.record_change(at, found.at(&one.pointer, &other.pointer));
            }
            self.compare_variant(at, direction, one, other);
        }
        for (_, variant) in
            new.variants.iter().enumerate().filter(|(place, _)| pairs.iter().all(|(_, to)| to != place))
        {
            let message = format!("the variant `{}` is new", variant.name);
            let found = Found::new(Kind::VariantAdded, message, direction, impact::compatible());
            self.record_change(at, found.to(&variant.pointer).named(&variant.name));
        }
        for (_, variant) in
            old.variants.iter().enumerate().filter(|(place, _)| pairs.iter().all(|(from, _)| from != place))
        {
            let message = format!("the variant `{}` is gone", variant.name);
            let found =
                Found::new(Kind::VariantRemoved, message, direction, impact::choice_removed(direction));
            self.record_change(at, found.from(&variant.pointer).named(&variant.name));
        }
    }

    fn match_variants(&self, old: &'a [UnionVariant], new: &'a [UnionVariant]) -> Vec<(usize, usize)> {
        let mut scores = Vec::new();
        for (from, one) in old.iter().enumerate() {
            for (to, other) in new.iter().enumerate() {
                let content = self.compare_contents(&one.ty, &other.ty);
                let named = f64::from(u8::from(one.name == other.name));
                let constant =
                    f64::from(u8::from(!one.constants.is_empty() && one.constants == other.constants));
                if content >= HALF || named > 0.0 || constant > 0.0 {
                    scores.push((2.0 * content + constant + named / 2.0, from, to));
                }
            }
        }
        match_by_score(scores)
    }

    /// How much two types have in common, from 0 to 1.
    fn compare_contents(&self, old: &'a TypeRef, new: &'a TypeRef) -> f64 {
        let (old, new) = (self.old.resolve_alias(old), self.new.resolve_alias(new));
        match (old, new) {
            (TypeRef::Named(one), TypeRef::Named(other)) => {
                let name = self.old.component_name(*one);
                if name.is_some() && name == self.new.component_name(*other) {
                    return 1.0;
                }
                let shapes = (&self.old.api().get(*one).shape, &self.new.api().get(*other).shape);
                measure_similarity(shapes.0, shapes.1).unwrap_or(0.0)
            }
            _ => f64::from(u8::from(wire_text(&self.old, old) == wire_text(&self.new, new))),
        }
    }

    /// Whether both variants are named after components of which one is the other under a new name: that is reported already.
    fn is_named_after_type(&self, old: &UnionVariant, new: &UnionVariant) -> bool {
        match (&old.ty, &new.ty) {
            (TypeRef::Named(one), TypeRef::Named(other)) => {
                self.old.component_name(*one).is_some()
                    && self.new.component_name(*other).is_some()
                    && self.is_renamed_component(*one, *other)
            }
            _ => false,
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
        if let Some(retyped) = self.compare_types(at, direction, &old.ty, &new.ty) {
            let (before, after) = (describe_type(&self.old, &old.ty), describe_type(&self.new, &new.ty));
            let message = format!("the variant `{}` is `{after}` now, no longer `{before}`", new.name);
            let impact = impact::type_changed(direction, retyped.old_in_new, retyped.new_in_old);
            let found = found_in_both(Kind::Retyped, message, direction, impact, from, to);
            self.record_change(at, found.named(&new.name).values(before, after));
        }
        if old.constants != new.constants {
            let (before, after) = (describe_constants(&old.constants), describe_constants(&new.constants));
            let message =
                format!("the variant `{}` is identified by {after} now, no longer by {before}", new.name);
            let impact = judge_constants(direction, &old.constants, &new.constants);
            let found = found_in_both(Kind::DiscriminatorChanged, message, direction, impact, from, to);
            self.record_change(at, found.named(&new.name).values(before, after));
        }
    }
}

fn describe_constants(constants: &Constants) -> String {
    if constants.is_empty() {
        return "its fields".to_owned();
    }
    let texts = constants.iter().map(|(name, values)| format!("`{name}`: `{}`", values.join("`, `")));
    texts.collect::<Vec<_>>().join(" and ")
}

/// The values that identify a variant. Stated for the first time, they are those that were sent before.
fn judge_constants(direction: Direction, old: &Constants, new: &Constants) -> Impacts {
    if old.is_empty() || new.is_empty() {
        return impact::compatible();
    }
    // Whether every value of the narrow list is one of the wide one, for the properties that both have.
    let accepts = |wide: &Constants, narrow: &Constants| {
        let common = narrow.iter().filter_map(|(name, values)| {
            let twin = wide.iter().find(|(other, _)| other == name)?;
            Some(values.iter().all(|value| twin.1.contains(value)))
        });
        let common: Vec<bool> = common.collect();
        !common.is_empty() && common.iter().all(|fits| *fits)
    };
    let wire = match direction {
        Direction::Request => accepts(new, old),
        Direction::Response => accepts(old, new),
        Direction::Both => accepts(new, old) && accepts(old, new),
    };
    Impacts::new(Impact::Compatible, if wire { Impact::Compatible } else { Impact::Breaking })
}
