//! JSON values that keep the digits of numbers, so that a comparison detects lost precision and reports its path.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as its JSON text.
    Number(String),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// Parses JSON text.
    ///
    /// # Panics
    /// If the text is not JSON.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let fail = |reason: &str| {
            panic!("cannot parse JSON ({reason}): {}", text.chars().take(200).collect::<String>())
        };
        match text.as_bytes().first() {
            Some(b'{') => match serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
                Ok(entries) => Self::Object(
                    entries.into_iter().map(|(name, value)| (name, Self::parse(value.get()))).collect(),
                ),
                Err(error) => fail(&error.to_string()),
            },
            Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(text) {
                Ok(items) => Self::List(items.into_iter().map(|value| Self::parse(value.get())).collect()),
                Err(error) => fail(&error.to_string()),
            },
            Some(b'"') => match serde_json::from_str(text) {
                Ok(text) => Self::Text(text),
                Err(error) => fail(&error.to_string()),
            },
            Some(b't') if text == "true" => Self::Bool(true),
            Some(b'f') if text == "false" => Self::Bool(false),
            Some(b'n') if text == "null" => Self::Null,
            Some(b'-' | b'0'..=b'9') if serde_json::from_str::<&RawValue>(text).is_ok() => {
                Self::Number(text.to_owned())
            }
            _ => fail("unexpected character"),
        }
    }

    /// Converts a value of `serde_json`. Its numbers must be exact there already.
    #[must_use]
    pub fn from_value(value: &serde_json::Value) -> Self {
        Self::parse(&value.to_string())
    }

    /// A string.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number from its digits.
    #[must_use]
    pub fn number(digits: impl Into<String>) -> Self {
        Self::Number(digits.into())
    }

    /// An object.
    #[must_use]
    pub fn object<N: Into<String>>(entries: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(entries.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// The value of a key, if this is an object that has the key.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.get(name),
            _ => None,
        }
    }

    /// Converts to a value of `serde_json`. Numbers may lose digits.
    ///
    /// # Panics
    /// If a number was built from text that is not a JSON number.
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
            Self::Object(entries) => {
                let entry = |(name, value): (&String, &Self)| format!("{}:{value}", text(name));
                let entries: Vec<String> = entries.iter().map(entry).collect();
                write!(f, "{{{}}}", entries.join(","))
            }
        }
    }
}

/// Describes the first difference between two values. Times may be formatted differently if they are the same instant with
/// the same offset, and a property that is `null` may be lost, since responses read `null` and absence alike; everything else
/// must be equal, including every digit of a number.
#[must_use]
pub fn difference(sent: &Json, got: &Json) -> Option<String> {
    difference_at(sent, got, "")
}

fn difference_at(sent: &Json, got: &Json, path: &str) -> Option<String> {
    match (sent, got) {
        (Json::Object(a), Json::Object(b)) => {
            let lost = a.iter().find(|(name, value)| !b.contains_key(*name) && **value != Json::Null);
            if let Some((name, value)) = lost {
                return Some(format!("{path}.{name}: {value} was lost"));
            }
            if let Some((name, value)) = b.iter().find(|(name, _)| !a.contains_key(*name)) {
                return Some(format!("{path}.{name}: {value} was added"));
            }
            a.iter().find_map(|(name, value)| difference_at(value, b.get(name)?, &format!("{path}.{name}")))
        }
        (Json::List(a), Json::List(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(at, (a, b))| difference_at(a, b, &format!("{path}[{at}]")))
        }
        (Json::Text(a), Json::Text(b)) if a == b || is_same_instant(a, b) => None,
        (a, b) if a == b => None,
        (a, b) => Some(format!("{path}: {a} became {b}")),
    }
}

fn is_same_instant(a: &str, b: &str) -> bool {
    let parse = chrono::DateTime::parse_from_rfc3339;
    matches!((parse(a), parse(b)), (Ok(a), Ok(b)) if a == b && a.offset() == b.offset())
}
