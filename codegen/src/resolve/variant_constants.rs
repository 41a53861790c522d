//! Makes the value by which a discriminator leads to a type the only value of the property in that type.
//!
//! The property is often a plain string, since a base declares it for all types. Only one value makes the server, and this
//! client, read the type again: a caller need not write it.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolver;
use crate::ir::{Field, OpenEnum, Shape, TypeId, TypeOrigin, TypeRef};

impl Resolver<'_> {
    /// Sets the constants of required text fields, in types that all their unions tell apart by the same value.
    pub(super) fn fix_variant_constants(&mut self) {
        let mut values: BTreeMap<(TypeId, String), Option<String>> = BTreeMap::new();
        for def in &self.api.types {
            let Shape::Union(union) = &def.shape else { continue };
            for variant in &union.variants {
                let mut objects = BTreeSet::new();
                self.collect_objects(&variant.ty, &mut BTreeSet::new(), &mut objects);
                for (id, (name, own)) in
                    objects.iter().flat_map(|id| variant.constants.iter().map(move |own| (*id, own)))
                {
                    let only = if let [only] = own.as_slice() { Some(only.clone()) } else { None };
                    let found = values.entry((id, name.clone())).or_insert_with(|| only.clone());
                    found.take_if(|found| only.as_ref() != Some(found));
                }
            }
        }
        for ((id, name), value) in values {
            let Some(value) = value else { continue };
            let def = self.api.get(id);
            // An inline type is also that of other places with the same structure, which no discriminator leads to.
            let is_shared = def.pointers.len() > 1 && !matches!(def.origin, TypeOrigin::Component(_));
            let Shape::Object(object) = &def.shape else { continue };
            let is_fixed = |field: &Field| field.name == name && self.is_open_text(field, &value);
            if !is_shared && object.fields.iter().any(is_fixed) {
                self.fix_field(id, &name, &value);
            }
        }
    }

    /// Sets the constant of a field: of the type, and of the bodies that have the properties of the type.
    fn fix_field(&mut self, id: TypeId, name: &str, value: &str) {
        let of_type = match self.api.types.get_mut(id.0).map(|def| &mut def.shape) {
            Some(Shape::Object(object)) => object.fields.as_mut_slice(),
            _ => &mut [],
        };
        let bodies = self.api.operations.iter_mut().filter_map(|operation| operation.body.as_mut());
        let variants = bodies.flat_map(|body| &mut body.variants).filter(|variant| variant.ty == id);
        let fields = of_type.iter_mut().chain(variants.flat_map(|variant| &mut variant.fields));
        for field in fields.filter(|field| field.name == name && field.constant.is_none()) {
            field.constant = Some(value.into());
        }
    }

    /// Adds the objects that a type is: itself, or the variants of a union within the union.
    fn collect_objects(&self, ty: &TypeRef, seen: &mut BTreeSet<TypeId>, objects: &mut BTreeSet<TypeId>) {
        let TypeRef::Named(id) = ty.split_null().0 else { return };
        if !seen.insert(*id) {
            return;
        }
        match &self.api.get(*id).shape {
            Shape::Object(_) => {
                objects.insert(*id);
            }
            Shape::Alias(ty) => self.collect_objects(ty, seen, objects),
            Shape::Union(union) => {
                union.variants.iter().for_each(|variant| self.collect_objects(&variant.ty, seen, objects));
            }
            Shape::OpenEnum(_) | Shape::Pending => {}
        }
    }

    /// Whether a field is always present and takes this text among others.
    fn is_open_text(&self, field: &Field, value: &str) -> bool {
        let takes_text = match &field.ty {
            TypeRef::String => true,
            TypeRef::Named(id) => match &self.api.get(*id).shape {
                Shape::OpenEnum(OpenEnum { is_integer, values }) => {
                    !is_integer && values.iter().any(|known| known.value == value)
                }
                _ => false,
            },
            _ => false,
        };
        field.required && !field.read_only && field.constant.is_none() && takes_text
    }
}
