//! Resolves properties: their type, presence, kind of identifier, constant and documentation.

use indexmap::IndexMap;
use openapiv3::{ReferenceOr, Schema, SchemaData, SchemaKind, Type};
use serde_json::Value;

use super::Resolver;
use super::constraints::{inline_branches, only_value, read_details};
use super::parts::{Part, branches_of};
use super::schema::enum_of_one;
use super::site::Site;
use crate::ir::{Field, Root, Shape, TypeOrigin, TypeRef};

impl<'a> Resolver<'a> {
    /// The properties of an object. A required property without a schema is any JSON.
    pub(super) fn resolve_fields(
        &mut self,
        properties: &'a IndexMap<String, ReferenceOr<Box<Schema>>>,
        required: &[String],
        site: &Site,
    ) -> Vec<Field> {
        let named = self.site_by_constant(properties, site);
        let mut fields: Vec<Field> = properties
            .iter()
            .map(|(name, schema)| {
                let field = self.resolve_property(name, schema, site, named.as_ref());
                Field { required: required.contains(name), ..field }
            })
            .collect();
        for name in required.iter().filter(|name| !properties.contains_key(*name)) {
            if !properties.is_empty() {
                let pointer = site.pointer.clone();
                fields.push(self.resolve_field(name, TypeRef::Json, None, true, site, pointer));
            }
        }
        fields
    }

    /// A property of one schema, not required. `named` is the object as an `id` is named after it.
    pub(super) fn resolve_property(
        &mut self,
        name: &str,
        schema: &'a ReferenceOr<Box<Schema>>,
        site: &Site,
        named: Option<&Site>,
    ) -> Field {
        let property = self.property_site(name, site);
        let item = schema.as_item().map(AsRef::as_ref);
        let ty = self.resolve_type(schema, &property);
        let owner = named.filter(|_| name == "id").unwrap_or(site);
        let part = Part::new(schema, property.clone());
        let mut field = self.resolve_field(name, ty, item, false, owner, property.pointer);
        match item {
            None => {
                let ty = self.resolve_alias(&field.ty);
                field.constant = self.constant_of(schema).filter(|value| has_type(value, &ty));
            }
            Some(item) if !branches_of(item, site).is_empty() => {
                if let Some((value, is_const)) = self.only_value_of(&[part]) {
                    self.set_constant(&mut field, value, is_const);
                }
            }
            Some(_) => {}
        }
        self.warn_of_credential(&field, &owner.label);
        field
    }

    /// Makes the only value that several schemas allow together the constant of a field.
    pub(super) fn set_constant(&mut self, field: &mut Field, value: Value, is_const: bool) {
        if field.constant.is_none() && has_type(&value, &field.ty) {
            field.constant = Some(value);
            if !is_const {
                self.lone_values.insert(field.pointer.clone());
            }
        }
    }

    /// The site of a property. The list of a page, and the data of an event, describe what the page or the event is about.
    pub(super) fn property_site(&self, name: &str, site: &Site) -> Site {
        let contents = site.contents.as_ref().filter(|_| name == self.config.pages.data);
        let property = site.property(name);
        Site { label: contents.unwrap_or(&property.label).clone(), ..property }
    }

    /// A property. `item` is its schema if it is inline.
    pub(super) fn resolve_field(
        &mut self,
        name: &str,
        ty: TypeRef,
        item: Option<&Schema>,
        required: bool,
        site: &Site,
        pointer: String,
    ) -> Field {
        let data = item.map(|schema| &schema.schema_data);
        let details = item.map(read_details).unwrap_or_default();
        let declared = ty.clone();
        let ty = self.specialize(name, ty, &site.label);
        let ty = match ty.split_null() {
            (TypeRef::String, nullable) => {
                let format = self.type_by_name((name, &site.label), item, &details, &pointer);
                format.unwrap_or(TypeRef::String).nullable(nullable)
            }
            _ => ty,
        };
        let constant = item.and_then(only_value).filter(|value| has_type(value, &ty));
        if constant.is_some() && !data.is_some_and(|data| data.extensions.contains_key("x-codegen-const")) {
            self.lone_values.insert(pointer.clone());
        }
        Field {
            name: name.to_owned(),
            constant,
            is_configured: ty != declared,
            ty,
            required,
            read_only: item.is_some_and(|item| says(item, |data| data.read_only)),
            write_only: item.is_some_and(|item| says(item, |data| data.write_only)),
            deprecated: item.is_some_and(|item| says(item, |data| data.deprecated)),
            description: item.and_then(description_of),
            details,
            pointer,
        }
    }

    /// The only value that a schema allows, also behind a reference.
    pub(super) fn constant_of(&self, schema: &ReferenceOr<Box<Schema>>) -> Option<Value> {
        match schema {
            ReferenceOr::Item(item) => match &item.schema_kind {
                SchemaKind::AllOf { all_of } => match all_of.as_slice() {
                    [ReferenceOr::Reference { reference }] => self.constant_of_component(reference),
                    _ => {
                        let site = Site::new(String::new(), Root::Component(String::new()), "");
                        self.only_value_of(&[Part::new(schema, site)]).map(|(value, _)| value)
                    }
                },
                _ => only_value(item),
            },
            ReferenceOr::Reference { reference } => self.constant_of_component(reference),
        }
    }

    fn constant_of_component(&self, reference: &str) -> Option<Value> {
        let item = self.component(reference)?.1.as_item()?;
        only_value(item).filter(|_| enum_of_one(item).is_none())
    }

    /// The type behind an alias.
    fn resolve_alias(&self, ty: &TypeRef) -> TypeRef {
        let TypeRef::Named(id) = ty else { return ty.clone() };
        let def = self.api.get(*id);
        match (&def.shape, &def.origin) {
            (Shape::Alias(ty), _) => ty.clone(),
            (Shape::Pending, TypeOrigin::Component(name)) => {
                self.pending_scalar(name).unwrap_or(TypeRef::Json)
            }
            (Shape::Pending, TypeOrigin::Inline) => TypeRef::Json,
            _ => ty.clone(),
        }
    }

    /// The type of a component that is a scalar and not resolved yet.
    fn pending_scalar(&self, name: &str) -> Option<TypeRef> {
        match &self.schemas?.get(name)?.as_item()?.schema_kind {
            SchemaKind::Type(Type::String(_)) => Some(TypeRef::String),
            SchemaKind::Type(Type::Integer(_)) => Some(TypeRef::Integer),
            SchemaKind::Type(Type::Boolean(_)) => Some(TypeRef::Boolean),
            _ => None,
        }
    }

    /// Makes a string an identifier, or a string or an object with any properties a secret, where the configuration says so.
    fn specialize(&self, name: &str, ty: TypeRef, owner: &str) -> TypeRef {
        let path = || format!("{owner}.{name}");
        match ty {
            TypeRef::Nullable(inner) => self.specialize(name, *inner, owner).nullable(true),
            TypeRef::List(inner) => TypeRef::List(Box::new(self.specialize(name, *inner, owner))),
            TypeRef::Map(inner) if self.is_plain_string(&inner) && self.is_secret(&path(), name) => {
                TypeRef::Map(Box::new(TypeRef::Secret))
            }
            TypeRef::JsonObject if self.is_secret(&path(), name) => TypeRef::SecretObject,
            other if self.is_plain_string(&other) && self.is_secret(&path(), name) => TypeRef::Secret,
            TypeRef::String => self.ids.find_for_property(name, owner).map_or(TypeRef::String, TypeRef::Id),
            other => other,
        }
    }
}

/// Whether a schema, or an inline branch of its `allOf`, has a flag.
fn says(schema: &Schema, flag: fn(&SchemaData) -> bool) -> bool {
    flag(&schema.schema_data) || inline_branches(schema).any(|branch| says(branch, flag))
}

/// The description of a schema, or else of the last inline branch of its `allOf` that has one.
fn description_of(schema: &Schema) -> Option<String> {
    let own = schema.schema_data.description.clone();
    own.or_else(|| inline_branches(schema).rev().find_map(description_of))
}

/// Whether a constant has the type that its property has in Rust.
fn has_type(value: &Value, ty: &TypeRef) -> bool {
    match ty.split_null().0 {
        TypeRef::String | TypeRef::Id(_) | TypeRef::Secret => value.is_string(),
        TypeRef::Boolean => value.is_boolean(),
        TypeRef::Integer => value.is_i64(),
        TypeRef::Unsigned => value.is_u64(),
        _ => false,
    }
}
