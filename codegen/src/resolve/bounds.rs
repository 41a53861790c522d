//! What a schema says of its values besides their type, as data.

use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};
use serde_json::Value;

use super::field::unknown_format;
use crate::ir::{Bound, Bounds};

/// What the values of a schema must keep to.
pub(super) fn bounds(schema: &Schema) -> Bounds {
    let mut bounds = Bounds { format: unknown_format(schema).map(str::to_owned), ..Bounds::default() };
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => {
            bounds.length = (string.min_length, string.max_length);
            bounds.pattern.clone_from(&string.pattern);
        }
        SchemaKind::Type(Type::Number(number)) => {
            bounds.minimum = bound(number.minimum, number.exclusive_minimum);
            bounds.maximum = bound(number.maximum, number.exclusive_maximum);
        }
        SchemaKind::Type(Type::Integer(integer)) => {
            bounds.minimum = bound(integer.minimum, integer.exclusive_minimum);
            bounds.maximum = bound(integer.maximum, integer.exclusive_maximum);
            bounds.values = several(integer.enumeration.iter().flatten().map(|value| Value::from(*value)));
        }
        SchemaKind::Type(Type::Array(array)) => {
            bounds.count = (array.min_items, array.max_items);
            let items = array.items.as_ref().and_then(ReferenceOr::as_item);
            let items = items.map(|schema| self::bounds(schema)).filter(|items| *items != Bounds::default());
            bounds.items = items.map(Box::new);
        }
        SchemaKind::Any(any) => bounds.values = several(any.enumeration.iter().cloned()),
        _ => {}
    }
    bounds
}

fn bound(value: Option<impl ToString>, exclusive: bool) -> Option<Bound> {
    value.map(|value| Bound { value: value.to_string(), exclusive })
}

/// The values, if there are several: one alone is a constant.
fn several(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let values: Vec<Value> = values.collect();
    if values.len() > 1 { values } else { Vec::new() }
}
