//! Reads the text of a value by its type.

use openapi_client_description::{
    Description, JsonValue, Type, TypeDefinition,
    check::{Direction, TypeChecker},
};

use super::inputs::{Inputs, parse_json};
use crate::{call::FileContent, error::CliError};

/// A value that was read from the text of a flag.
pub(super) enum Given {
    Value(JsonValue),
    File(FileContent),
}

/// Reads a text as one of these types; the first that is valid for its type. Without types it is JSON if it can be.
pub(super) fn read_value<'t>(
    description: &Description,
    types: impl Iterator<Item = &'t Type>,
    flag: &str,
    text: &str,
    inputs: &mut Inputs<'_>,
) -> Result<Given, CliError> {
    let types: Vec<&Type> = types.collect();
    if types.is_empty() {
        return Ok(Given::Value(JsonValue::parse(text).unwrap_or_else(|_| JsonValue::string(text))));
    }
    let is_textual = types.iter().any(|ty| accepts_text(description, ty));
    let is_file = types.iter().any(|ty| *description.resolve(ty) == Type::Binary);
    if let Some(path) = text.strip_prefix('@').filter(|_| is_file) {
        return inputs.read(path).map(Given::File);
    }
    if types.iter().any(|ty| *description.resolve(ty) == Type::Secret)
        && let Some(path) = if text == "-" { Some("-") } else { text.strip_prefix('@') }
    {
        return inputs.read_line(flag, path).map(|line| Given::Value(JsonValue::string(line)));
    }
    // A name that begins with `@` is a text where the API takes one.
    if text.starts_with('@') && !is_textual {
        return inputs.read_json(flag, text).map(Given::Value);
    }
    let readings: Vec<JsonValue> = types.iter().flat_map(|ty| read_as(description, ty, text)).collect();
    let is_valid = |value: &&JsonValue| {
        types.iter().any(|ty| TypeChecker::is_valid(description, Direction::Request, ty, value))
    };
    if let Some(valid) = readings.iter().find(is_valid) {
        return Ok(Given::Value(valid.clone()));
    }
    // What is no JSON where only JSON can be is reported here: the check would name a text that nobody typed.
    if !is_textual && text.trim_start().starts_with(['{', '[']) {
        parse_json(text).map_err(|why| CliError::usage(format!("`{flag}`: {why}")))?;
    }
    let first = readings.into_iter().next();
    Ok(Given::Value(first.unwrap_or_else(|| JsonValue::string(text))))
}

/// Whether a text is a value of the type as it is.
fn accepts_text(description: &Description, ty: &Type) -> bool {
    match description.resolve(ty) {
        Type::String | Type::Secret | Type::DateTime | Type::Date | Type::Binary => true,
        Type::Named(_) => match description.definition(ty) {
            Some(TypeDefinition::Enum(_) | TypeDefinition::Identifier(_)) => true,
            Some(TypeDefinition::Union(variants)) => {
                variants.iter().any(|variant| accepts_text(description, &variant.ty))
            }
            _ => false,
        },
        _ => false,
    }
}

/// The values that a text can be as a type, the most special one first.
fn read_as(description: &Description, ty: &Type, text: &str) -> Vec<JsonValue> {
    let as_text = || JsonValue::string(text);
    let as_json = || JsonValue::parse(text).ok();
    match description.resolve(ty) {
        Type::Integer | Type::Unsigned | Type::Decimal | Type::Float => {
            let number = as_json().filter(|value| matches!(value, JsonValue::Number(_)));
            vec![number.unwrap_or_else(as_text)]
        }
        Type::Boolean => {
            let value = as_json().filter(|value| matches!(value, JsonValue::Bool(_)));
            vec![value.unwrap_or_else(as_text)]
        }
        Type::Json => as_json().into_iter().chain([as_text()]).collect(),
        Type::JsonObject | Type::Map(_) | Type::List(_) => vec![as_json().unwrap_or_else(as_text)],
        Type::Named(_) => match description.definition(ty) {
            Some(TypeDefinition::Object(_)) => vec![as_json().unwrap_or_else(as_text)],
            Some(TypeDefinition::Union(variants)) => {
                let readings = variants.iter().flat_map(|variant| read_as(description, &variant.ty, text));
                let mut readings: Vec<JsonValue> = readings.collect();
                readings.sort_by_key(|value| matches!(value, JsonValue::String(_)));
                readings
            }
            _ => vec![as_text()],
        },
        _ => vec![as_text()],
    }
}
