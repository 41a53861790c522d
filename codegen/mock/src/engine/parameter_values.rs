//! Parses the text of parameters and form fields into typed values.
//!
//! Text that does not have the expected type stays a string, which validation then reports.

use openapi_client_description::{Description, JsonValue, Object, Style, Type, TypeDefinition};

/// A name and a value, and whether a parameter has used it.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) used: bool,
}

/// The decoded pairs of a query or of a form body.
pub(crate) fn parse_pairs(text: &str) -> Vec<Pair> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Pair { name: decode(name), value: decode(value), used: false }
        })
        .collect()
}

fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn parse_json(text: &str) -> JsonValue {
    JsonValue::parse(text).unwrap_or_else(|_| JsonValue::string(text))
}

/// Parses a single value.
pub(crate) fn parse_scalar(description: &Description, ty: &Type, text: &str) -> JsonValue {
    let is_number = || matches!(JsonValue::parse(text), Ok(JsonValue::Number(_)));
    match description.resolve(ty) {
        Type::Integer | Type::Decimal | Type::Float if is_number() => JsonValue::number(text),
        Type::Boolean if text == "true" => JsonValue::Bool(true),
        Type::Boolean if text == "false" => JsonValue::Bool(false),
        Type::Json | Type::JsonObject | Type::Map(_) | Type::List(_) => parse_json(text),
        Type::Named(_) => match description.definition(ty) {
            Some(TypeDefinition::Union(variants)) => {
                let values = variants.iter().map(|variant| parse_scalar(description, &variant.ty, text));
                let mut typed = values.filter(|value| value.as_str().is_none());
                typed.next().unwrap_or_else(|| JsonValue::string(text))
            }
            Some(TypeDefinition::Object(_)) => parse_json(text),
            _ => JsonValue::string(text),
        },
        _ => JsonValue::string(text),
    }
}

/// Parses a parameter of a path, a header or a cookie.
pub(crate) fn parse_simple(description: &Description, ty: &Type, style: Style, text: &str) -> JsonValue {
    let scalar = |ty: &Type, text: &str| parse_scalar(description, ty, text);
    match description.resolve(ty) {
        _ if style == Style::Json => parse_json(text),
        Type::List(inner) => JsonValue::List(text.split(',').map(|item| scalar(inner, item)).collect()),
        _ => scalar(ty, text),
    }
}

/// Parses a parameter of a query, or a field of a form, if it is present. Marks the pairs that it uses.
pub(crate) fn parse_named(
    description: &Description,
    ty: &Type,
    style: Style,
    name: &str,
    pairs: &mut [Pair],
) -> Option<JsonValue> {
    let scalar = |ty: &Type, text: &str| parse_scalar(description, ty, text);
    let list = |inner: &Type, texts: Vec<String>| {
        let items: Vec<JsonValue> = texts.iter().map(|text| scalar(inner, text)).collect();
        (!items.is_empty()).then_some(JsonValue::List(items))
    };
    match (description.resolve(ty), style) {
        (_, Style::Json) => take(pairs, name).map(|text| parse_json(&text)),
        (Type::List(inner), Style::FormExploded) => list(inner, take_all(pairs, name)),
        (Type::List(inner), Style::Brackets | Style::DeepObject) => {
            list(inner, take_all(pairs, &format!("{name}[]")))
        }
        (Type::List(inner), _) => {
            let delimiter = match style {
                Style::SpaceDelimited => ' ',
                Style::PipeDelimited => '|',
                _ => ',',
            };
            let text = take(pairs, name)?;
            Some(JsonValue::List(text.split(delimiter).map(|item| scalar(inner, item)).collect()))
        }
        (Type::JsonObject | Type::Map(_) | Type::Json, Style::DeepObject | Style::Brackets) => {
            parse_deep_object(description, ty, name, pairs)
                .or_else(|| take(pairs, name).map(|text| scalar(ty, &text)))
        }
        (Type::Named(_), _) => match (description.definition(ty), style) {
            (Some(TypeDefinition::Object(_)), Style::DeepObject | Style::Brackets) => {
                parse_deep_object(description, ty, name, pairs)
            }
            (Some(TypeDefinition::Object(object)), Style::FormExploded) => {
                parse_exploded_object(description, object, pairs)
            }
            _ => take(pairs, name).map(|text| scalar(ty, &text)),
        },
        _ => take(pairs, name).map(|text| scalar(ty, &text)),
    }
}

/// An object whose fields are parameters of their own.
fn parse_exploded_object(
    description: &Description,
    object: &Object,
    pairs: &mut [Pair],
) -> Option<JsonValue> {
    let fields = object.fields.iter().filter_map(|(name, field)| {
        let text = take(pairs, name)?;
        Some((name.clone(), parse_scalar(description, field.ty(), &text)))
    });
    let fields: Vec<(String, JsonValue)> = fields.collect();
    (!fields.is_empty()).then_some(JsonValue::Object(fields))
}

/// An object in brackets: `name[key]=value`, `name[key][inner]=value`, `name[key][]=item`.
fn parse_deep_object(
    description: &Description,
    ty: &Type,
    name: &str,
    pairs: &mut [Pair],
) -> Option<JsonValue> {
    let prefix = format!("{name}[");
    let mut keys: Vec<String> = Vec::new();
    for pair in pairs.iter().filter(|pair| !pair.used) {
        let key = pair.name.strip_prefix(&prefix).and_then(|rest| rest.split_once(']')).map(|(key, _)| key);
        if let Some(key) = key.filter(|key| !key.is_empty() && !keys.iter().any(|other| other == key)) {
            keys.push(key.to_owned());
        }
    }
    let fields = keys.into_iter().filter_map(|key| {
        let inner = match description.resolve(ty) {
            Type::Map(inner) => inner,
            _ => {
                let field = description.object(ty).and_then(|object| object.fields.get(&key));
                field.map_or(&Type::Json, |field| field.ty())
            }
        };
        let name = format!("{name}[{key}]");
        let value = match parse_named(description, inner, Style::DeepObject, &name, pairs) {
            None if *inner == Type::Json => {
                let items = take_all(pairs, &format!("{name}[]"));
                let items: Vec<JsonValue> = items.into_iter().map(JsonValue::String).collect();
                (!items.is_empty()).then_some(JsonValue::List(items))
            }
            value => value,
        };
        value.map(|value| (key, value))
    });
    let fields: Vec<(String, JsonValue)> = fields.collect();
    (!fields.is_empty()).then_some(JsonValue::Object(fields))
}

/// The first value of a name. A second one stays unused, which is reported as a repeated parameter.
fn take(pairs: &mut [Pair], name: &str) -> Option<String> {
    let pair = pairs.iter_mut().find(|pair| !pair.used && pair.name == name)?;
    pair.used = true;
    Some(pair.value.clone())
}

fn take_all(pairs: &mut [Pair], name: &str) -> Vec<String> {
    let matching = pairs.iter_mut().filter(|pair| !pair.used && pair.name == name);
    matching
        .map(|pair| {
            pair.used = true;
            pair.value.clone()
        })
        .collect()
}
