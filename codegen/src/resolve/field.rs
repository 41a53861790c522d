//! Members of objects: type, presence, identifier, constant, documentation.

use indexmap::IndexMap;
use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};
use serde_json::Value;

use super::constraints::{constant, details};
use super::{Resolver, Site};
use crate::ir::{Field, Shape, TypeOrigin, TypeRef};

impl<'a> Resolver<'a> {
    /// The members of an object. A required member that has no schema is free JSON.
    pub(super) fn fields(
        &mut self,
        properties: &'a IndexMap<String, ReferenceOr<Box<Schema>>>,
        required: &[String],
        site: &Site,
    ) -> Vec<Field> {
        let mut fields: Vec<Field> = properties
            .iter()
            .map(|(name, schema)| {
                let place = site.property(name);
                let item = schema.as_item().map(AsRef::as_ref);
                let ty = self.type_ref(schema, &place);
                let mut field = self.field(name, ty, item, required.contains(name), site, place.pointer);
                if item.is_none() {
                    field.constant =
                        self.constant_of(schema).filter(|value| fits(value, &self.resolved(&field.ty)));
                }
                field
            })
            .collect();
        for name in required.iter().filter(|name| !properties.contains_key(*name)) {
            if !properties.is_empty() {
                fields.push(self.field(name, TypeRef::Json, None, true, site, site.pointer.clone()));
            }
        }
        fields
    }

    /// One member: `item` is its schema where it stands inline.
    pub(super) fn field(
        &self,
        name: &str,
        ty: TypeRef,
        item: Option<&Schema>,
        required: bool,
        site: &Site,
        pointer: String,
    ) -> Field {
        let data = item.map(|schema| &schema.schema_data);
        let ty = self.specialise(name, ty, &site.label);
        Field {
            name: name.to_owned(),
            constant: item.and_then(constant).filter(|value| fits(value, &ty)),
            ty,
            required,
            read_only: data.is_some_and(|data| data.read_only),
            write_only: data.is_some_and(|data| data.write_only),
            deprecated: data.is_some_and(|data| data.deprecated),
            description: data.and_then(|data| data.description.clone()),
            details: item.map(details).unwrap_or_default(),
            pointer,
        }
    }

    /// The one value that a schema allows, also behind a reference.
    pub(super) fn constant_of(&self, schema: &ReferenceOr<Box<Schema>>) -> Option<Value> {
        match schema {
            ReferenceOr::Item(item) => match &item.schema_kind {
                SchemaKind::AllOf { all_of } => match all_of.as_slice() {
                    [ReferenceOr::Reference { reference }] => self.constant_of_component(reference),
                    _ => None,
                },
                _ => constant(item),
            },
            ReferenceOr::Reference { reference } => self.constant_of_component(reference),
        }
    }

    fn constant_of_component(&self, reference: &str) -> Option<Value> {
        let item = self.component(reference)?.1.as_item()?;
        constant(item).filter(|_| super::schema::enum_of_one(item).is_none())
    }

    /// The type behind a component that is another name for it.
    fn resolved(&self, ty: &TypeRef) -> TypeRef {
        let TypeRef::Named(id) = ty else { return ty.clone() };
        match &self.api.get(*id).shape {
            Shape::Alias(ty) => ty.clone(),
            Shape::Pending => match &self.api.get(*id).origin {
                TypeOrigin::Component(name) => self.scalar_component(name).unwrap_or(TypeRef::Json),
                TypeOrigin::Inline => TypeRef::Json,
            },
            _ => ty.clone(),
        }
    }

    /// The type of a component that is a plain value and not built yet.
    fn scalar_component(&self, name: &str) -> Option<TypeRef> {
        match &self.schemas?.get(name)?.as_item()?.schema_kind {
            SchemaKind::Type(Type::String(_)) => Some(TypeRef::String),
            SchemaKind::Type(Type::Integer(_)) => Some(TypeRef::Integer),
            SchemaKind::Type(Type::Boolean(_)) => Some(TypeRef::Boolean),
            _ => None,
        }
    }

    /// Plain text becomes an identifier or a secret where the configuration says so.
    fn specialise(&self, name: &str, ty: TypeRef, owner: &str) -> TypeRef {
        match ty {
            TypeRef::Nullable(inner) => self.specialise(name, *inner, owner).nullable(true),
            TypeRef::List(inner) => TypeRef::List(Box::new(self.specialise(name, *inner, owner))),
            TypeRef::String => {
                let place = format!("{owner}.{name}");
                if self.config.secrets.iter().any(|secret| *secret == place || secret == name) {
                    return TypeRef::Secret;
                }
                self.id_kind(name, owner, &place).map_or(TypeRef::String, TypeRef::Id)
            }
            other => other,
        }
    }

    fn id_kind(&self, name: &str, owner: &str, place: &str) -> Option<usize> {
        let by_owner = || if name == "id" { self.object_ids.get(owner) } else { None };
        self.place_ids.get(place).or_else(by_owner).or_else(|| self.property_ids.get(name)).copied()
    }
}

/// Whether a constant is of the type that its member has in Rust.
fn fits(value: &Value, ty: &TypeRef) -> bool {
    match ty.split_null().0 {
        TypeRef::String | TypeRef::Id(_) | TypeRef::Secret => value.is_string(),
        TypeRef::Boolean => value.is_boolean(),
        TypeRef::Integer => value.is_i64(),
        _ => false,
    }
}
