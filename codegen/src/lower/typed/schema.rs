//! Converts a lowered schema.

use super::{add_extension, into_list, into_map, into_text, into_texts, is_true};
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, BooleanType, IntegerType, NumberType, ObjectType,
    ReferenceOr, Schema, SchemaData, SchemaKind, StringType, Type,
};
use serde_json::{Map, Value};

/// Converts a lowered schema or reference. Public for the schemas in `x-codegen-prefix-items`.
#[must_use]
pub fn convert_schema(value: Value) -> ReferenceOr<Schema> {
    let mut map = into_map(value);
    if let Some(Value::String(reference)) = map.get_mut("$ref") {
        return ReferenceOr::Reference { reference: std::mem::take(reference) };
    }
    ReferenceOr::Item(convert_object(map))
}

fn convert_boxed(value: Value) -> ReferenceOr<Box<Schema>> {
    match convert_schema(value) {
        ReferenceOr::Item(item) => ReferenceOr::Item(Box::new(item)),
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
    }
}

fn convert_schemas(value: Value) -> Vec<ReferenceOr<Schema>> {
    into_list(value).into_iter().map(convert_schema).collect()
}

fn convert_object(map: Map<String, Value>) -> Schema {
    let mut data = SchemaData::default();
    let mut any = AnySchema::default();
    for (key, value) in map {
        if let Some((key, value)) = take_annotation(&mut data, key, value) {
            set_keyword(&mut any, &key, value);
        }
    }
    Schema { schema_data: data, schema_kind: schema_kind(any) }
}

/// Stores an annotation. Returns any other keyword.
fn take_annotation(data: &mut SchemaData, key: String, value: Value) -> Option<(String, Value)> {
    match key.as_str() {
        "nullable" => data.nullable = is_true(&value),
        "readOnly" => data.read_only = is_true(&value),
        "writeOnly" => data.write_only = is_true(&value),
        "deprecated" => data.deprecated = is_true(&value),
        "externalDocs" => data.external_docs = serde_json::from_value(value).ok(),
        "example" => data.example = Some(value),
        "title" => data.title = Some(into_text(value)),
        "description" => data.description = Some(into_text(value)),
        "discriminator" => data.discriminator = serde_json::from_value(value).ok(),
        "default" => data.default = Some(value),
        name if name.starts_with("x-") => add_extension(&mut data.extensions, key, value),
        _ => return Some((key, value)),
    }
    None
}

fn set_keyword(any: &mut AnySchema, key: &str, value: Value) {
    let count = |value: Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
    match key {
        "type" => any.typ = Some(into_text(value)),
        "format" => any.format = Some(into_text(value)),
        "pattern" => any.pattern = Some(into_text(value)),
        "enum" => any.enumeration = into_list(value),
        "multipleOf" => any.multiple_of = value.as_f64(),
        "exclusiveMinimum" => any.exclusive_minimum = value.as_bool(),
        "exclusiveMaximum" => any.exclusive_maximum = value.as_bool(),
        "minimum" => any.minimum = value.as_f64(),
        "maximum" => any.maximum = value.as_f64(),
        "properties" => {
            let properties = into_map(value).into_iter();
            any.properties = properties.map(|(name, value)| (name, convert_boxed(value))).collect();
        }
        "required" => any.required = into_texts(value),
        "additionalProperties" => {
            any.additional_properties = Some(match value {
                Value::Bool(allowed) => AdditionalProperties::Any(allowed),
                value => AdditionalProperties::Schema(Box::new(convert_schema(value))),
            });
        }
        "minProperties" => any.min_properties = count(value),
        "maxProperties" => any.max_properties = count(value),
        "items" => any.items = Some(convert_boxed(value)),
        "minItems" => any.min_items = count(value),
        "maxItems" => any.max_items = count(value),
        "uniqueItems" => any.unique_items = value.as_bool(),
        "minLength" => any.min_length = count(value),
        "maxLength" => any.max_length = count(value),
        "oneOf" => any.one_of = convert_schemas(value),
        "allOf" => any.all_of = convert_schemas(value),
        "anyOf" => any.any_of = convert_schemas(value),
        _ => {}
    }
}

/// The narrowest kind that has a field for every keyword of the schema.
fn schema_kind(mut any: AnySchema) -> SchemaKind {
    let is_composition = !(any.one_of.is_empty() && any.any_of.is_empty() && any.all_of.is_empty());
    if is_composition {
        let one_of = std::mem::take(&mut any.one_of);
        let any_of = std::mem::take(&mut any.any_of);
        let all_of = std::mem::take(&mut any.all_of);
        let is_alone = any == AnySchema::default();
        return match (one_of.is_empty(), any_of.is_empty(), all_of.is_empty()) {
            (false, true, true) if is_alone => SchemaKind::OneOf { one_of },
            (true, false, true) if is_alone => SchemaKind::AnyOf { any_of },
            (true, true, false) if is_alone => SchemaKind::AllOf { all_of },
            _ => SchemaKind::Any(AnySchema { one_of, any_of, all_of, ..any }),
        };
    }
    match any.typ.as_deref() {
        Some("string") => SchemaKind::Type(Type::String(string_type(any))),
        Some("number") => SchemaKind::Type(Type::Number(number_type(any))),
        Some("integer") => SchemaKind::Type(Type::Integer(integer_type(any))),
        Some("boolean") => SchemaKind::Type(Type::Boolean(BooleanType {
            enumeration: enum_values(&any.enumeration, Value::as_bool),
        })),
        Some("array") => SchemaKind::Type(Type::Array(ArrayType {
            items: any.items,
            min_items: any.min_items,
            max_items: any.max_items,
            unique_items: any.unique_items.unwrap_or_default(),
        })),
        Some("object") => SchemaKind::Type(Type::Object(ObjectType {
            properties: any.properties,
            required: any.required,
            additional_properties: any.additional_properties,
            min_properties: any.min_properties,
            max_properties: any.max_properties,
        })),
        _ => SchemaKind::Any(any),
    }
}

fn string_type(any: AnySchema) -> StringType {
    StringType {
        format: any.format.into(),
        pattern: any.pattern,
        enumeration: enum_values(&any.enumeration, |value| value.as_str().map(str::to_owned)),
        min_length: any.min_length,
        max_length: any.max_length,
    }
}

fn number_type(any: AnySchema) -> NumberType {
    NumberType {
        format: any.format.into(),
        multiple_of: any.multiple_of,
        exclusive_minimum: any.exclusive_minimum.unwrap_or_default(),
        exclusive_maximum: any.exclusive_maximum.unwrap_or_default(),
        minimum: any.minimum,
        maximum: any.maximum,
        enumeration: enum_values(&any.enumeration, Value::as_f64),
    }
}

/// `bounds` has made every limit of an integer a 64-bit integer.
fn integer_type(any: AnySchema) -> IntegerType {
    let whole = |limit: Option<f64>| limit.map(|limit| limit as i64);
    IntegerType {
        format: any.format.into(),
        multiple_of: whole(any.multiple_of),
        exclusive_minimum: any.exclusive_minimum.unwrap_or_default(),
        exclusive_maximum: any.exclusive_maximum.unwrap_or_default(),
        minimum: whole(any.minimum),
        maximum: whole(any.maximum),
        enumeration: enum_values(&any.enumeration, Value::as_i64),
    }
}

fn enum_values<T>(list: &[Value], convert: impl Fn(&Value) -> Option<T>) -> Vec<Option<T>> {
    list.iter().filter_map(convert).map(Some).collect()
}
