//! An example of a command, made from the description.

use openapi_client_description::{Description, JsonValue, Type, TypeDefinition};

use crate::{
    arguments::{Flag, Kind},
    catalog::Loaded,
};

/// The command with all that the operation requires, in examples of the document where it has them.
pub(crate) fn example_command(program: &str, loaded: &Loaded, flags: &[Flag]) -> String {
    let mut words = vec![program.to_owned(), loaded.summary.group.clone(), loaded.summary.command.clone()];
    let is_needed = |flag: &&Flag| flag.required && !has_required_members(flag, flags);
    for flag in flags.iter().filter(is_needed) {
        let value = example_text(&loaded.description, flag);
        match flag.kind {
            _ if flag.is_positional() => words.push(quote(&value)),
            Kind::Switch => words.push(flag.format_name()),
            _ => words.extend([flag.format_name(), quote(&value)]),
        }
    }
    words.join(" ")
}

/// An object is given by the flags of its required fields, if it has any.
fn has_required_members(flag: &Flag, flags: &[Flag]) -> bool {
    flag.kind == Kind::Json && flags.iter().any(|other| other.required && is_member(other, flag))
}

fn is_member(inner: &Flag, outer: &Flag) -> bool {
    inner.place == outer.place
        && inner.path.len() == outer.path.len() + 1
        && inner.path.starts_with(&outer.path)
}

/// The text of an example for a flag.
fn example_text(description: &Description, flag: &Flag) -> String {
    let Some(field) = flag.field() else { return String::new() };
    let constant = field.constraints.allowed_values.first();
    let example = field.example.as_ref().or(field.constant.as_ref()).or(constant);
    let example = match example {
        Some(JsonValue::List(items)) if flag.kind == Kind::List => items.first(),
        other => other,
    };
    if let Some(example) = example.filter(|example| **example != JsonValue::Null) {
        return match (flag.kind, example) {
            (Kind::Map, JsonValue::Object(properties)) => {
                let first = properties.first();
                first.map_or("key=value".to_owned(), |(key, value)| format!("{key}={}", value.to_text()))
            }
            (Kind::File | Kind::FileList, _) => "@file".to_owned(),
            _ => example.to_text(),
        };
    }
    match flag.kind {
        Kind::Map => "key=value".to_owned(),
        Kind::File | Kind::FileList => "@file".to_owned(),
        Kind::Json | Kind::JsonList => example_json(description, field.ty()),
        _ => example_scalar(description, field.ty(), field.constraints.minimum.as_deref()),
    }
}

/// The depth of objects in an example, which ends those that contain themselves.
const MAX_DEPTH: usize = 5;

fn example_json(description: &Description, ty: &Type) -> String {
    match description.resolve(ty) {
        Type::List(inner) => example_value(description, inner, 0).to_string(),
        _ => example_value(description, ty, 0).to_string(),
    }
}

/// A value with what is required of it.
fn example_value(description: &Description, ty: &Type, depth: usize) -> JsonValue {
    let is_deep = depth > MAX_DEPTH;
    match (description.resolve(ty), description.definition(ty)) {
        (_, Some(TypeDefinition::Object(object))) if !is_deep => {
            let required = object.fields.iter().filter(|(_, field)| field.is_required() && !field.read_only);
            let members = required.map(|(name, field)| {
                let known = field.constant.as_ref().or(field.example.as_ref());
                let value = known.filter(|known| **known != JsonValue::Null).cloned();
                (name.clone(), value.unwrap_or_else(|| example_value(description, field.ty(), depth + 1)))
            });
            JsonValue::Object(members.collect())
        }
        (_, Some(TypeDefinition::Union(variants))) if !is_deep => variants
            .first()
            .map_or(JsonValue::Null, |variant| example_value(description, &variant.ty, depth + 1)),
        (Type::List(_), _) => JsonValue::List(Vec::new()),
        (Type::Map(_) | Type::JsonObject, _) => JsonValue::empty_object(),
        (Type::Integer | Type::Unsigned | Type::Decimal | Type::Float | Type::Boolean, _) => {
            let text = example_scalar(description, ty, None);
            JsonValue::parse(&text).unwrap_or(JsonValue::String(text))
        }
        _ => JsonValue::String(example_scalar(description, ty, None)),
    }
}

fn example_scalar(description: &Description, ty: &Type, minimum: Option<&str>) -> String {
    match description.resolve(ty) {
        Type::Integer | Type::Unsigned | Type::Decimal | Type::Float => minimum.unwrap_or("10").to_owned(),
        Type::Boolean => "true".to_owned(),
        Type::DateTime => "2026-01-31T09:30:00Z".to_owned(),
        Type::Date => "2026-01-31".to_owned(),
        Type::List(inner) => example_scalar(description, inner, None),
        Type::Named(_) => match description.definition(ty) {
            Some(TypeDefinition::Enum(values)) => values.first().cloned().unwrap_or_default(),
            Some(TypeDefinition::Identifier(prefixes)) => {
                format!("{}1a2b3c", prefixes.first().map_or("", String::as_str))
            }
            Some(TypeDefinition::Union(variants)) => variants
                .first()
                .map_or_else(String::new, |variant| example_scalar(description, &variant.ty, None)),
            Some(TypeDefinition::Object(_)) => "{}".to_owned(),
            _ => "text".to_owned(),
        },
        _ => "text".to_owned(),
    }
}

fn quote(text: &str) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || "-_./:@%+=,".contains(char);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
