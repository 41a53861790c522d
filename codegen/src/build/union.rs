//! `oneOf` and `anyOf`: one of several types, and how a value shows which.

use openapiv3::{Discriminator, ReferenceOr, Schema, SchemaData, SchemaKind, Type};
use serde_json::Value;

use super::composition::put;
use super::schema::Built;
use super::{Builder, Site};
use crate::ir::{EnumValue, Field, Object, Shape, StringEnum, TypeRef, Union, UnionVariant};

impl<'a> Builder<'a> {
    /// A union. `base` holds members that stand beside the branches and belong to each.
    pub(super) fn union(
        &mut self,
        branches: &'a [ReferenceOr<Schema>],
        data: &'a SchemaData,
        site: &Site,
        base: &[Field],
    ) -> Built {
        if let Some(values) = self.string_values(branches) {
            return Built::Shape(Shape::StringEnum(StringEnum { values }));
        }
        let discriminator = data.discriminator.as_ref();
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
        let ty = match branch {
            ReferenceOr::Item(item) if !base.is_empty() => self.extended(item, place, base),
            other => self.type_ref(other, place),
        };
        let item = branch.as_item();
        let component = match branch {
            ReferenceOr::Reference { reference } => self.component(reference),
            ReferenceOr::Item(_) => wrapped(branch).and_then(|reference| self.component(reference)),
        };
        let schema = component.map_or(item, |(_, schema)| schema.as_item());
        let constants = self.constants(component.map(|(name, _)| name), schema, discriminator);
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

    /// A branch that is an object, with the members that stand beside the union.
    fn extended(&mut self, item: &'a Schema, place: &Site, base: &[Field]) -> TypeRef {
        match self.schema(item, place) {
            Built::Shape(Shape::Object(object)) => {
                let mut fields = base.to_vec();
                object.fields.into_iter().for_each(|field| put(&mut fields, field));
                let shape = Shape::Object(Object { fields });
                TypeRef::Named(self.intern(shape, &item.schema_data, place))
            }
            Built::Type(TypeRef::JsonObject) => {
                let shape = Shape::Object(Object { fields: base.to_vec() });
                TypeRef::Named(self.intern(shape, &item.schema_data, place))
            }
            Built::Shape(shape) => TypeRef::Named(self.intern(shape, &item.schema_data, place)),
            Built::Type(ty) => ty,
        }
    }

    /// What marks a variant: the mapping of the discriminator, its own constants, or its component's name.
    fn constants(
        &self,
        component: Option<&str>,
        schema: Option<&Schema>,
        discriminator: Option<&Discriminator>,
    ) -> Vec<(String, Vec<String>)> {
        let mut constants: Vec<(String, Vec<String>)> = schema.map(own_constants).unwrap_or_default();
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
                    let description = item.schema_data.description.clone().filter(|_| string.enumeration.len() == 1);
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

/// The required members of an object that allow one value only, or the few values of an enum.
fn own_constants(schema: &Schema) -> Vec<(String, Vec<String>)> {
    let SchemaKind::Type(Type::Object(object)) = &schema.schema_kind else { return Vec::new() };
    object
        .properties
        .iter()
        .filter(|(name, _)| object.required.contains(name))
        .filter_map(|(name, property)| {
            let value = super::field::constant(property.as_item()?)?;
            Some((name.clone(), vec![plain(&value)]))
        })
        .collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A variant without any name is called after its kind of JSON.
fn kind_name(ty: &TypeRef) -> &'static str {
    match ty {
        TypeRef::Named(_) | TypeRef::JsonObject | TypeRef::Map(_) => "object",
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
