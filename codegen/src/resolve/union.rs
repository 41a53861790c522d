//! `oneOf` and `anyOf`: one of several types, and how a value shows which.

use openapiv3::{Discriminator, ReferenceOr, Schema, SchemaKind, Type};
use serde_json::Value;

use super::composition::DEPTH;
use super::intern::TypeDocs;
use super::schema::Built;
use super::{Resolver, Site};
use crate::ir::{
    EnumValue, Field, Object, Shape, StringEnum, TypeId, TypeOrigin, TypeRef, Union, UnionVariant,
};

impl<'a> Resolver<'a> {
    /// A union. `base` holds members that stand beside the branches and belong to each.
    pub(super) fn union(
        &mut self,
        branches: &'a [ReferenceOr<Schema>],
        discriminator: Option<&'a Discriminator>,
        site: &Site,
        base: &[Field],
    ) -> Built {
        if let Some(values) = self.string_values(branches) {
            return Built::Shape(Shape::StringEnum(StringEnum { values }));
        }
        let mut variants: Vec<UnionVariant> = Vec::new();
        let mut nullable = false;
        for (index, branch) in branches.iter().enumerate() {
            let place = site.step(&index.to_string());
            let variant = self.variant(branch, discriminator, &place, base);
            let (ty, null) = variant.ty.split_null();
            nullable |= null;
            let variant = UnionVariant { ty: ty.clone(), ..variant };
            if !variants.iter().any(|other| other.ty == variant.ty && other.constants == variant.constants) {
                variants.push(variant);
            }
        }
        let mut variants = self.told_apart(variants);
        self.name_objects(&mut variants);
        match variants.as_slice() {
            [] => Built::Type(TypeRef::Json),
            [only] => Built::Type(only.ty.clone().nullable(nullable)),
            _ if variants.iter().any(|variant| variant.ty == TypeRef::Json) => Built::Type(TypeRef::Json),
            _ => Built::Shape(Shape::Union(Union { variants })),
        }
    }

    fn variant(
        &mut self,
        branch: &'a ReferenceOr<Schema>,
        discriminator: Option<&Discriminator>,
        place: &Site,
        base: &[Field],
    ) -> UnionVariant {
        let ty =
            if base.is_empty() { self.type_ref(branch, place) } else { self.extended(branch, place, base) };
        let item = branch.as_item();
        let component = match branch {
            ReferenceOr::Reference { reference } => self.component(reference),
            ReferenceOr::Item(_) => wrapped(branch).and_then(|reference| self.component(reference)),
        };
        let schema = component.map_or(item, |(_, schema)| schema.as_item());
        let constants = self.constants(component.map(|(name, _)| name), branch, discriminator);
        let name = item
            .and_then(|item| item.schema_data.title.clone())
            .or_else(|| component.map(|(name, _)| name.to_owned()))
            .or_else(|| constants.iter().find_map(|(_, values)| values.first().cloned()))
            .unwrap_or_else(|| kind_name(&ty).to_owned());
        UnionVariant {
            name,
            ty,
            constants,
            description: schema.and_then(|schema| schema.schema_data.description.clone()),
            pointer: place.pointer.clone(),
        }
    }

    /// Several objects without a name of their own are named by what only one of them requires, or has.
    fn name_objects(&self, variants: &mut [UnionVariant]) {
        let nameless = |variant: &UnionVariant| variant.name == OBJECT;
        if variants.iter().filter(|variant| nameless(variant)).count() < 2 {
            return;
        }
        let members: Vec<Vec<(String, bool)>> = variants
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
        for (index, variant) in variants.iter_mut().enumerate().filter(|(_, variant)| nameless(variant)) {
            let own = members.get(index).map_or(&[][..], Vec::as_slice);
            let others = || members.iter().enumerate().filter(|(other, _)| *other != index);
            let elsewhere = |name: &String, needed: bool| {
                others().any(|(_, list)| {
                    list.iter().any(|(other, required)| other == name && (*required || !needed))
                })
            };
            let telling = own
                .iter()
                .find(|(name, required)| *required && !elsewhere(name, true))
                .or_else(|| own.iter().find(|(name, _)| !elsewhere(name, false)));
            if let Some((name, _)) = telling {
                variant.name = format!("with {name}");
            }
        }
    }

    /// A branch that is an object, with the members that stand beside the union.
    fn extended(&mut self, branch: &'a ReferenceOr<Schema>, place: &Site, base: &[Field]) -> TypeRef {
        let mut fields = base.to_vec();
        let mut union = None;
        if !self.merge(branch, place, &mut fields, &mut union, DEPTH) || union.is_some() {
            self.warning(
                "union-members",
                "the members beside this union do not go together with a branch that is no plain object"
                    .to_owned(),
                &place.pointer,
                "write out the branch as it is meant, with an action in the overlay",
            );
            return self.type_ref(branch, place);
        }
        let docs = match branch {
            ReferenceOr::Item(item) => item.into(),
            ReferenceOr::Reference { reference } => {
                let own = self.component(reference).and_then(|(_, schema)| schema.as_item());
                let description = own.and_then(|schema| schema.schema_data.description.clone());
                TypeDocs { description, ..TypeDocs::default() }
            }
        };
        TypeRef::Named(self.intern(Shape::Object(Object { fields, open: false }), docs, place))
    }

    /// Variants that no value tells apart become one of the type that takes all of them: text, a list, a number, a map.
    fn told_apart(&self, variants: Vec<UnionVariant>) -> Vec<UnionVariant> {
        let kinds: Vec<Option<TypeRef>> =
            variants.iter().map(|variant| self.plain_kind(&variant.ty)).collect();
        let mut apart: Vec<UnionVariant> = Vec::new();
        for (variant, kind) in variants.into_iter().zip(&kinds) {
            let Some(wide) =
                kind.as_ref().filter(|kind| kinds.iter().flatten().filter(|other| other == kind).count() > 1)
            else {
                apart.push(variant);
                continue;
            };
            if !apart.iter().any(|other| other.ty == *wide) {
                apart.push(UnionVariant { name: kind_name(wide).to_owned(), ty: wide.clone(), ..variant });
            }
        }
        apart
    }

    /// The type that takes every value of this kind of JSON, unless it is an object with named members.
    fn plain_kind(&self, ty: &TypeRef) -> Option<TypeRef> {
        match ty {
            TypeRef::String
            | TypeRef::Secret
            | TypeRef::Id(_)
            | TypeRef::DateTime
            | TypeRef::Date
            | TypeRef::Binary => Some(TypeRef::String),
            TypeRef::Decimal | TypeRef::Float => Some(TypeRef::Decimal),
            TypeRef::List(_) => Some(TypeRef::List(Box::new(TypeRef::Json))),
            TypeRef::Map(_) | TypeRef::JsonObject => Some(TypeRef::JsonObject),
            TypeRef::Nullable(inner) => self.plain_kind(inner),
            TypeRef::Named(id) => match &self.api.get(*id).shape {
                Shape::StringEnum(_) => Some(TypeRef::String),
                Shape::Alias(ty) => self.plain_kind(ty),
                Shape::Pending => self.pending_kind(*id),
                Shape::Object(_) | Shape::Union(_) => None,
            },
            TypeRef::Integer | TypeRef::Boolean | TypeRef::Json => None,
        }
    }

    /// The same of a component that is not built yet.
    fn pending_kind(&self, id: TypeId) -> Option<TypeRef> {
        let TypeOrigin::Component(name) = &self.api.get(id).origin else { return None };
        match &self.schemas?.get(name)?.as_item()?.schema_kind {
            SchemaKind::Type(Type::String(_)) => Some(TypeRef::String),
            SchemaKind::Type(Type::Number(_)) => Some(TypeRef::Decimal),
            SchemaKind::Type(Type::Array(_)) => Some(TypeRef::List(Box::new(TypeRef::Json))),
            _ => None,
        }
    }

    /// What marks a variant: the mapping of the discriminator, its own constants, or its component's name.
    fn constants(
        &self,
        component: Option<&str>,
        branch: &ReferenceOr<Schema>,
        discriminator: Option<&Discriminator>,
    ) -> Vec<(String, Vec<String>)> {
        let mut constants = self.own_constants(branch);
        let Some(discriminator) = discriminator else { return constants };
        let property = &discriminator.property_name;
        let names = |target: &str| {
            component.is_some_and(|name| target == name || target.rsplit('/').next() == Some(name))
        };
        let mapped: Vec<String> = discriminator
            .mapping
            .iter()
            .filter(|(_, target)| names(target))
            .map(|(value, _)| value.clone())
            .collect();
        if !mapped.is_empty() {
            constants.retain(|(name, _)| name != property);
            constants.push((property.clone(), mapped));
        } else if let (Some(name), false) = (component, constants.iter().any(|(name, _)| name == property)) {
            constants.push((property.clone(), vec![name.to_owned()]));
        }
        constants.retain(|(name, _)| name == property);
        constants
    }

    /// The required members that allow one value only, in a schema and in all that it takes in.
    fn own_constants(&self, branch: &ReferenceOr<Schema>) -> Vec<(String, Vec<String>)> {
        let (mut constants, mut required) = (Vec::new(), Vec::new());
        self.collect_constants(branch, &mut constants, &mut required, DEPTH);
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
        let (properties, own, branches) = match &item.schema_kind {
            SchemaKind::Type(Type::Object(object)) => (&object.properties, &object.required[..], &[][..]),
            SchemaKind::Any(any) => (&any.properties, &any.required[..], &any.all_of[..]),
            SchemaKind::AllOf { all_of } => {
                return all_of
                    .iter()
                    .for_each(|branch| self.collect_constants(branch, constants, required, depth));
            }
            _ => return,
        };
        branches.iter().for_each(|branch| self.collect_constants(branch, constants, required, depth));
        required.extend_from_slice(own);
        for (name, property) in properties {
            if let Some(value) = self.constant_of(property) {
                constants.retain(|(other, _)| other != name);
                constants.push((name.clone(), plain(&value)));
            }
        }
    }

    /// The values, if every branch is a string and at least one gives values: an enum in several parts.
    fn string_values(&self, branches: &[ReferenceOr<Schema>]) -> Option<Vec<EnumValue>> {
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

/// The reference inside an `allOf` of one, which is how a reference with siblings arrives.
fn wrapped(branch: &ReferenceOr<Schema>) -> Option<&str> {
    match &branch.as_item()?.schema_kind {
        SchemaKind::AllOf { all_of } => match all_of.as_slice() {
            [ReferenceOr::Reference { reference }] => Some(reference),
            _ => None,
        },
        _ => None,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What an object without a name is called.
const OBJECT: &str = "object";

/// A variant without any name is called after its kind of JSON.
fn kind_name(ty: &TypeRef) -> &'static str {
    match ty {
        TypeRef::Named(_) | TypeRef::JsonObject | TypeRef::Map(_) => OBJECT,
        TypeRef::Id(_) => "id",
        TypeRef::String | TypeRef::Secret => "text",
        TypeRef::Integer => "integer",
        TypeRef::Decimal | TypeRef::Float => "number",
        TypeRef::Boolean => "boolean",
        TypeRef::DateTime => "date time",
        TypeRef::Date => "date",
        TypeRef::Binary => "binary",
        TypeRef::Json => "json",
        TypeRef::List(_) => "list",
        TypeRef::Nullable(inner) => kind_name(inner),
    }
}
