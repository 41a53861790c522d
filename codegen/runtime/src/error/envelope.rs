//! The body of an error into its parts, leniently: whatever is there is kept, nothing has to be.

use serde_json::Value;

use crate::{parameter::text_of, service::ErrorEnvelope};

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
        let Ok(whole) = serde_json::from_slice::<Value>(body) else { return Self::default() };
        let mut root = &whole;
        for name in names.root {
            match root.get(name) {
                Some(inner) => root = inner,
                // Some hosts leave the envelope out.
                None => break,
            }
        }
        let mut parts = Self::of(root, names);
        // OAuth's form (RFC 6749, section 5.2): the code where the envelope would be, the message beside it.
        if let Value::String(code) = root {
            parts.code = Some(code.clone());
        }
        if parts.message.is_none() {
            parts.message = ["error_description", "message", "detail", "title"].iter().find_map(|name| text(&whole, name));
        }
        parts
    }

    fn of(root: &Value, names: &ErrorEnvelope) -> Self {
        let find = |name: Option<&str>| name.and_then(|name| text(root, name));
        Self {
            r#type: find(names.r#type),
            code: find(names.code),
            message: find(names.message),
            param: find(names.param),
        }
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::Null => None,
        other => Some(text_of(other).into_owned()),
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
        assert_eq!(read(r#"{"error":["x"]}"#), [None, None, None, None]);
        assert_eq!(read("[1]"), [None, None, None, None]);
        assert_eq!(read("<html>"), [None, None, None, None]);
    }
}
