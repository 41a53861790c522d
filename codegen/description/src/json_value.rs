//! JSON values that keep the order of properties and the digits of numbers.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

mod serialization;

/// The maximum nesting of a parsed text: parsing recurses, so deeper text could overflow the stack.
const MAX_DEPTH: usize = 100;

/// A JSON value.
///
/// `serde_json::Value` converts numbers to 64 bit binary numbers; amounts need all of their digits.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonValue {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// The text of a number.
    Number(String),
    /// A string.
    String(String),
    /// A list.
    List(Vec<JsonValue>),
    /// The properties of an object, in order.
    Object(Vec<(String, JsonValue)>),
}

/// Why a text was not parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// The text is not JSON.
    Syntax(String),
    /// An object has two properties of the same name. Holds the path, such as `items[2].name`.
    DuplicateProperty(String),
    /// The value is nested more than 100 levels deep.
    TooDeep,
}

impl JsonValue {
    /// Parses a text that is one JSON value.
    ///
    /// # Errors
    ///
    /// The text is not JSON, repeats a property, or is nested too deep.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        // Checks the syntax of the whole text, so that `parse_level` can rely on it.
        let raw: &RawValue = serde_json::from_str(text).map_err(syntax_error)?;
        parse_level(raw.get(), &Path { step: Step::Root, parent: None, depth: 0 })
    }

    /// A string.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// A number; `number` must display as JSON does.
    pub fn number(number: impl fmt::Display) -> Self {
        Self::Number(number.to_string())
    }

    /// An object without properties.
    #[must_use]
    pub fn empty_object() -> Self {
        Self::Object(Vec::new())
    }

    /// The property of an object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.properties().iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Sets a property of an object. Values that are not objects stay unchanged.
    pub fn set(&mut self, name: &str, value: Self) {
        let Self::Object(properties) = self else { return };
        match properties.iter_mut().find(|(other, _)| other == name) {
            Some((_, old)) => *old = value,
            None => properties.push((name.to_owned(), value)),
        }
    }

    /// The properties of an object; empty for other values.
    #[must_use]
    pub fn properties(&self) -> &[(String, Self)] {
        if let Self::Object(properties) = self { properties } else { &[] }
    }

    /// The items of a list; empty for other values.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The text of a string, or the JSON of another value.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.as_str().map_or_else(|| self.to_string(), str::to_owned)
    }

    /// Whether the value is `true`.
    #[must_use]
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// The number, if `T` can hold it.
    #[must_use]
    pub fn as_number<T: std::str::FromStr>(&self) -> Option<T> {
        if let Self::Number(text) = self { text.parse().ok() } else { None }
    }

    /// The JSON type with its article, for messages.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl fmt::Display for JsonValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(text) => f.write_str(text),
            Self::String(text) => write_string(f, text),
            Self::List(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(f, "{comma}{item}")?;
                }
                f.write_char(']')
            }
            Self::Object(properties) => {
                f.write_char('{')?;
                for (index, (name, value)) in properties.iter().enumerate() {
                    if index > 0 {
                        f.write_char(',')?;
                    }
                    write_string(f, name)?;
                    write!(f, ":{value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

fn write_string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}

/// The path to a value as a linked list: its text is only built for errors.
struct Path<'a> {
    step: Step<'a>,
    parent: Option<&'a Path<'a>>,
    depth: usize,
}

enum Step<'a> {
    Root,
    Property(&'a str),
    Item(usize),
}

impl Path<'_> {
    fn to_text(&self) -> String {
        let mut text = self.parent.map(Path::to_text).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Property(name) if text.is_empty() => text.push_str(name),
            Step::Property(name) => {
                let _ = write!(text, ".{name}");
            }
            Step::Item(index) => {
                let _ = write!(text, "[{index}]");
            }
        }
        text
    }
}

/// Parses one value level by level: serde_json hands out the digits of a number only as raw text.
fn parse_level(text: &str, path: &Path<'_>) -> Result<JsonValue, ParseError> {
    let text = text.trim();
    let child = |step| Path { step, parent: Some(path), depth: path.depth + 1 };
    match text.as_bytes().first() {
        Some(b'{' | b'[') if path.depth >= MAX_DEPTH => Err(ParseError::TooDeep),
        Some(b'{') => {
            let raw =
                serde_json::Deserializer::from_str(text).deserialize_map(Level).map_err(syntax_error)?;
            let mut properties: Vec<(String, JsonValue)> = Vec::with_capacity(raw.len());
            let mut names = BTreeSet::new();
            for (name, value) in &raw {
                let here = child(Step::Property(name));
                if !names.insert(name.as_str()) {
                    return Err(ParseError::DuplicateProperty(here.to_text()));
                }
                properties.push((name.clone(), parse_level(value.get(), &here)?));
            }
            Ok(JsonValue::Object(properties))
        }
        Some(b'[') => {
            let raw =
                serde_json::Deserializer::from_str(text).deserialize_seq(Level).map_err(syntax_error)?;
            let items = raw.iter().enumerate();
            let items = items.map(|(index, (_, item))| parse_level(item.get(), &child(Step::Item(index))));
            items.collect::<Result<_, _>>().map(JsonValue::List)
        }
        Some(b'"') => serde_json::from_str(text).map(JsonValue::String).map_err(syntax_error),
        Some(b'n') => Ok(JsonValue::Null),
        Some(b't') => Ok(JsonValue::Bool(true)),
        Some(b'f') => Ok(JsonValue::Bool(false)),
        _ => Ok(JsonValue::Number(text.to_owned())),
    }
}

fn syntax_error(error: serde_json::Error) -> ParseError {
    ParseError::Syntax(error.to_string())
}

/// The properties or items of one level as raw text.
struct Level;

impl<'de> Visitor<'de> for Level {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut properties = Vec::new();
        while let Some((name, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
            properties.push((name.into_owned(), value));
        }
        Ok(properties)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element::<&'de RawValue>()? {
            items.push((String::new(), item));
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing_keeps_order_and_digits() {
        for text in [
            r#"{"b":1.10,"a":[12345678901234567890123,1e3,-0],"é\n":{"":null}}"#,
            r#"[true,false,[],{},"\"",0.1]"#,
            "null",
        ] {
            assert_eq!(JsonValue::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(JsonValue::parse(" [ 1 , 2 ] ").unwrap().to_string(), "[1,2]");
    }

    #[test]
    fn invalid_text_is_an_error() {
        for text in ["", "{", "[1,]", "nul", "01", "{\"a\":1}x", "'a'", "NaN"] {
            assert!(matches!(JsonValue::parse(text), Err(ParseError::Syntax(_))), "{text}");
        }
        let duplicate = JsonValue::parse(r#"{"a":[{"b":1,"c":2,"b":3}]}"#);
        assert_eq!(duplicate, Err(ParseError::DuplicateProperty("a[0].b".to_owned())));
        let deep = "[".repeat(5000) + &"]".repeat(5000);
        assert!(JsonValue::parse(&deep).is_err());
        let deep = "[".repeat(MAX_DEPTH + 1) + &"]".repeat(MAX_DEPTH + 1);
        assert_eq!(JsonValue::parse(&deep), Err(ParseError::TooDeep));
    }
}
