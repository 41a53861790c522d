//! Examples of arguments, made from the description.

use openapi_client_description::{
    BodyContent, Description, Encoding, Field, JsonValue, Type, TypeDefinition,
};

use crate::{call::WHOLE_BODY, catalog::Loaded};

/// The deepest nesting of an example.
const MAX_DEPTH: usize = 6;

/// The arguments that the operation requires, with the examples of the document where it has them.
pub(super) fn make_example(loaded: &Loaded) -> JsonValue {
    let mut arguments = JsonValue::empty_object();
    for parameter in loaded.operation.parameters.iter() {
        if parameter.field.is_required() && parameter.field.constant.is_none() {
            arguments.set(parameter.request_name(), example_field(&loaded.description, parameter.field, 0));
        }
    }
    let Some(body) = loaded.operation.body.as_ref().filter(|body| body.required) else { return arguments };
    match &body.content {
        BodyContent::Value(_) if body.encoding == Encoding::Raw => {
            arguments.set(WHOLE_BODY, JsonValue::string("text"));
        }
        BodyContent::Value(ty) => arguments.set(WHOLE_BODY, example_type(&loaded.description, ty, 0)),
        BodyContent::Variants(variants) => {
            let fields = variants.iter().take(1).flat_map(|variant| &variant.object.fields);
            for (name, field) in fields.filter(|(_, field)| is_needed(field)) {
                arguments.set(name, example_field(&loaded.description, field, 0));
            }
        }
    }
    arguments
}

fn is_needed(field: &Field) -> bool {
    field.is_required() && !field.read_only && field.constant.is_none()
}

fn example_field(description: &Description, field: &Field, depth: usize) -> JsonValue {
    let constraints = &field.constraints;
    let stated = field.constant.as_ref().or(field.example.as_ref()).or(constraints.allowed_values.first());
    if let Some(value) = stated.filter(|value| **value != JsonValue::Null) {
        return value.clone();
    }
    let value = example_type(description, field.ty(), depth);
    match (&value, &constraints.minimum) {
        (JsonValue::Number(_), Some(minimum)) => JsonValue::parse(minimum).unwrap_or(value),
        _ => value,
    }
}

fn example_type(description: &Description, ty: &Type, depth: usize) -> JsonValue {
    match description.resolve(ty) {
        Type::String | Type::Secret | Type::Binary => JsonValue::string("text"),
        Type::Integer | Type::Unsigned | Type::Decimal | Type::Float => JsonValue::number(10),
        Type::Boolean => JsonValue::Bool(true),
        Type::DateTime => JsonValue::string("2026-01-31T09:30:00Z"),
        Type::Date => JsonValue::string("2026-01-31"),
        Type::Json | Type::JsonObject | Type::Map(_) => JsonValue::empty_object(),
        Type::List(inner) if depth < MAX_DEPTH => {
            JsonValue::List(vec![example_type(description, inner, depth + 1)])
        }
        Type::List(_) => JsonValue::List(Vec::new()),
        Type::Nullable(inner) => example_type(description, inner, depth),
        Type::Named(name) => match description.types.get(name) {
            Some(TypeDefinition::Enum(values)) => values.first().map_or(JsonValue::Null, JsonValue::string),
            Some(TypeDefinition::Identifier(prefixes)) => {
                JsonValue::string(format!("{}1a2b3c", prefixes.first().map_or("", String::as_str)))
            }
            Some(TypeDefinition::Union(variants)) if depth < MAX_DEPTH => variants
                .first()
                .map_or(JsonValue::Null, |variant| example_type(description, &variant.ty, depth + 1)),
            Some(TypeDefinition::Object(object)) if depth < MAX_DEPTH => {
                let required =
                    object.fields.iter().filter(|(_, field)| field.is_required() && !field.read_only);
                let fields = required
                    .map(|(name, field)| (name.clone(), example_field(description, field, depth + 1)));
                JsonValue::Object(fields.collect())
            }
            _ => JsonValue::empty_object(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{call::Call, catalog::Catalog, test_shop::app};

    #[test]
    fn examples_have_what_is_required_and_pass_the_check() {
        let catalog = Catalog::new(app()).unwrap();
        for summary in catalog.operations() {
            let loaded = catalog.load(summary).unwrap();
            let mut call = Call::new(loaded);
            call.arguments.extend(make_example(loaded).properties().iter().cloned());
            assert_eq!(call.check(), Ok(()), "{}", summary.id);
        }
        let loaded = catalog.load(catalog.find_operation("payOrder").unwrap()).unwrap();
        assert_eq!(make_example(loaded).to_string(), r#"{"id":"ord_1a2b3c","amount":10}"#);
    }
}
