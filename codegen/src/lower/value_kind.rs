//! Checks the type of a key's value, and corrects values whose meaning is obvious, such as a number in quotes.

use super::context::{LowerContext, kind_of};
use crate::diagnostic::Code;
use crate::document::pointer;
use serde_json::{Map, Number, Value};

/// What the value of a key must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
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

impl ValueKind {
    /// Whether the generated types depend on the value. Else it only affects docs and constraints, and may be ignored.
    fn affects_types(self) -> bool {
        !matches!(self, Self::Text | Self::Flag | Self::Number | Self::Count | Self::Limit)
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Text | Self::Reference => "a string",
            Self::Flag => "a boolean",
            Self::Number => "a number",
            Self::Count => "an integer of at least 0",
            Self::Limit => "a number or a boolean",
            Self::List => "a list",
            Self::Names => "a list of strings",
            Self::Object => "an object",
            Self::Schema => "a schema",
            Self::Schemas => "a list of schemas",
            Self::SchemaMap => "an object of schemas",
            Self::TypeName => "a type or a list of types",
        }
    }

    /// Corrects the value where its meaning is obvious. Returns whether it is of this kind then.
    fn coerce(self, value: &mut Value) -> bool {
        match self {
            Self::Any => true,
            Self::Text => coerce_text(value),
            Self::Flag => coerce_flag(value),
            Self::Number => coerce_number(value),
            Self::Count => coerce_count(value),
            Self::Limit => value.is_boolean() || coerce_number(value),
            Self::List => value.is_array(),
            Self::Names => value.as_array_mut().is_some_and(|list| list.iter_mut().all(coerce_text)),
            Self::Object => coerce_object(value),
            Self::Reference => value.is_string(),
            Self::Schema => coerce_schema(value),
            Self::Schemas => value.as_array_mut().is_some_and(|list| list.iter_mut().all(coerce_schema)),
            Self::SchemaMap => {
                coerce_object(value);
                value.as_object_mut().is_some_and(|map| map.values_mut().all(coerce_schema))
            }
            Self::TypeName => match value {
                Value::String(_) => true,
                // An unquoted `null` in YAML is not a string.
                Value::Null => {
                    *value = Value::from("null");
                    true
                }
                Value::Array(list) => list.iter().all(|name| name.is_string() || name.is_null()),
                _ => false,
            },
        }
    }
}

fn coerce_schema(value: &mut Value) -> bool {
    coerce_object(value) || value.is_boolean() || value.is_null()
}

/// Tools in PHP write an empty object as `[]`.
pub(super) fn coerce_object(value: &mut Value) -> bool {
    if value.as_array().is_some_and(Vec::is_empty) {
        *value = Value::Object(Map::new());
    }
    value.is_object()
}

/// An unquoted `version: 1.0` in YAML is a number.
fn coerce_text(value: &mut Value) -> bool {
    if let Value::Number(_) | Value::Bool(_) = value {
        *value = Value::String(value.to_string());
    }
    value.is_string()
}

fn coerce_flag(value: &mut Value) -> bool {
    match value.as_str() {
        Some("true") => *value = Value::Bool(true),
        Some("false") => *value = Value::Bool(false),
        _ => {}
    }
    value.is_boolean()
}

fn coerce_number(value: &mut Value) -> bool {
    if let Some(number) = value.as_str().and_then(|text| text.trim().parse::<Number>().ok()) {
        *value = Value::Number(number);
    }
    value.is_number()
}

/// Tools that only have floats write `minLength: 1.0`.
fn coerce_count(value: &mut Value) -> bool {
    coerce_number(value);
    if value.is_f64()
        && let Some(float) = value.as_f64()
        && float.fract() == 0.0
        && (0.0..=9e15).contains(&float)
    {
        *value = Value::Number((float as u64).into());
    }
    value.as_u64().is_some_and(|count| usize::try_from(count).is_ok())
}

/// Checks the value of a key, and returns whether to keep it. An empty YAML value counts as absent; a wrong one is reported.
pub(super) fn check_value(
    key: &str,
    kind: ValueKind,
    value: &mut Value,
    at: &str,
    cx: &mut LowerContext<'_>,
) -> bool {
    if kind == ValueKind::Any || kind.coerce(value) {
        return true;
    }
    if value.is_null() {
        return false;
    }
    let message = format!("`{key}`: expected {}, found {}", kind.expected(), describe_value(value, kind));
    let place = pointer::join(at, key);
    if kind.affects_types() {
        cx.error(Code::WRONG_KIND, &place, message);
    } else {
        cx.warn(Code::WRONG_KIND, &place, format!("{message}; it is ignored"));
    }
    false
}

fn describe_value(value: &Value, expected: ValueKind) -> String {
    match (value, expected) {
        (Value::Array(_), ValueKind::Names | ValueKind::Schemas | ValueKind::TypeName) => {
            "a list with other items".to_owned()
        }
        (Value::Object(_), ValueKind::SchemaMap) => "an object with other values".to_owned(),
        (Value::Number(number), _) => format!("`{number}`"),
        (Value::String(text), _) if text.len() <= 40 => format!("`{}`", text.escape_debug()),
        (other, _) => kind_of(other).to_owned(),
    }
}
