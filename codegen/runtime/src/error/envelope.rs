//! The body of an error into its parts, leniently: whatever is there is kept, nothing has to be.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use crate::{json::RawText, service::ErrorEnvelope};

/// The parts of an API's error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) r#type: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) param: Option<String>,
}

impl Envelope {
    pub(crate) fn read(body: &[u8], names: &ErrorEnvelope) -> Self {
        let Some(whole) = std::str::from_utf8(body).ok().and_then(Members::read) else {
            return Self::default();
        };
        let mut parts = match whole.descend(names.root) {
            Descent::Object(root) => Self::of(&root, names),
            // OAuth's form (RFC 6749, section 5.2): the code where the envelope would be, the message beside it.
            Descent::Text(code) => Self { code: Some(code), ..Self::default() },
            // Some hosts leave the envelope out.
            Descent::Absent => Self::of(&whole, names),
        };
        if parts.message.is_none() {
            parts.message =
                ["error_description", "message", "detail", "title"].iter().find_map(|name| whole.text(name));
        }
        parts
    }

    fn of(root: &Members<'_>, names: &ErrorEnvelope) -> Self {
        let find = |name: Option<&str>| name.and_then(|name| root.text(name));
        Self {
            r#type: find(names.r#type),
            code: find(names.code),
            message: find(names.message),
            param: find(names.param),
        }
    }
}

/// The members of an object, their values as text. A whole tree of values is not needed and would cost its code.
struct Members<'a>(Vec<(String, Cow<'a, str>)>);

enum Descent<'a> {
    Object(Members<'a>),
    Text(String),
    Absent,
}

impl<'a> Members<'a> {
    fn read(text: &'a str) -> Option<Self> {
        serde_json::Deserializer::from_str(text).deserialize_map(MembersVisitor).ok()
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }

    /// A member as text: strings lose their quotes, null is nothing.
    fn text(&self, name: &str) -> Option<String> {
        match self.raw(name)? {
            "null" => None,
            string if string.starts_with('"') => serde_json::from_str(string).ok(),
            other => Some(other.to_owned()),
        }
    }

    fn descend(&self, path: &[&str]) -> Descent<'_> {
        let Some((first, rest)) = path.split_first() else { return Descent::Absent };
        let Some(inner) = self.raw(first) else { return Descent::Absent };
        match Members::read(inner) {
            Some(members) if rest.is_empty() => Descent::Object(members),
            Some(members) => match members.descend(rest) {
                Descent::Object(members) => Descent::Object(Members(
                    members.0.into_iter().map(|(name, value)| (name, value.into_owned().into())).collect(),
                )),
                Descent::Text(text) => Descent::Text(text),
                Descent::Absent => Descent::Absent,
            },
            None => serde_json::from_str(inner).map_or(Descent::Absent, Descent::Text),
        }
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            members.push((name, map.next_value_seed(Raw)?));
        }
        Ok(Members(members))
    }
}

struct Raw;

impl<'de> DeserializeSeed<'de> for Raw {
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

    fn read(body: &str) -> [Option<String>; 4] {
        let parts = Envelope::read(body.as_bytes(), &NAMES);
        [parts.r#type, parts.code, parts.message, parts.param]
    }

    #[test]
    fn whatever_is_there_is_kept() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            read(r#"{"error":{"type":"t","code":"c","message":"m","param":"p"}}"#),
            [some("t"), some("c"), some("m"), some("p")]
        );
        assert_eq!(read(r#"{"error":{"code":7,"message":null}}"#), [None, some("7"), None, None]);
        assert_eq!(read(r#"{"message":"m"}"#), [None, None, some("m"), None]);
        assert_eq!(
            read(r#"{"error":"invalid_grant","error_description":"m"}"#),
            [None, some("invalid_grant"), some("m"), None]
        );
        assert_eq!(
            read(r#"{"error":{"code":["a",1.50],"message":"\u00e9"}}"#),
            [None, some(r#"["a",1.50]"#), some("é"), None]
        );
        assert_eq!(read(r#"{"error":{"message":"m"}} and more"#), [None, None, some("m"), None]);
        assert_eq!(read(r#"{"error":["x"]}"#), [None, None, None, None]);
        assert_eq!(read("[1]"), [None, None, None, None]);
        assert_eq!(read("<html>"), [None, None, None, None]);
    }
}
