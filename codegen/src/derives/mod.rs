//! Decides which traits each type derives, from the entries of the configuration.
//!
//! A type needs the types of its fields to have the trait, so an entry holds for all types within the one that it names.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Config, DerivedTrait, dead_entry, invalid_entry, matches_pattern};
use crate::diagnostic::Diagnostics;
use crate::document::pointer;
use crate::ir::{Api, Shape, TypeId, TypeRef};
use crate::names::Names;

/// The traits that types derive beyond those of every type of their kind.
#[derive(Debug, Default)]
pub struct Derives(BTreeMap<TypeId, BTreeSet<DerivedTrait>>);

impl Derives {
    /// The names of the traits of a type.
    pub(crate) fn derived_traits(&self, id: TypeId) -> impl Iterator<Item = &'static str> {
        self.0.get(&id).into_iter().flatten().map(|derived| derived.as_str())
    }
}

/// Applies the entries of the configuration. An entry that names a type which cannot have the trait is an error; a pattern leaves
/// such types out.
pub(crate) fn assign_derives(
    api: &Api,
    names: &Names,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Derives {
    let mut derives = Derives::default();
    for (key, traits) in &config.derives {
        let matching: Vec<TypeId> = (0..api.types.len())
            .map(TypeId)
            .filter(|id| !names.ty(*id).is_empty() && matches_pattern(key, names.ty(*id)))
            .collect();
        let pointer = pointer::from_segments(["derives", key]);
        if matching.is_empty() {
            diagnostics.push_misfit(dead_entry(pointer, format!("no type is called `{key}`")));
            continue;
        }
        for (id, derived) in matching.iter().flat_map(|id| traits.iter().map(move |derived| (*id, *derived)))
        {
            let mut within = BTreeSet::new();
            match find_obstacle(api, names, id, derived, &mut within) {
                None => within.into_iter().for_each(|id| {
                    derives.0.entry(id).or_default().extend(derived.with_required());
                }),
                Some(obstacle) if !key.contains('*') => {
                    let (name, derived) = (names.ty(id), derived.as_str());
                    let message = format!("`{name}` cannot derive `{derived}`: {obstacle}");
                    let help = format!("remove `{derived}` from the entry, or name another type");
                    diagnostics.push(invalid_entry(pointer.as_str(), message, help));
                }
                Some(_) => {}
            }
        }
    }
    derives
}

/// What keeps a type from having a trait, if anything does. Collects the types that must derive it too.
fn find_obstacle(
    api: &Api,
    names: &Names,
    id: TypeId,
    derived: DerivedTrait,
    within: &mut BTreeSet<TypeId>,
) -> Option<String> {
    if !within.insert(id) {
        return None;
    }
    let name = names.ty(id);
    match &api.get(id).shape {
        Shape::Object(object) => object.fields.iter().find_map(|field| {
            let place = || format!("the field `{}` of `{name}`", field.name);
            find_obstacle_in(api, names, &field.ty, derived, within, &place)
        }),
        Shape::Union(_) if derived.with_required().contains(&DerivedTrait::Ord) => {
            Some(format!("the union `{name}` may hold any JSON value, which has no order"))
        }
        Shape::Union(union) => union.variants.iter().find_map(|variant| {
            let place = || format!("a variant of `{name}`");
            find_obstacle_in(api, names, &variant.ty, derived, within, &place)
        }),
        Shape::Alias(ty) => find_obstacle_in(api, names, ty, derived, within, &|| format!("`{name}`")),
        _ => None,
    }
}

fn find_obstacle_in(
    api: &Api,
    names: &Names,
    ty: &TypeRef,
    derived: DerivedTrait,
    within: &mut BTreeSet<TypeId>,
    place: &dyn Fn() -> String,
) -> Option<String> {
    let is_ordered = derived.with_required().contains(&DerivedTrait::Ord);
    match ty.innermost() {
        TypeRef::Named(id) => find_obstacle(api, names, *id, derived, within),
        TypeRef::File => Some(format!("{} is a file, whose contents may be a stream", place())),
        TypeRef::Float => Some(format!("{} is an `f64`, which has neither `Eq` nor `Hash`", place())),
        TypeRef::Json | TypeRef::JsonObject if is_ordered => {
            Some(format!("{} is any JSON value, which has no order", place()))
        }
        TypeRef::Secret | TypeRef::SecretObject if derived != DerivedTrait::Eq => {
            Some(format!("{} is a secret, which can only be compared", place()))
        }
        _ => None,
    }
}
