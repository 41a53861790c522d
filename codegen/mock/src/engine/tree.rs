//! JSON as a tree that loses nothing: members keep their order, numbers their digits. It knows no document.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use openapi_client_runtime::json::RawText;

/// Texts nested deeper than this are refused, lest a request take the stack.
const DEPTH: usize = 100;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// The text of a number.
    Number(String),
    String(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Why a text is no JSON, or none that a server should take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoJson {
    /// It is not JSON.
    Syntax(String),
    /// An object has a member twice; the place is a path such as `items[2].name`.
    Duplicate(String),
    /// It nests too deep.
    Deep,
}

impl Json {
    /// Reads a whole text.
    pub(crate) fn parse(text: &str) -> Result<Self, NoJson> {
        // The text is checked at once, so that what is read below can only be right.
        let mut whole = serde_json::Deserializer::from_str(text);
        let raw = RawText::decode(&mut whole).and_then(|raw| whole.end().map(|()| raw));
        let raw = raw.map_err(|error| NoJson::Syntax(error.to_string()))?;
        read(&raw.0, &Place { name: Step::Root, above: None, depth: 0 })
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    pub(crate) fn number(number: impl fmt::Display) -> Self {
        Self::Number(number.to_string())
    }

    /// The member of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Puts a member into an object, in the place of one that has the name.
    pub(crate) fn set(&mut self, name: &str, value: Self) {
        let Self::Object(members) = self else { return };
        match members.iter_mut().find(|(other, _)| other == name) {
            Some((_, old)) => *old = value,
            None => members.push((name.to_owned(), value)),
        }
    }

    /// The members of an object; none of anything else.
    pub(crate) fn members(&self) -> &[(String, Self)] {
        if let Self::Object(members) = self { members } else { &[] }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    pub(crate) fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// A number that a type of Rust can hold.
    pub(crate) fn as_number<T: std::str::FromStr>(&self) -> Option<T> {
        if let Self::Number(text) = self { text.parse().ok() } else { None }
    }

    /// What it is, in the words of messages.
    pub(crate) fn kind(&self) -> &'static str {
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

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(text) => f.write_str(text),
            Self::String(text) => quoted(f, text),
            Self::List(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(f, "{comma}{item}")?;
                }
                f.write_char(']')
            }
            Self::Object(members) => {
                f.write_char('{')?;
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        f.write_char(',')?;
                    }
                    quoted(f, name)?;
                    write!(f, ":{value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}

/// Where in a text something stands, without a path being made before one is needed.
struct Place<'a> {
    name: Step<'a>,
    above: Option<&'a Place<'a>>,
    depth: usize,
}

enum Step<'a> {
    Root,
    Member(&'a str),
    Item(usize),
}

impl Place<'_> {
    fn path(&self) -> String {
        let mut path = self.above.map(Place::path).unwrap_or_default();
        match self.name {
            Step::Root => {}
            Step::Member(name) if path.is_empty() => path.push_str(name),
            Step::Member(name) => {
                let _ = write!(path, ".{name}");
            }
            Step::Item(index) => {
                let _ = write!(path, "[{index}]");
            }
        }
        path
    }
}

/// Reads the text of one value, level by level: only so do numbers keep their digits.
fn read(text: &str, place: &Place<'_>) -> Result<Json, NoJson> {
    let text = text.trim();
    let wrong = |error: serde_json::Error| NoJson::Syntax(error.to_string());
    let below = |name| Place { name, above: Some(place), depth: place.depth + 1 };
    match text.as_bytes().first() {
        Some(b'{' | b'[') if place.depth >= DEPTH => Err(NoJson::Deep),
        Some(b'{') => {
            let mut level = serde_json::Deserializer::from_str(text);
            let raw = level.deserialize_map(Level).map_err(wrong)?;
            let mut members: Vec<(String, Json)> = Vec::with_capacity(raw.len());
            let mut names = std::collections::BTreeSet::new();
            for (name, value) in &raw {
                let here = below(Step::Member(name));
                if !names.insert(name.as_str()) {
                    return Err(NoJson::Duplicate(here.path()));
                }
                members.push((name.clone(), read(&value.0, &here)?));
            }
            Ok(Json::Object(members))
        }
        Some(b'[') => {
            let mut level = serde_json::Deserializer::from_str(text);
            let raw = level.deserialize_seq(Level).map_err(wrong)?;
            let items =
                raw.iter().enumerate().map(|(index, (_, item))| read(&item.0, &below(Step::Item(index))));
            items.collect::<Result<_, _>>().map(Json::List)
        }
        Some(b'"') => serde_json::from_str(text).map(Json::String).map_err(wrong),
        Some(b'n') => Ok(Json::Null),
        Some(b't') => Ok(Json::Bool(true)),
        Some(b'f') => Ok(Json::Bool(false)),
        _ => Ok(Json::Number(text.to_owned())),
    }
}

/// The members, or items, of one level as text.
struct Level;

impl<'de> Visitor<'de> for Level {
    type Value = Vec<(String, RawText<'de>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            members.push((name.into_owned(), map.next_value_seed(Raw)?));
        }
        Ok(members)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(Raw)? {
            items.push((String::new(), item));
        }
        Ok(items)
    }
}

struct Raw;

impl<'de> DeserializeSeed<'de> for Raw {
    type Value = RawText<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        RawText::decode(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost() {
        for text in [
            r#"{"b":1.10,"a":[12345678901234567890123,1e3,-0],"é\n":{"":null}}"#,
            r#"[true,false,[],{},"\"",0.1]"#,
            "null",
        ] {
            assert_eq!(Json::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Json::parse(" [ 1 , 2 ] ").unwrap().to_string(), "[1,2]");
    }

    #[test]
    fn what_no_server_takes_is_named() {
        for text in ["", "{", "[1,]", "nul", "01", "{\"a\":1}x", "'a'", "NaN"] {
            assert!(matches!(Json::parse(text), Err(NoJson::Syntax(_))), "{text}");
        }
        let twice = Json::parse(r#"{"a":[{"b":1,"c":2,"b":3}]}"#);
        assert_eq!(twice, Err(NoJson::Duplicate("a[0].b".to_owned())));
        let deep = "[".repeat(5000) + &"]".repeat(5000);
        assert!(Json::parse(&deep).is_err());
        let deep = "[".repeat(DEPTH + 1) + &"]".repeat(DEPTH + 1);
        assert_eq!(Json::parse(&deep), Err(NoJson::Deep));
    }
}
