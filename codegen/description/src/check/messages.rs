//! The words of messages about values.

use crate::{
    description::Description, json_value::JsonValue, type_definition::TypeDefinition, value_type::Type,
};

/// The number of characters after which messages cut a value.
const MAX_SHOWN: usize = 60;

/// A type with its article, for messages.
#[must_use]
pub fn describe_type(description: &Description, ty: &Type) -> String {
    let text = match ty {
        Type::String | Type::Secret | Type::Binary => "a string",
        Type::Integer => "an integer",
        Type::Unsigned => "an unsigned integer",
        Type::Decimal | Type::Float => "a number",
        Type::Boolean => "a boolean",
        Type::DateTime => "a date and time such as 2026-01-31T09:30:00Z",
        Type::Date => "a date such as 2026-01-31",
        Type::Json => "a JSON value",
        Type::JsonObject | Type::Map(_) => "an object",
        Type::List(_) => "a list",
        Type::Nullable(inner) => return format!("{} or null", describe_type(description, inner)),
        Type::Named(name) => match description.types.get(name) {
            Some(TypeDefinition::Alias(field)) => return describe_type(description, field.ty()),
            Some(TypeDefinition::Enum(values)) => return format!("one of {}", list_choices(values)),
            Some(TypeDefinition::Union(variants)) => {
                let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
                return format!("one of the variants {}", names.join(", "));
            }
            Some(TypeDefinition::Identifier(_)) => "a string",
            Some(TypeDefinition::Object(_)) | None => "an object",
        },
    };
    text.to_owned()
}

/// The path of a field.
#[must_use]
pub fn join_path(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The message for an unknown name, with a known name that was probably meant.
pub fn describe_unknown<'n>(message: &str, name: &str, known: impl Iterator<Item = &'n str>) -> String {
    match find_meant(name, known) {
        Some(known) => format!("{message}; did you mean `{known}`?"),
        None => format!("{message}; leave it out"),
    }
}

/// The end of a message about an unknown name or value, with a known one that was probably meant; else empty.
pub fn suggest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    find_meant(name, known).map(|known| format!("; did you mean `{known}`?")).unwrap_or_default()
}

fn find_meant<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let (distance, known) = known.map(|known| (edit_distance(name, known), known)).min()?;
    (distance <= 2 && distance < known.chars().count()).then_some(known)
}

/// The number of characters to insert, delete or replace to turn one name into the other (Levenshtein).
#[must_use]
pub fn edit_distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, from_char) in from.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        for (cell, to_char) in row.iter_mut().skip(1).zip(&to) {
            let above = *cell;
            let distance = (diagonal + usize::from(from_char != *to_char)).min(above + 1).min(left + 1);
            diagonal = above;
            left = distance;
            *cell = distance;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

pub(super) fn list_choices(values: &[String]) -> String {
    let shown: Vec<String> = values.iter().take(20).map(|value| format!("`{value}`")).collect();
    let more = values.len().saturating_sub(20);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

/// A value for messages: cut, and on one line.
pub(super) fn show(value: &JsonValue) -> String {
    match value {
        JsonValue::String(text) => format!("`{}`", cut(text)),
        JsonValue::Number(text) => cut(text),
        JsonValue::Bool(value) => value.to_string(),
        other => other.type_name().to_owned(),
    }
}

pub(super) fn cut(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(MAX_SHOWN).collect();
    if text.chars().count() > MAX_SHOWN { format!("{clean}…") } else { clean }
}
