//! Resolves `oneOf` and `anyOf` to unions, and finds what identifies each variant.

use std::collections::BTreeSet;

use openapiv3::{Discriminator, ReferenceOr, Schema, SchemaKind, Type};

use super::Resolver;
use super::composition::{MAX_DEPTH, Merged};
use super::intern::TypeDocs;
use super::schema::Resolved;
use super::site::Site;
use crate::diagnostic::Code;
use crate::ir::{
    EnumValue, Field, JsonKind, Object, Shape, StringEnum, TypeId, TypeOrigin, TypeRef, Union, UnionVariant,
};

impl<'a> Resolver<'a> {
    /// A union. `base` holds the properties beside the branches, which every branch has too.
    pub(super) fn resolve_union(
        &mut self,
        branches: &'a [ReferenceOr<Schema>],
        discriminator: Option<&'a Discriminator>,
        site: &Site,
        base: &[Field],
    ) -> Resolved {
        if let Some(values) = self.merge_enums(branches) {
            return Resolved::Shape(Shape::StringEnum(StringEnum { values }));
        }
        let mut variants: Vec<UnionVariant> = Vec::new();
        let mut nullable = false;
        for (index, branch) in branches.iter().enumerate() {
            let variant = self.resolve_variant(branch, discriminator, &site.step(&index.to_string()), base);
            let (ty, may_be_null) = variant.ty.split_null();
            nullable |= may_be_null;
            let variant = UnionVariant { ty: ty.clone(), ..variant };
            if !variants.iter().any(|other| other.ty == variant.ty && other.constants == variant.constants) {
                variants.push(variant);
            }
        }
        let mut variants = self.merge_indistinguishable(variants);
        keep_distinguishing_constants(&mut variants);
        self.name_nameless_objects(&mut variants);
        match variants.as_slice() {
            [] => Resolved::Type(TypeRef::Json),
            [only] => Resolved::Type(only.ty.clone().nullable(nullable)),
            _ if variants.iter().any(|variant| variant.ty == TypeRef::Json) => Resolved::Type(TypeRef::Json),
            _ => Resolved::Shape(Shape::Union(Union { variants })),
        }
    }

    fn resolve_variant(
        &mut self,
        branch: &'a ReferenceOr<Schema>,
        discriminator: Option<&Discriminator>,
        site: &Site,
        base: &[Field],
    ) -> UnionVariant {
        let ty = match base {
            [] => self.resolve_open_type(branch, site),
            base => self.resolve_extended(branch, site, base),
        };
        let item = branch.as_item();
        let component = match branch {
            ReferenceOr::Reference { reference } => self.component(reference),
            ReferenceOr::Item(_) => wrapped_reference(branch).and_then(|reference| self.component(reference)),
        };
        let schema = component.map_or(item, |(_, schema)| schema.as_item());
        let constants = self.identifying_constants(component.map(|(name, _)| name), branch, discriminator);
        let name = item
            .and_then(|item| item.schema_data.title.clone())
            .or_else(|| component.map(|(name, _)| name.to_owned()))
            .or_else(|| constants.iter().find_map(|(_, values)| values.first().cloned()))
            .unwrap_or_else(|| self.word_of(&ty).to_owned());
        UnionVariant {
            name,
            ty,
            constants,
            description: schema.and_then(|schema| schema.schema_data.description.clone()),
            pointer: site.pointer.clone(),
        }
    }

    /// The word for a variant without a name.
    fn word_of(&self, ty: &TypeRef) -> &'static str {
        match ty.split_null().0 {
            TypeRef::Named(id) if matches!(self.api.get(*id).shape, Shape::StringEnum(_)) => {
                TypeRef::String.word()
            }
            other => other.word(),
        }
    }

    /// Names several objects without a name after a property that only one of them requires, or has.
    fn name_nameless_objects(&self, variants: &mut [UnionVariant]) {
        let is_nameless = |variant: &UnionVariant| variant.name == OBJECT;
        if variants.iter().filter(|variant| is_nameless(variant)).count() < 2 {
            return;
        }
        let properties: Vec<Vec<(String, bool)>> = variants
            .iter()
            .map(|variant| match &variant.ty {
                TypeRef::Named(id) => match &self.api.get(*id).shape {
                    Shape::Object(object) => {
                        object.fields.iter().map(|field| (field.name.clone(), field.required)).collect()
                    }
                    _ => Vec::new(),
                },
                _ => Vec::new(),
            })
            .collect();
        for (index, variant) in variants.iter_mut().enumerate().filter(|(_, variant)| is_nameless(variant)) {
            let own = properties.get(index).map_or(&[][..], Vec::as_slice);
            let is_elsewhere = |name: &str, if_required: bool| {
                let others = properties.iter().enumerate().filter(|(other, _)| *other != index);
                others
                    .flat_map(|(_, others)| others)
                    .any(|(other, required)| other == name && (*required || !if_required))
            };
            let unique = own
                .iter()
                .find(|(name, required)| *required && !is_elsewhere(name, true))
                .or_else(|| own.iter().find(|(name, _)| !is_elsewhere(name, false)));
            if let Some((name, _)) = unique {
                variant.name = format!("with {name}");
            }
        }
    }

    /// A branch that is an object, with the properties beside the union.
    fn resolve_extended(&mut self, branch: &'a ReferenceOr<Schema>, site: &Site, base: &[Field]) -> TypeRef {
        let mut merged = Merged { fields: base.to_vec(), union: None };
        if !self.merge_branch(branch, site, &mut merged, MAX_DEPTH) || merged.union.is_some() {
            self.warn(
                Code::UNION_MEMBERS,
                "this branch is not a plain object, so the properties beside the union are not added to it",
                &site.pointer,
                "describe the branch with all its properties, with an action in the overlay",
            );
            return self.resolve_type(branch, site);
        }
        let docs = match branch {
            ReferenceOr::Item(item) => item.into(),
            ReferenceOr::Reference { reference } => {
                let item = self.component(reference).and_then(|(_, schema)| schema.as_item());
                let description = item.and_then(|schema| schema.schema_data.description.clone());
                TypeDocs { description, ..TypeDocs::default() }
            }
        };
        let shape = Shape::Object(Object { fields: merged.fields, open: false });
        TypeRef::Named(self.intern(shape, docs, site))
    }

    /// Merges variants that no value distinguishes into one with a type for all their values.
    fn merge_indistinguishable(&self, variants: Vec<UnionVariant>) -> Vec<UnionVariant> {
        let kinds: Vec<Option<TypeRef>> =
            variants.iter().map(|variant| self.general_type(&variant.ty)).collect();
        let is_shared = |kind: &&TypeRef| kinds.iter().flatten().filter(|other| other == kind).count() > 1;
        let mut merged: Vec<UnionVariant> = Vec::new();
        for (variant, kind) in variants.into_iter().zip(&kinds) {
            match kind.as_ref().filter(is_shared) {
                None => merged.push(variant),
                Some(general) if merged.iter().any(|other| other.ty == *general) => {}
                Some(general) => merged.push(UnionVariant {
                    name: general.word().to_owned(),
                    ty: general.clone(),
                    ..variant
                }),
            }
        }
        merged
    }

    /// The type of all values of the same kind of JSON; none for objects with named properties, which can be distinguished,
    /// and for kinds that have one type only.
    fn general_type(&self, ty: &TypeRef) -> Option<TypeRef> {
        let TypeRef::Named(id) = ty.split_null().0 else {
            return match ty.json_kind()? {
                JsonKind::String => Some(TypeRef::String),
                JsonKind::Number => Some(TypeRef::Decimal),
                JsonKind::List => Some(TypeRef::List(Box::new(TypeRef::Json))),
                JsonKind::Object => Some(TypeRef::JsonObject),
                JsonKind::Integer | JsonKind::Boolean | JsonKind::Any => None,
            };
        };
        match &self.api.get(*id).shape {
            Shape::StringEnum(_) => Some(TypeRef::String),
            Shape::Alias(ty) => self.general_type(ty),
            Shape::Pending => self.general_type_of_pending(*id),
            Shape::Object(_) | Shape::Union(_) => None,
        }
    }

    /// The same for a component that is not resolved yet.
    fn general_type_of_pending(&self, id: TypeId) -> Option<TypeRef> {
        let TypeOrigin::Component(name) = &self.api.get(id).origin else { return None };
        match &self.schemas?.get(name)?.as_item()?.schema_kind {
            SchemaKind::Type(Type::String(_)) => Some(TypeRef::String),
            SchemaKind::Type(Type::Number(_)) => Some(TypeRef::Decimal),
            SchemaKind::Type(Type::Array(_)) => Some(TypeRef::List(Box::new(TypeRef::Json))),
            _ => None,
        }
    }

    /// The properties and values that identify a variant: the mapping of the discriminator, constants of the schema, or the
    /// name of the component.
    fn identifying_constants(
        &self,
        component: Option<&str>,
        branch: &ReferenceOr<Schema>,
        discriminator: Option<&Discriminator>,
    ) -> Vec<(String, Vec<String>)> {
        let mut constants = self.required_constants(branch);
        let Some(discriminator) = discriminator else { return constants };
        constants.retain(|(name, _)| *name == discriminator.property_name);
        let names_component = |target: &str| {
            component.is_some_and(|name| target == name || target.rsplit('/').next() == Some(name))
        };
        let mapping = discriminator.mapping.iter().filter(|(_, target)| names_component(target));
        let mapped: Vec<String> = mapping.map(|(value, _)| value.clone()).collect();
        match component {
            _ if !mapped.is_empty() => vec![(discriminator.property_name.clone(), mapped)],
            Some(name) if constants.is_empty() => {
                vec![(discriminator.property_name.clone(), vec![name.to_owned()])]
            }
            _ => constants,
        }
    }

    /// The required properties with a single value, in a schema and in those that its `allOf` refers to.
    fn required_constants(&self, branch: &ReferenceOr<Schema>) -> Vec<(String, Vec<String>)> {
        let (mut constants, mut required) = (Vec::new(), Vec::new());
        self.collect_constants(branch, &mut constants, &mut required, MAX_DEPTH);
        constants.retain(|(name, _)| required.contains(name));
        constants.into_iter().map(|(name, value)| (name, vec![value])).collect()
    }

    fn collect_constants(
        &self,
        branch: &ReferenceOr<Schema>,
        constants: &mut Vec<(String, String)>,
        required: &mut Vec<String>,
        depth: usize,
    ) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let item = match branch {
            ReferenceOr::Reference { reference } => {
                if let Some((_, schema)) = self.component(reference) {
                    self.collect_constants(schema, constants, required, depth);
                }
                return;
            }
            ReferenceOr::Item(item) => item,
        };
        let (properties, names, branches) = match &item.schema_kind {
            SchemaKind::Type(Type::Object(object)) => {
                (Some(&object.properties), &object.required[..], &[][..])
            }
            SchemaKind::Any(any) => (Some(&any.properties), &any.required[..], &any.all_of[..]),
            SchemaKind::AllOf { all_of } => (None, &[][..], &all_of[..]),
            _ => return,
        };
        branches.iter().for_each(|branch| self.collect_constants(branch, constants, required, depth));
        required.extend_from_slice(names);
        for (name, property) in properties.into_iter().flatten() {
            if let Some(value) = self.constant_of(property) {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                constants.retain(|(other, _)| other != name);
                constants.push((name.clone(), text));
            }
        }
    }

    /// The values of an enum in several parts: all branches are strings, with more than one value in total.
    fn merge_enums(&self, branches: &[ReferenceOr<Schema>]) -> Option<Vec<EnumValue>> {
        let mut values: Vec<EnumValue> = Vec::new();
        for branch in branches {
            let item = match branch {
                ReferenceOr::Reference { reference } => self.component(reference)?.1.as_item()?,
                ReferenceOr::Item(item) => item,
            };
            let SchemaKind::Type(Type::String(string)) = &item.schema_kind else { return None };
            for value in string.enumeration.iter().flatten() {
                if !values.iter().any(|other| other.value == *value) {
                    let description =
                        item.schema_data.description.clone().filter(|_| string.enumeration.len() == 1);
                    values.push(EnumValue { value: value.clone(), description });
                }
            }
        }
        (values.len() > 1).then_some(values)
    }
}

/// The reference in an `allOf` of one: lowering writes a reference with siblings like this.
fn wrapped_reference(branch: &ReferenceOr<Schema>) -> Option<&str> {
    match &branch.as_item()?.schema_kind {
        SchemaKind::AllOf { all_of } => match all_of.as_slice() {
            [ReferenceOr::Reference { reference }] => Some(reference),
            _ => None,
        },
        _ => None,
    }
}

/// The name of a variant that is an object without a name.
const OBJECT: &str = "object";

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
