//! Parses the text of parameters and form fields into typed values.
//!
//! Text that does not have the expected type stays a string, which validation then reports.

use openapi_client_description::{Description, JsonValue, Style, Type, TypeDefinition};

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
    if text.is_empty() && is_nullable(description, ty) {
        return JsonValue::Null;
    }
    match description.resolve(ty) {
        Type::Integer | Type::Unsigned | Type::Decimal | Type::Float if is_number() => {
            JsonValue::number(text)
        }
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

/// Whether empty text is `null`: the type allows it, and empty text is not one of its values.
fn is_nullable(description: &Description, ty: &Type) -> bool {
    match ty {
        Type::Nullable(inner) => {
            !matches!(description.resolve(inner), Type::String | Type::Secret | Type::Json)
        }
        Type::Named(_) => match description.definition(ty) {
            Some(TypeDefinition::Alias(field)) => is_nullable(description, field.ty()),
            _ => false,
        },
        _ => false,
    }
}

/// Parses a parameter of a path, a header or a cookie.
pub(crate) fn parse_simple(description: &Description, ty: &Type, style: Style, text: &str) -> JsonValue {
    let (text, delimiter) = match style {
        Style::LabelExploded => (text.strip_prefix('.').unwrap_or(text), '.'),
        Style::MatrixExploded => (text.strip_prefix(';').unwrap_or(text), ';'),
        _ => (text, ','),
    };
    match description.resolve(ty) {
        _ if style == Style::Json => parse_json(text),
        Type::List(inner) => {
            let item = |item: &str| match style {
                Style::MatrixExploded => item.split_once('=').map_or("", |(_, value)| value).to_owned(),
                _ => item.to_owned(),
            };
            let items = text.split(delimiter).map(item);
            JsonValue::List(items.map(|item| parse_scalar(description, inner, &item)).collect())
        }
        _ if is_object(description, ty) && !text.starts_with('{') => {
            let parts = text.split(delimiter).map(str::to_owned);
            parse_entries(description, ty, parts, style != Style::Form)
        }
        _ => parse_scalar(description, ty, text),
    }
}

/// Whether values of a type are objects.
fn is_object(description: &Description, ty: &Type) -> bool {
    let is_map = matches!(description.resolve(ty), Type::JsonObject | Type::Map(_));
    is_map || description.object(ty).is_some()
}

/// The type of a property.
fn property_type<'a>(description: &'a Description, ty: &'a Type, key: &str) -> &'a Type {
    match description.resolve(ty) {
        Type::Map(inner) => inner,
        _ => {
            let field = description.object(ty).and_then(|object| object.fields.get(key));
            field.map_or(&Type::Json, |field| field.ty())
        }
    }
}

/// An object of joined keys and values: `key,1,other,2`, or `key=1,other=2` with `explode`.
fn parse_entries(
    description: &Description,
    ty: &Type,
    mut parts: impl Iterator<Item = String>,
    explode: bool,
) -> JsonValue {
    let mut fields = Vec::new();
    while let Some(part) = parts.next() {
        let (key, text) = match part.split_once('=') {
            Some((key, text)) if explode => (key.to_owned(), text.to_owned()),
            _ => (part, parts.next().unwrap_or_default()),
        };
        let value = parse_scalar(description, property_type(description, ty, &key), &text);
        fields.push((key, value));
    }
    JsonValue::Object(fields)
}

/// Parses a parameter of a query, or a field of a form, if it is present. Marks the pairs that it uses.
pub(crate) fn parse_named(
    description: &Description,
    ty: &Type,
    style: Style,
    name: &str,
    pairs: &mut [Pair],
) -> Option<JsonValue> {
    let delimiter = match style {
        Style::Form => Some(','),
        Style::SpaceDelimited => Some(' '),
        Style::PipeDelimited => Some('|'),
        _ => None,
    };
    let has_object = is_object(description, ty);
    match (description.resolve(ty), delimiter) {
        _ if style == Style::Json => take(pairs, name).map(|text| parse_json(&text)),
        (Type::List(inner), Some(delimiter)) => {
            let text = take(pairs, name)?;
            let items = text.split(delimiter).map(|item| parse_scalar(description, inner, item));
            Some(JsonValue::List(items.collect()))
        }
        (Type::List(inner), None) => parse_items(description, inner, style, name, pairs),
        (_, Some(delimiter)) if has_object => {
            let text = take(pairs, name)?;
            Some(parse_entries(description, ty, text.split(delimiter).map(str::to_owned), false))
        }
        _ if has_object && style == Style::FormExploded => parse_exploded_object(description, ty, pairs),
        _ => parse_bracketed(description, ty, name, pairs)
            .or_else(|| take(pairs, name).map(|text| parse_scalar(description, ty, &text))),
    }
}

/// The style of what is within a list or an object.
pub(crate) fn inner_style(description: &Description, ty: &Type) -> Style {
    if matches!(description.resolve(ty), Type::List(_)) { Style::FormExploded } else { Style::DeepObject }
}

/// A list: `name=a&name=b`, `name[]=a&name[]=b` or `name[0]=a&name[1]=b`.
fn parse_items(
    description: &Description,
    inner: &Type,
    style: Style,
    name: &str,
    pairs: &mut [Pair],
) -> Option<JsonValue> {
    let stem = name.strip_suffix("[]").unwrap_or(name);
    let mut texts = Vec::new();
    if style == Style::FormExploded || stem != name {
        texts = take_all(pairs, name);
    }
    if texts.is_empty() {
        texts = take_all(pairs, &format!("{stem}[]"));
    }
    let mut items: Vec<JsonValue> = texts.iter().map(|text| parse_scalar(description, inner, text)).collect();
    if items.is_empty() {
        let mut indices: Vec<usize> =
            keys_in_brackets(stem, pairs).iter().filter_map(|key| key.parse().ok()).collect();
        indices.sort_unstable();
        let inner_style = inner_style(description, inner);
        items.extend(indices.into_iter().filter_map(|index| {
            parse_named(description, inner, inner_style, &format!("{stem}[{index}]"), pairs)
        }));
    }
    (!items.is_empty()).then_some(JsonValue::List(items))
}

/// An object whose fields are parameters of their own. One with any keys has all that no other parameter has.
fn parse_exploded_object(description: &Description, ty: &Type, pairs: &mut [Pair]) -> Option<JsonValue> {
    let keys: Vec<String> = match description.object(ty) {
        Some(object) => object.fields.keys().cloned().collect(),
        None => first_names(pairs),
    };
    let fields = keys.into_iter().filter_map(|key| {
        let inner = property_type(description, ty, &key);
        let value = parse_named(description, inner, inner_style(description, inner), &key, pairs)?;
        Some((key, value))
    });
    let fields: Vec<(String, JsonValue)> = fields.collect();
    (!fields.is_empty()).then_some(JsonValue::Object(fields))
}

/// The names of unused pairs, without what follows in brackets.
pub(crate) fn first_names(pairs: &[Pair]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for pair in pairs.iter().filter(|pair| !pair.used) {
        let name = pair.name.split('[').next().unwrap_or_default();
        if !names.iter().any(|other| other == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The different keys that follow a name in brackets.
fn keys_in_brackets(name: &str, pairs: &[Pair]) -> Vec<String> {
    let prefix = format!("{name}[");
    let mut keys: Vec<String> = Vec::new();
    for pair in pairs.iter().filter(|pair| !pair.used) {
        let key = pair.name.strip_prefix(&prefix).and_then(|rest| rest.split_once(']')).map(|(key, _)| key);
        if let Some(key) = key.filter(|key| !key.is_empty() && !keys.iter().any(|other| other == key)) {
            keys.push(key.to_owned());
        }
    }
    keys
}

/// An object in brackets: `name[key]=value`, `name[key][inner]=value`, `name[key][]=item`, `name[key][0]=item`.
fn parse_bracketed(
    description: &Description,
    ty: &Type,
    name: &str,
    pairs: &mut [Pair],
) -> Option<JsonValue> {
    let ty = match description.definition(ty) {
        // Validation says which variant it is; here the types of its fields are what matters.
        Some(TypeDefinition::Union(variants)) => {
            variants.iter().map(|variant| &variant.ty).find(|ty| is_object(description, ty))?
        }
        _ => ty,
    };
    let is_any = *description.resolve(ty) == Type::Json;
    if !is_any && !is_object(description, ty) {
        return None;
    }
    let keys = keys_in_brackets(name, pairs);
    let fields = keys.into_iter().filter_map(|key| {
        let inner = property_type(description, ty, &key);
        let name = format!("{name}[{key}]");
        let value = parse_named(description, inner, Style::DeepObject, &name, pairs);
        value.or_else(|| untyped_list(inner, &name, pairs)).map(|value| (key, value))
    });
    let fields: Vec<(String, JsonValue)> = fields.collect();
    let is_list = is_any && fields.iter().enumerate().all(|(index, (key, _))| *key == index.to_string());
    match fields.is_empty() {
        true if is_any => untyped_list(ty, name, pairs),
        true => None,
        false if is_list => Some(JsonValue::List(fields.into_iter().map(|(_, value)| value).collect())),
        false => Some(JsonValue::Object(fields)),
    }
}

/// A list where any JSON is allowed: `name[]=a`, or `name=a&name=b`.
fn untyped_list(ty: &Type, name: &str, pairs: &mut [Pair]) -> Option<JsonValue> {
    if *ty != Type::Json {
        return None;
    }
    let mut items = take_all(pairs, &format!("{name}[]"));
    if pairs.iter().filter(|pair| !pair.used && pair.name == name).count() > 1 {
        items.extend(take_all(pairs, name));
    }
    (!items.is_empty()).then(|| JsonValue::List(items.into_iter().map(JsonValue::String).collect()))
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
