//! Converts what is known about a value to the type of a field: requests state an amount as a number that responses have as an
//! object or a text.

use openapi_client_description::{
    Description, Field, JsonValue, Type, TypeDefinition,
    validate::{parse_decimal, parse_number},
};
use rust_decimal::Decimal;

/// The decimals of an amount in a text.
const DECIMALS: u32 = 2;

/// The value in the type of a field, or, for an object, what is known of it. `None` if it cannot be converted.
pub(crate) fn convert(description: &Description, field: &Field, value: &JsonValue) -> Option<JsonValue> {
    let amount = description.rules.amount.as_deref();
    let ty = description.resolve(field.ty());
    match (ty, value) {
        (Type::Named(_), JsonValue::Number(_) | JsonValue::String(_)) => match description.definition(ty)? {
            TypeDefinition::Object(object) if is_amount(description, ty) => {
                let text = value.to_text();
                parse_decimal(&text)?;
                let number = object.fields.get_key_value(amount?);
                number.map(|(name, _)| JsonValue::Object(vec![(name.clone(), value.clone())]))
            }
            TypeDefinition::Enum(values) => {
                let text = value.as_str()?;
                values.iter().find(|value| value.eq_ignore_ascii_case(text)).map(JsonValue::string)
            }
            _ => None,
        },
        (_, JsonValue::Object(_)) if ty.is_number_or_text() => {
            let number = value.get(amount?).filter(|number| !matches!(number, JsonValue::Object(_)))?;
            convert(description, field, number).or_else(|| Some(number.clone()))
        }
        (Type::Decimal | Type::Float | Type::Integer | Type::Unsigned, JsonValue::String(text)) => {
            parse_decimal(text).map(|number| JsonValue::number(number.normalize()))
        }
        (Type::Integer | Type::Unsigned, JsonValue::Number(_)) => {
            parse_number(value).map(|number| JsonValue::number(number.normalize()))
        }
        (Type::String, JsonValue::Number(text)) => {
            let number = parse_decimal(text).filter(|_| is_decimal_text(field));
            Some(JsonValue::string(number.map_or_else(|| text.clone(), format_decimal)))
        }
        _ => None,
    }
}

/// Whether values of a type are objects that stand for an amount.
pub(crate) fn is_amount(description: &Description, ty: &Type) -> bool {
    let amount = description.rules.amount.as_deref();
    let object = description.object(ty);
    let field = object.zip(amount).and_then(|(object, amount)| object.fields.get(amount));
    field.is_some_and(|field| description.resolve(field.ty()).is_number_or_text())
}

/// Whether the texts of a field are decimal numbers, by its format or its example.
fn is_decimal_text(field: &Field) -> bool {
    let example = field.example.as_ref().and_then(JsonValue::as_str);
    let is_decimal = |text: &str| text.contains('.') && parse_decimal(text).is_some();
    field.constraints.format.as_deref() == Some("decimal") || example.is_some_and(is_decimal)
}

/// A number with at least two decimals.
fn format_decimal(number: Decimal) -> String {
    let mut number = number.normalize();
    if number.scale() < DECIMALS {
        number.rescale(DECIMALS);
    }
    number.to_string()
}
