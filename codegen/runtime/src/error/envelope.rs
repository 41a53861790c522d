//! Reads the body of an error response leniently: every field is optional, and what is present is kept.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use crate::json::RawText;

/// The names of the fields in an error body.
#[derive(Clone, Copy, Debug)]
pub struct ErrorEnvelope {
    /// The path to the object with the fields below, from the outside in.
    pub root: &'static [&'static str],
    /// The field with the type of the error.
    pub r#type: Option<&'static str>,
    /// The field with the code of the error.
    pub code: Option<&'static str>,
    /// The field with the message.
    pub message: Option<&'static str>,
    /// The field that names the invalid parameter.
    pub param: Option<&'static str>,
}

/// What an error body says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) r#type: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) param: Option<String>,
}

impl ApiError {
    pub(crate) fn parse(body: &[u8], names: &ErrorEnvelope) -> Self {
        let Some(document) = std::str::from_utf8(body).ok().and_then(RawFields::parse) else {
            return Self::default();
        };
        let mut error = match document.find_root(names.root) {
            Root::Object(root) => Self::from_fields(&root, names),
            // OAuth (RFC 6749, section 5.2) has the code in place of the object, and the message beside it.
            Root::Text(code) => Self { code: Some(code), ..Self::default() },
            // Some hosts send the fields without the enclosing object.
            Root::Absent => Self::from_fields(&document, names),
        };
        if error.message.is_none() {
            error.message = ["error_description", "message", "detail", "title"]
                .iter()
                .find_map(|name| document.text(name));
        }
        error
    }

    fn from_fields(root: &RawFields<'_>, names: &ErrorEnvelope) -> Self {
        let find = |name: Option<&str>| name.and_then(|name| root.text(name));
        Self {
            r#type: find(names.r#type),
            code: find(names.code),
            message: find(names.message),
            param: find(names.param),
        }
    }
}

/// The fields of an object with their values as JSON text. Compiles to less code than a tree of values, which error
/// handling would be the only user of in many programs.
struct RawFields<'a>(Vec<(String, Cow<'a, str>)>);

/// What a path leads to.
enum Root<'a> {
    Object(RawFields<'a>),
    Text(String),
    Absent,
}

impl<'a> RawFields<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        serde_json::Deserializer::from_str(text).deserialize_map(RawFieldsVisitor).ok()
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }

    /// The value of a field: a string without its quotes, other values as JSON text; `null` counts as absent.
    fn text(&self, name: &str) -> Option<String> {
        match self.raw(name)? {
            "null" => None,
            string if string.starts_with('"') => serde_json::from_str(string).ok(),
            other => Some(other.to_owned()),
        }
    }

    fn find_root(&self, path: &[&str]) -> Root<'_> {
        let Some((first, rest)) = path.split_first() else { return Root::Absent };
        let Some(inner) = self.raw(first) else { return Root::Absent };
        match RawFields::parse(inner) {
            Some(fields) if rest.is_empty() => Root::Object(fields),
            Some(fields) => match fields.find_root(rest) {
                Root::Object(fields) => Root::Object(RawFields(
                    fields.0.into_iter().map(|(name, value)| (name, value.into_owned().into())).collect(),
                )),
                Root::Text(text) => Root::Text(text),
                Root::Absent => Root::Absent,
            },
            None => serde_json::from_str(inner).map_or(Root::Absent, Root::Text),
        }
    }
}

struct RawFieldsVisitor;

impl<'de> Visitor<'de> for RawFieldsVisitor {
    type Value = RawFields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            fields.push((name, map.next_value_seed(RawTextSeed)?));
        }
        Ok(RawFields(fields))
    }
}

struct RawTextSeed;

impl<'de> DeserializeSeed<'de> for RawTextSeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        RawText::decode(deserializer).map(|text| text.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: ErrorEnvelope = ErrorEnvelope {
        root: &["error"],
        r#type: Some("type"),
        code: Some("code"),
        message: Some("message"),
        param: Some("param"),
    };

    fn parse(body: &str) -> [Option<String>; 4] {
        let error = ApiError::parse(body.as_bytes(), &NAMES);
        [error.r#type, error.code, error.message, error.param]
    }

    #[test]
    fn keeps_the_fields_that_are_present() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            parse(r#"{"error":{"type":"t","code":"c","message":"m","param":"p"}}"#),
            [some("t"), some("c"), some("m"), some("p")]
        );
        assert_eq!(parse(r#"{"error":{"code":7,"message":null}}"#), [None, some("7"), None, None]);
        assert_eq!(parse(r#"{"message":"m"}"#), [None, None, some("m"), None]);
        assert_eq!(
            parse(r#"{"error":"invalid_grant","error_description":"m"}"#),
            [None, some("invalid_grant"), some("m"), None]
        );
        assert_eq!(
            parse(r#"{"error":{"code":["a",1.50],"message":"\u00e9"}}"#),
            [None, some(r#"["a",1.50]"#), some("é"), None]
        );
        assert_eq!(parse(r#"{"error":{"message":"m"}} and more"#), [None, None, some("m"), None]);
        assert_eq!(parse(r#"{"error":["x"]}"#), [None, None, None, None]);
        assert_eq!(parse("[1]"), [None, None, None, None]);
        assert_eq!(parse("<html>"), [None, None, None, None]);
    }
}
