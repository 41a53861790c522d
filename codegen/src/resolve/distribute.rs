//! Merges several unions that hold at once into one: a variant for each combination of their variants.

use std::collections::BTreeSet;

use super::Resolver;
use super::composition::MergedUnion;
use super::intern::TypeDocs;
use super::members::Members;
use super::parts::{Part, PartSchema};
use super::schema::Resolved;
use super::site::Site;
use super::tags::constants_of;
use crate::ir::{Object, Shape, TypeRef, Union, UnionVariant};

/// The most combinations of variants that become a union.
const MAX_COMBINATIONS: usize = 16;

impl<'a> Resolver<'a> {
    /// The union of all combinations; none if there are too many, or if a variant is not a plain object.
    pub(super) fn distribute_unions(
        &mut self,
        unions: &[MergedUnion<'a>],
        members: &Members<'a>,
        site: &Site,
    ) -> Option<Resolved> {
        let count =
            unions.iter().try_fold(1_usize, |count, union| count.checked_mul(union.variants.len()))?;
        if count > MAX_COMBINATIONS {
            return None;
        }
        let mut combinations: Vec<Vec<usize>> = vec![Vec::new()];
        for union in unions {
            let extend = |combination: &Vec<usize>| {
                let combination = combination.clone();
                (0..union.variants.len()).map(move |index| [&combination[..], &[index]].concat())
            };
            combinations = combinations.iter().flat_map(extend).collect();
        }
        let mut variants: Vec<UnionVariant> = Vec::new();
        for combination in combinations {
            let variant = self.resolve_combination(unions, &combination, members.clone(), site)?;
            variants.extend(variant.filter(|variant| !variants.iter().any(|other| other.ty == variant.ty)));
        }
        keep_distinguishing_constants(&mut variants);
        match variants.as_slice() {
            [] => None,
            [only] => Some(Resolved::Type(only.ty.clone())),
            _ => Some(Resolved::Shape(Shape::Union(Union { variants, statuses: Vec::new() }))),
        }
    }

    /// The variant of a combination; `Some(None)` if constants contradict each other, so that no value is of it.
    fn resolve_combination(
        &mut self,
        unions: &[MergedUnion<'a>],
        combination: &[usize],
        mut members: Members<'a>,
        site: &Site,
    ) -> Option<Option<UnionVariant>> {
        let mut names: Vec<String> = Vec::new();
        let mut constants: Vec<(String, Vec<String>)> = Vec::new();
        for (union, index) in unions.iter().zip(combination) {
            let branch = union.variants.get(*index)?;
            let part = Part::new(branch, union.site.step(&index.to_string()));
            let component = match part.schema {
                PartSchema::Reference(reference) => self.component(reference).map(|(name, _)| name),
                _ => None,
            };
            let title = part.inline().and_then(|schema| schema.schema_data.title.clone());
            let own = constants_of(&self.find_tags_of(component, branch, union.discriminator, 1));
            let first_value = own.iter().find_map(|(_, values)| values.first().cloned());
            names.extend(title.or_else(|| component.map(str::to_owned)).or(first_value));
            for (name, values) in own {
                match constants.iter_mut().find(|(other, _)| *other == name) {
                    Some((_, common)) => common.retain(|value| values.contains(value)),
                    None => constants.push((name, values)),
                }
            }
            if !self.extend_members(&part, &mut members) {
                return None;
            }
        }
        if constants.iter().any(|(_, values)| values.is_empty()) {
            return Some(None);
        }
        let fields = self.resolve_members(&mut members, site);
        let shape = Shape::Object(Object { fields, open: members.is_open() });
        let first = unions.first().zip(combination.first());
        let site = first.map_or_else(|| site.clone(), |(union, index)| union.site.step(&index.to_string()));
        let ty = TypeRef::Named(self.intern(shape, TypeDocs::default(), &site));
        let name = if names.is_empty() { ty.word().to_owned() } else { names.join(" ") };
        Some(Some(UnionVariant {
            name,
            ty,
            constants,
            nested_constants: Vec::new(),
            description: None,
            pointer: site.pointer,
        }))
    }
}

/// Leaves each variant the constants of the properties that distinguish all of them, if there are such properties. Another
/// property may have one value in one variant for now, and must not make a value with a second one unknown.
fn keep_distinguishing_constants(variants: &mut [UnionVariant]) {
    let names: Vec<String> =
        variants.iter().flat_map(|variant| &variant.constants).map(|(name, _)| name.clone()).collect();
    let distinguishes = |name: &String| {
        let mut values = BTreeSet::new();
        variants.iter().all(|variant| {
            let own =
                variant.constants.iter().filter(|(other, _)| other == name).flat_map(|(_, values)| values);
            let count = values.len();
            own.clone().all(|value| values.insert(value.clone())) && values.len() > count
        })
    };
    let distinguishing: BTreeSet<String> = names.into_iter().filter(distinguishes).collect();
    if !distinguishing.is_empty() {
        let constants = variants.iter_mut().map(|variant| &mut variant.constants);
        constants.for_each(|constants| constants.retain(|(name, _)| distinguishing.contains(name)));
    }
}
