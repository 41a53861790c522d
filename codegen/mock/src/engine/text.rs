//! Texts of a query, a header or a form into typed values. What is of another type stays text, for the check to name.

use crate::engine::document::{Document, Object, Shape, Style, Type};
use crate::engine::tree::Json;

/// A name and a value, and whether anything has asked for it.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) used: bool,
}

/// The pairs of a query or of a form body, decoded.
pub(crate) fn pairs(text: &str) -> Vec<Pair> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Pair { name: decoded(name), value: decoded(value), used: false }
        })
        .collect()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// The value of one text.
pub(crate) fn scalar(document: &Document, ty: &Type, text: &str) -> Json {
    let number = || matches!(Json::parse(text), Ok(Json::Number(_)));
    match document.plain(ty) {
        Type::Integer | Type::Decimal | Type::Float if number() => Json::number(text),
        Type::Boolean if text == "true" => Json::Bool(true),
        Type::Boolean if text == "false" => Json::Bool(false),
        Type::Json | Type::Object | Type::Map(_) | Type::List(_) => {
            Json::parse(text).unwrap_or_else(|_| Json::text(text))
        }
        Type::Named(_) => match document.shape(ty) {
            Some(Shape::Union(variants)) => {
                let found = variants.iter().map(|variant| scalar(document, &variant.ty, text));
                found.into_iter().find(|value| value.as_str().is_none()).unwrap_or_else(|| Json::text(text))
            }
            Some(Shape::Object(_)) => Json::parse(text).unwrap_or_else(|_| Json::text(text)),
            _ => Json::text(text),
        },
        _ => Json::text(text),
    }
}

/// The value of a parameter of a path, a header or a cookie.
pub(crate) fn simple(document: &Document, ty: &Type, style: Style, text: &str) -> Json {
    match document.plain(ty) {
        _ if style == Style::Json => Json::parse(text).unwrap_or_else(|_| Json::text(text)),
        Type::List(inner) => Json::List(text.split(',').map(|item| scalar(document, inner, item)).collect()),
        _ => scalar(document, ty, text),
    }
}

/// The value of a parameter of a query, or a member of a form, if it is there.
pub(crate) fn named(
    document: &Document,
    ty: &Type,
    style: Style,
    name: &str,
    pairs: &mut [Pair],
) -> Option<Json> {
    let plain = document.plain(ty);
    match (plain, style) {
        (_, Style::Json) => take(pairs, name).map(|text| Json::parse(&text).unwrap_or(Json::String(text))),
        (Type::List(inner), Style::Repeated) => {
            let items: Vec<Json> =
                take_all(pairs, name).iter().map(|text| scalar(document, inner, text)).collect();
            (!items.is_empty()).then_some(Json::List(items))
        }
        (Type::List(inner), Style::Brackets | Style::Deep) => {
            let texts = take_all(pairs, &format!("{name}[]"));
            let items: Vec<Json> = texts.iter().map(|text| scalar(document, inner, text)).collect();
            (!items.is_empty()).then_some(Json::List(items))
        }
        (Type::List(inner), _) => {
            let mark = match style {
                Style::Spaces => ' ',
                Style::Pipes => '|',
                _ => ',',
            };
            let text = take(pairs, name)?;
            Some(Json::List(text.split(mark).map(|item| scalar(document, inner, item)).collect()))
        }
        (Type::Object | Type::Map(_) | Type::Json, Style::Deep | Style::Brackets) => {
            deep(document, ty, name, pairs)
                .or_else(|| take(pairs, name).map(|text| scalar(document, ty, &text)))
        }
        (Type::Named(_), _) => match (document.shape(ty), style) {
            (Some(Shape::Object(_)), Style::Deep | Style::Brackets) => deep(document, ty, name, pairs),
            (Some(Shape::Object(object)), Style::Repeated) => spread(document, object, pairs),
            _ => take(pairs, name).map(|text| scalar(document, ty, &text)),
        },
        _ => take(pairs, name).map(|text| scalar(document, ty, &text)),
    }
}

/// The members of an object that stand as parameters of their own.
fn spread(document: &Document, object: &Object, pairs: &mut [Pair]) -> Option<Json> {
    let members = object.members.iter().filter_map(|member| {
        let text = take(pairs, &member.name)?;
        Some((member.name.clone(), scalar(document, &member.ty, &text)))
    });
    let members: Vec<(String, Json)> = members.collect();
    (!members.is_empty()).then_some(Json::Object(members))
}

/// An object in brackets: `name[key]=value`, `name[key][inner]=value`, `name[key][]=item`.
fn deep(document: &Document, ty: &Type, name: &str, pairs: &mut [Pair]) -> Option<Json> {
    let open = format!("{name}[");
    let mut keys: Vec<String> = Vec::new();
    for pair in pairs.iter().filter(|pair| !pair.used) {
        let key = pair.name.strip_prefix(&open).and_then(|rest| rest.split_once(']')).map(|(key, _)| key);
        if let Some(key) = key.filter(|key| !key.is_empty() && !keys.iter().any(|other| other == key)) {
            keys.push(key.to_owned());
        }
    }
    let members = keys.into_iter().filter_map(|key| {
        let inner = match document.plain(ty) {
            Type::Map(inner) => inner,
            _ => document
                .object(ty)
                .and_then(|object| object.get(&key))
                .map_or(&Type::Json, |member| &member.ty),
        };
        let place = format!("{name}[{key}]");
        let value = match named(document, inner, Style::Deep, &place, pairs) {
            None if *inner == Type::Json => {
                let items = take_all(pairs, &format!("{place}[]"));
                (!items.is_empty()).then(|| Json::List(items.into_iter().map(Json::String).collect()))
            }
            value => value,
        };
        value.map(|value| (key, value))
    });
    let members: Vec<(String, Json)> = members.collect();
    (!members.is_empty()).then_some(Json::Object(members))
}

/// The first value of a name; a second one is left, and so found to be one too many.
fn take(pairs: &mut [Pair], name: &str) -> Option<String> {
    let pair = pairs.iter_mut().find(|pair| !pair.used && pair.name == name)?;
    pair.used = true;
    Some(pair.value.clone())
}

fn take_all(pairs: &mut [Pair], name: &str) -> Vec<String> {
    let found = pairs.iter_mut().filter(|pair| !pair.used && pair.name == name);
    found
        .map(|pair| {
            pair.used = true;
            pair.value.clone()
        })
        .collect()
}
