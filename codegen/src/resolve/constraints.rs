//! Reads what a schema says about its values besides their type.

use openapi_client_description::{Constraints, JsonValue};
use openapiv3::VariantOrUnknownOrEmpty::{Item, Unknown};
use openapiv3::{AnySchema, ExternalDocumentation, ReferenceOr, Schema, SchemaKind, StringFormat, Type};
use serde_json::Value;

use super::tighten::tighten_details;
use crate::ir::{Details, ExternalDocs};

/// Everything that a schema says about its values besides their type, itself and in the inline branches of its `allOf`.
pub(super) fn read_details(schema: &Schema) -> Details {
    let mut details = read_own_details(schema);
    for branch in inline_branches(schema).rev() {
        tighten_details(&mut details, read_details(branch));
    }
    details
}

/// The branches of an `allOf` that are not references.
pub(super) fn inline_branches(schema: &Schema) -> impl DoubleEndedIterator<Item = &Schema> {
    let branches = match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => &all_of[..],
        SchemaKind::Any(any) => &any.all_of[..],
        _ => &[],
    };
    branches.iter().filter_map(ReferenceOr::as_item)
}

fn read_own_details(schema: &Schema) -> Details {
    let data = &schema.schema_data;
    let docs = data.external_docs.as_ref();
    Details {
        constraints: read_constraints(schema),
        varies: false,
        others: Vec::new(),
        default: data.default.clone(),
        example: data.example.clone(),
        external_docs: docs.map(Into::into),
    }
}

impl From<&ExternalDocumentation> for ExternalDocs {
    fn from(docs: &ExternalDocumentation) -> Self {
        Self { url: docs.url.clone(), description: docs.description.clone() }
    }
}

fn read_constraints(schema: &Schema) -> Constraints {
    let mut constraints = Constraints::default();
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => {
            (constraints.min_length, constraints.max_length) = (string.min_length, string.max_length);
            constraints.pattern.clone_from(&string.pattern);
            constraints.format = match &string.format {
                Item(StringFormat::Byte) => Some("byte".to_owned()),
                Item(StringFormat::Password) => Some("password".to_owned()),
                Unknown(format) => Some(format.clone()),
                _ => None,
            };
        }
        SchemaKind::Type(Type::Number(number)) => {
            set_minimum(&mut constraints, number.minimum, number.exclusive_minimum);
            set_maximum(&mut constraints, number.maximum, number.exclusive_maximum);
            constraints.multiple_of = number.multiple_of.map(|step| step.to_string());
            // A single one is listed as well: a number with a fraction is not a constant.
            constraints.allowed_values = number.enumeration.iter().flatten().map(JsonValue::number).collect();
        }
        SchemaKind::Type(Type::Integer(integer)) => {
            set_minimum(&mut constraints, integer.minimum, integer.exclusive_minimum);
            set_maximum(&mut constraints, integer.maximum, integer.exclusive_maximum);
            constraints.multiple_of = integer.multiple_of.map(|step| step.to_string());
        }
        SchemaKind::Type(Type::Array(array)) => {
            (constraints.min_items, constraints.max_items) = (array.min_items, array.max_items);
            constraints.unique_items = array.unique_items;
            constraints.items = item_constraints(array.items.as_ref());
        }
        SchemaKind::Type(Type::Object(object)) => {
            constraints.min_properties = object.min_properties;
            constraints.max_properties = object.max_properties;
        }
        SchemaKind::Any(any) => constraints = read_any_constraints(any),
        _ => {}
    }
    constraints
}

/// The constraints of a schema whose keywords do not belong to one type.
fn read_any_constraints(any: &AnySchema) -> Constraints {
    let mut constraints = Constraints {
        multiple_of: any.multiple_of.map(|step| step.to_string()),
        min_length: any.min_length,
        max_length: any.max_length,
        pattern: any.pattern.clone(),
        min_items: any.min_items,
        max_items: any.max_items,
        unique_items: any.unique_items.unwrap_or_default(),
        min_properties: any.min_properties,
        max_properties: any.max_properties,
        allowed_values: unless_single(any.enumeration.iter().map(JsonValue::from)),
        items: item_constraints(any.items.as_ref()),
        ..Constraints::default()
    };
    set_minimum(&mut constraints, any.minimum, any.exclusive_minimum.unwrap_or_default());
    set_maximum(&mut constraints, any.maximum, any.exclusive_maximum.unwrap_or_default());
    constraints
}

fn item_constraints(items: Option<&ReferenceOr<Box<Schema>>>) -> Option<Box<Constraints>> {
    let constraints = items.and_then(ReferenceOr::as_item).map(|schema| read_constraints(schema));
    constraints.filter(|constraints| !constraints.is_empty()).map(Box::new)
}

fn set_minimum(constraints: &mut Constraints, limit: Option<impl ToString>, exclusive: bool) {
    let target = if exclusive { &mut constraints.exclusive_minimum } else { &mut constraints.minimum };
    *target = limit.map(|limit| limit.to_string());
}

fn set_maximum(constraints: &mut Constraints, limit: Option<impl ToString>, exclusive: bool) {
    let target = if exclusive { &mut constraints.exclusive_maximum } else { &mut constraints.maximum };
    *target = limit.map(|limit| limit.to_string());
}

/// The allowed values, if there are several: a single one is a constant.
fn unless_single(values: impl Iterator<Item = JsonValue>) -> Vec<JsonValue> {
    let values: Vec<JsonValue> = values.collect();
    if values.len() > 1 { values } else { Vec::new() }
}

/// The only value that a schema allows.
pub(super) fn only_value(schema: &Schema) -> Option<Value> {
    fn only<T>(values: &[Option<T>]) -> Option<Value>
    where
        T: Clone + Into<Value>,
    {
        match values {
            [Some(value)] => Some(value.clone().into()),
            _ => None,
        }
    }
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => only(&string.enumeration),
        SchemaKind::Type(Type::Integer(integer)) => only(&integer.enumeration),
        SchemaKind::Type(Type::Boolean(boolean)) => only(&boolean.enumeration),
        SchemaKind::Any(any) => match any.enumeration.as_slice() {
            [value] => Some(value.clone()),
            _ => None,
        },
        _ => None,
    }
}
