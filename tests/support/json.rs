//! JSON whose numbers are their digits, so that an amount that lost one is seen, and a comparison that names the place.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number by its text.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// Reads JSON text.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let read = |what: &str| panic!("no JSON ({what}): {}", text.chars().take(200).collect::<String>());
        match text.as_bytes().first() {
            Some(b'{') => match serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
                Ok(members) => Self::Object(
                    members.into_iter().map(|(name, value)| (name, Self::parse(value.get()))).collect(),
                ),
                Err(error) => read(&error.to_string()),
            },
            Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(text) {
                Ok(items) => Self::List(items.into_iter().map(|value| Self::parse(value.get())).collect()),
                Err(error) => read(&error.to_string()),
            },
            Some(b'"') => match serde_json::from_str(text) {
                Ok(text) => Self::Text(text),
                Err(error) => read(&error.to_string()),
            },
            Some(b't') if text == "true" => Self::Bool(true),
            Some(b'f') if text == "false" => Self::Bool(false),
            Some(b'n') if text == "null" => Self::Null,
            Some(b'-' | b'0'..=b'9') if serde_json::from_str::<&RawValue>(text).is_ok() => {
                Self::Number(text.to_owned())
            }
            _ => read("unexpected"),
        }
    }

    /// The same from a value whose numbers are harmless.
    #[must_use]
    pub fn of(value: &serde_json::Value) -> Self {
        Self::parse(&value.to_string())
    }

    /// Text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number by its digits.
    #[must_use]
    pub fn number(digits: impl Into<String>) -> Self {
        Self::Number(digits.into())
    }

    /// An object.
    #[must_use]
    pub fn object<N: Into<String>>(members: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// The member of this name, if this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// The value as others have it; numbers may lose digits.
    ///
    /// # Panics
    /// Never: what was read as JSON is JSON.
    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::from_str(&self.to_string()).expect("JSON")
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |text: &str| serde_json::Value::from(text).to_string();
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(digits) => f.write_str(digits),
            Self::Text(value) => f.write_str(&text(value)),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", items.join(","))
            }
            Self::Object(members) => {
                let member = |(name, value): (&String, &Self)| format!("{}:{value}", text(name));
                let members: Vec<String> = members.iter().map(member).collect();
                write!(f, "{{{}}}", members.join(","))
            }
        }
    }
}

/// Where two values differ, if they do. Times that are written differently are the same if they are one instant in one
/// offset; all else, numbers included, must be the same to the digit.
#[must_use]
pub fn difference(sent: &Json, got: &Json) -> Option<String> {
    different(sent, got, "")
}

fn different(sent: &Json, got: &Json, path: &str) -> Option<String> {
    match (sent, got) {
        (Json::Object(a), Json::Object(b)) => {
            let lost = a.iter().find(|(name, _)| !b.contains_key(*name));
            if let Some((name, value)) = lost {
                return Some(format!("{path}.{name}: {value} was lost"));
            }
            if let Some((name, value)) = b.iter().find(|(name, _)| !a.contains_key(*name)) {
                return Some(format!("{path}.{name}: {value} was added"));
            }
            a.iter().find_map(|(name, value)| different(value, b.get(name)?, &format!("{path}.{name}")))
        }
        (Json::List(a), Json::List(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(at, (a, b))| different(a, b, &format!("{path}[{at}]")))
        }
        (Json::Text(a), Json::Text(b)) if a == b || same_instant(a, b) => None,
        (a, b) if a == b => None,
        (a, b) => Some(format!("{path}: {a} became {b}")),
    }
}

fn same_instant(a: &str, b: &str) -> bool {
    let parse = chrono::DateTime::parse_from_rfc3339;
    matches!((parse(a), parse(b)), (Ok(a), Ok(b)) if a == b && a.offset() == b.offset())
}
