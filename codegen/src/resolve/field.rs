//! Members of objects: type, presence, identifier, constant, documentation.

use indexmap::IndexMap;
use openapiv3::{ReferenceOr, Schema, SchemaData, SchemaKind, Type};
use serde_json::Value;

use super::bounds::bounds;
use super::{Builder, Site};
use crate::ir::{Field, Limits, Origin, Shape, TypeRef};

impl<'a> Builder<'a> {
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
            limits: item.map(limits).unwrap_or_default(),
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
                Origin::Component(name) => self.scalar_component(name).unwrap_or(TypeRef::Json),
                Origin::Inline => TypeRef::Json,
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

/// The one value that a schema allows.
pub(super) fn constant(schema: &Schema) -> Option<Value> {
    let SchemaKind::Type(Type::String(string)) = &schema.schema_kind else {
        let SchemaKind::Any(any) = &schema.schema_kind else { return constant_scalar(schema) };
        return match any.enumeration.as_slice() {
            [value] => Some(value.clone()),
            _ => None,
        };
    };
    match string.enumeration.as_slice() {
        [Some(value)] => Some(Value::from(value.clone())),
        _ => None,
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

fn constant_scalar(schema: &Schema) -> Option<Value> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Integer(integer)) => match integer.enumeration.as_slice() {
            [Some(value)] => Some(Value::from(*value)),
            _ => None,
        },
        SchemaKind::Type(Type::Boolean(boolean)) => match boolean.enumeration.as_slice() {
            [Some(value)] => Some(Value::from(*value)),
            _ => None,
        },
        _ => None,
    }
}

/// Limits as sentences: a client does not enforce them, its reader wants to know them.
pub(super) fn limits(schema: &Schema) -> Limits {
    let mut notes = Vec::new();
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => {
            length(&mut notes, string.min_length, string.max_length, "character");
            if let Some(pattern) = &string.pattern {
                notes.push(format!("Matches `{}`.", code(pattern)));
            }
        }
        SchemaKind::Type(Type::Number(number)) => {
            range(&mut notes, number.minimum.map(text), number.exclusive_minimum, true);
            range(&mut notes, number.maximum.map(text), number.exclusive_maximum, false);
        }
        SchemaKind::Type(Type::Integer(integer)) => {
            range(&mut notes, integer.minimum.map(text), integer.exclusive_minimum, true);
            range(&mut notes, integer.maximum.map(text), integer.exclusive_maximum, false);
            one_of(&mut notes, integer.enumeration.iter().flatten().map(text));
        }
        SchemaKind::Type(Type::Array(array)) => length(&mut notes, array.min_items, array.max_items, "item"),
        SchemaKind::Any(any) => one_of(&mut notes, any.enumeration.iter().map(text)),
        _ => {}
    }
    if let Some(format) = unknown_format(schema) {
        notes.push(format!("Format: `{}`.", code(format)));
    }
    default(&mut notes, &schema.schema_data);
    Limits { notes, bounds: bounds(schema), example: schema.schema_data.example.clone() }
}

/// Text that stays inside the backticks around it.
fn code(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect::<String>().replace('`', "'")
}

fn text(value: impl ToString) -> String {
    value.to_string()
}

fn length(notes: &mut Vec<String>, min: Option<usize>, max: Option<usize>, unit: &str) {
    let count = |number: usize| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match (min.filter(|min| *min > 0), max) {
        (Some(min), Some(max)) => notes.push(format!("{min} to {}.", count(max))),
        (Some(min), None) => notes.push(format!("At least {}.", count(min))),
        (None, Some(max)) => notes.push(format!("At most {}.", count(max))),
        (None, None) => {}
    }
}

fn range(notes: &mut Vec<String>, bound: Option<String>, exclusive: bool, lower: bool) {
    let Some(bound) = bound else { return };
    notes.push(match (lower, exclusive) {
        (true, false) => format!("At least {bound}."),
        (true, true) => format!("More than {bound}."),
        (false, false) => format!("At most {bound}."),
        (false, true) => format!("Less than {bound}."),
    });
}

fn one_of(notes: &mut Vec<String>, values: impl Iterator<Item = String>) {
    let values: Vec<String> = values.map(|value| format!("`{}`", code(&value))).collect();
    if values.len() > 1 {
        notes.push(format!("One of {}.", values.join(", ")));
    }
}

/// A string format that gives no type of its own is still worth a word.
pub(super) fn unknown_format(schema: &Schema) -> Option<&str> {
    use openapiv3::VariantOrUnknownOrEmpty::Unknown;
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => match &string.format {
            Unknown(format) => Some(format),
            _ => None,
        },
        _ => None,
    }
}

fn default(notes: &mut Vec<String>, data: &SchemaData) {
    match &data.default {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => notes.push(format!("Default: `{}`.", code(text))),
        Some(value) => notes.push(format!("Default: `{}`.", code(&value.to_string()))),
    }
}
