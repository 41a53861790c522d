//! What the value of a key must be, and the slips of the pen that are read as what was meant.

use super::context::{Context, kind_of};
use crate::document::pointer;
use serde_json::{Number, Value};

/// What a key's value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Any,
    Text,
    Flag,
    Number,
    Count,
    /// A limit is a number, or in 3.0 a flag beside one.
    Limit,
    List,
    Names,
    Object,
    Reference,
    Schema,
    Schemas,
    SchemaMap,
    /// A type name, or in 3.1 a list of them.
    TypeName,
}

impl Kind {
    /// Whether a wrong value leaves the shape of the types untold; else only a note or a check is lost.
    fn is_structure(self) -> bool {
        !matches!(self, Self::Text | Self::Flag | Self::Number | Self::Count | Self::Limit)
    }

    fn wanted(self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Text => "a string",
            Self::Flag => "a boolean",
            Self::Number => "a number",
            Self::Count => "a whole number",
            Self::Limit => "a number or a boolean",
            Self::List => "a list",
            Self::Names => "a list of strings",
            Self::Object => "an object",
            Self::Reference => "a string",
            Self::Schema => "a schema",
            Self::Schemas => "a list of schemas",
            Self::SchemaMap => "an object of schemas",
            Self::TypeName => "a type or a list of types",
        }
    }

    /// Whether the value is of this kind, after what was obviously meant was put in its place.
    fn settle(self, value: &mut Value) -> bool {
        match self {
            Self::Any => true,
            Self::Text => settle_text(value),
            Self::Flag => settle_flag(value),
            Self::Number => settle_number(value),
            Self::Count => settle_count(value),
            Self::Limit => value.is_boolean() || settle_number(value),
            Self::List => value.is_array(),
            Self::Names => value.as_array_mut().is_some_and(|list| list.iter_mut().all(settle_text)),
            Self::Object => value.is_object(),
            Self::Reference => value.is_string(),
            Self::Schema => is_schema(value),
            Self::Schemas => value.as_array().is_some_and(|list| list.iter().all(is_schema)),
            Self::SchemaMap => value.as_object().is_some_and(|map| map.values().all(is_schema)),
            Self::TypeName => match value {
                Value::String(_) => true,
                // Without quotes, `null` in YAML is no string.
                Value::Null => {
                    *value = Value::from("null");
                    true
                }
                Value::Array(list) => list.iter().all(|t| t.is_string() || t.is_null()),
                _ => false,
            },
        }
    }
}

fn is_schema(value: &Value) -> bool {
    value.is_object() || value.is_boolean() || value.is_null()
}

/// YAML reads `version: 1.0` as a number.
fn settle_text(value: &mut Value) -> bool {
    if let Value::Number(_) | Value::Bool(_) = value {
        *value = Value::String(value.to_string());
    }
    value.is_string()
}

fn settle_flag(value: &mut Value) -> bool {
    match value.as_str() {
        Some("true") => *value = Value::Bool(true),
        Some("false") => *value = Value::Bool(false),
        _ => {}
    }
    value.is_boolean()
}

fn settle_number(value: &mut Value) -> bool {
    if let Some(number) = value.as_str().and_then(|text| text.trim().parse::<Number>().ok()) {
        *value = Value::Number(number);
    }
    value.is_number()
}

/// `minLength: 1.0` is written by tools that know floating point only.
fn settle_count(value: &mut Value) -> bool {
    settle_number(value);
    if value.is_f64()
        && let Some(float) = value.as_f64()
        && float.fract() == 0.0
        && (0.0..=9e15).contains(&float)
    {
        *value = Value::Number((float as u64).into());
    }
    value.as_u64().is_some_and(|count| usize::try_from(count).is_ok())
}

/// Whether a member may stay. An empty YAML value is as good as no member; a wrong one is reported.
pub(super) fn check(key: &str, kind: Kind, value: &mut Value, at: &str, cx: &mut Context<'_>) -> bool {
    if kind == Kind::Any || kind.settle(value) {
        return true;
    }
    if value.is_null() {
        return false;
    }
    let message = format!("`{key}` must be {}, not {}", kind.wanted(), described(value));
    let place = pointer::join(at, key);
    if kind.is_structure() {
        cx.error("wrong-kind", &place, message);
    } else {
        cx.warn("wrong-kind", &place, format!("{message}; it is ignored"));
    }
    false
}

fn described(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list like this".to_owned(),
        Value::Object(_) => "an object like this".to_owned(),
        Value::Number(number) => format!("`{number}`"),
        Value::String(text) if text.len() <= 40 => format!("`{}`", text.escape_debug()),
        other => kind_of(other).to_owned(),
    }
}
