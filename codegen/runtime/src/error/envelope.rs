//! Reads the body of an error response leniently: every field is optional, and what is present is kept.

use std::borrow::Cow;

use http::HeaderMap;

use super::shapes::{find_error, find_text};
use crate::json::{RawFields, parse_string, raw_items};

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

/// The fields that hold a message, the most telling one first: those of OAuth (RFC 6749), of problem details (RFC 9457), and
/// others that are usual.
const MESSAGES: [&str; 8] =
    ["error_description", "message", "detail", "title", "description", "reason", "msg", "error_message"];

/// The fields that name what an error is about.
const PARAMETERS: [&str; 6] = ["param", "parameter", "field", "property", "pointer", "path"];

/// The fields of an object that does nothing but report an error.
const ERROR_FIELDS: [&str; 17] = [
    "error",
    "errors",
    "type",
    "code",
    "status",
    "statusCode",
    "status_code",
    "instance",
    "error_uri",
    "documentation_url",
    "request_id",
    "requestId",
    "trace_id",
    "timestamp",
    "path",
    "success",
    "ok",
];

/// The most messages of a list that are kept.
const MAX_MESSAGES: usize = 5;

impl ApiError {
    pub(crate) fn parse(body: &[u8], names: &ErrorEnvelope) -> Self {
        let Ok(text) = std::str::from_utf8(body) else { return Self::default() };
        let mut error = match RawFields::parse(text) {
            Some(document) => Self::from_document(&document, names),
            // A list of errors, or the message as a JSON string.
            None => Self { message: find_messages(text.trim(), 0), ..Self::default() },
        };
        if (error.message.is_none() || error.code.is_none())
            && let Some(found) = find_error(text, 0)
        {
            error.message = error.message.or(found.message);
            error.code = error.code.or(found.code);
            error.param = error.param.or(found.param);
        }
        error
    }

    /// The error in the body of a response whose status is an error, of any media type.
    pub(crate) fn parse_response(headers: &HeaderMap, body: &[u8], names: &ErrorEnvelope) -> Self {
        let error = Self::parse(body, names);
        if error.message.is_some() { error } else { find_text(headers, body).unwrap_or(error) }
    }

    /// The error in the body of a response with a successful status; `None` if the body does not report one.
    ///
    /// A body reports an error if it has the object of the envelope or a list of errors, or if it has no other fields than
    /// those of an error.
    pub(crate) fn parse_in_success(body: &[u8], names: &ErrorEnvelope) -> Option<Self> {
        let document = RawFields::parse(std::str::from_utf8(body).ok()?)?;
        if ["success", "ok"].iter().any(|name| document.raw(name) == Some("true")) {
            return None;
        }
        let has_envelope = match document.find_root(names.root) {
            Root::Object(root) => {
                let known = [names.r#type, names.code, names.message].into_iter().flatten().chain(MESSAGES);
                known.into_iter().any(|name| root.text(name).is_some())
            }
            Root::Text(text) => !text.is_empty(),
            Root::Absent => document.raw("errors").is_some_and(|errors| find_messages(errors, 0).is_some()),
        };
        let mut fields = document.0.iter();
        let is_error = fields.all(|(name, _)| ERROR_FIELDS.contains(&&**name) || MESSAGES.contains(&&**name));
        let error = Self::from_document(&document, names);
        (has_envelope || (is_error && error.message.is_some())).then_some(error)
    }

    fn from_document(document: &RawFields<'_>, names: &ErrorEnvelope) -> Self {
        let mut error = match document.find_root(names.root) {
            Root::Object(root) => Self::from_fields(&root, names),
            // OAuth (RFC 6749, section 5.2) has the code in place of the object, and the message beside it; others have the
            // message there.
            Root::Text(text) if text.contains(char::is_whitespace) => {
                Self { message: Some(text), ..Self::default() }
            }
            Root::Text(code) => Self { code: Some(code), ..Self::default() },
            // Some hosts send the fields without the enclosing object.
            Root::Absent => Self::from_fields(document, names),
        };
        if error.message.is_none() {
            error.message = document.message(0);
        }
        error.add_list(document);
        if error.message.is_none()
            && let Root::Text(text) = document.find_root(names.root)
        {
            error.message = Some(text);
        }
        error
    }

    fn from_fields(root: &RawFields<'_>, names: &ErrorEnvelope) -> Self {
        let find = |name: Option<&str>| name.and_then(|name| root.text(name));
        let message = names.message.and_then(|name| find_messages(root.raw(name)?, 1));
        let scalar = || find(names.message).filter(|text| !text.starts_with(['{', '[']));
        let mut error = Self {
            // RFC 9457, section 4.2.1: it says no more than the status.
            r#type: find(names.r#type).filter(|text| text != "about:blank"),
            code: find(names.code),
            message: message.or_else(scalar).or_else(|| root.message(0)),
            param: find(names.param),
        };
        error.add_list(root);
        error
    }

    /// Adds what a list of errors says, of objects or of texts, or an object with the errors of each field.
    fn add_list(&mut self, fields: &RawFields<'_>) {
        let list = fields.raw("errors").filter(|list| list.starts_with(['[', '{']));
        let Some(list) = list.or_else(|| fields.raw("error").filter(|list| list.starts_with('['))) else {
            return;
        };
        let first = first_item(list);
        let first = first.as_deref().and_then(RawFields::parse);
        if self.message.is_none() {
            self.message = find_messages(list, 0);
        }
        let param = match (&first, RawFields::parse(list)) {
            (Some(first), _) => PARAMETERS.iter().find_map(|name| first.text(name)),
            (None, Some(by_field)) if by_field.message(0).is_none() => {
                by_field.0.into_iter().next().map(|(name, _)| name)
            }
            _ => None,
        };
        self.param = self.param.take().or(param);
        self.code = self.code.take().or_else(|| first?.text("code"));
    }
}

/// The first item of a list, as JSON text.
fn first_item(list: &str) -> Option<String> {
    raw_items(list)?.into_iter().next().map(Cow::into_owned)
}

/// The messages in a text, a list, or, as the outermost value, an object of messages by field.
fn find_messages(value: &str, depth: usize) -> Option<String> {
    // Messages are never deep, but a hostile body may be.
    if depth > 3 {
        return None;
    }
    let messages: Vec<String> = match value.as_bytes().first()? {
        b'"' => parse_string(value).into_iter().collect(),
        b'[' => {
            let items = raw_items(value)?;
            items.iter().take(MAX_MESSAGES).filter_map(|item| find_messages(item, depth + 1)).collect()
        }
        b'{' => {
            let fields = RawFields::parse(value)?;
            if depth > 0 {
                return fields.message(depth);
            }
            if let Some(message) = fields.message(depth) {
                return Some(message);
            }
            let of_field = |(name, value): &(String, Cow<'_, str>)| {
                find_messages(value, depth + 1).map(|message| format!("{name}: {message}"))
            };
            fields.0.iter().filter_map(of_field).take(MAX_MESSAGES).collect()
        }
        _ => return None,
    };
    let text = messages.join("; ");
    (!text.is_empty()).then_some(text)
}

/// What a path leads to.
enum Root<'a> {
    Object(RawFields<'a>),
    Text(String),
    Absent,
}

impl RawFields<'_> {
    /// The message, in the first field that has one.
    fn message(&self, depth: usize) -> Option<String> {
        let texts = MESSAGES.iter().filter_map(|name| self.raw(name));
        texts.filter(|text| text.starts_with(['"', '['])).find_map(|text| find_messages(text, depth + 1))
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
            None => parse_string(inner).map_or(Root::Absent, Root::Text),
        }
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
        assert_eq!(parse(r#"{"error":[7]}"#), [None, None, None, None]);
        assert_eq!(parse("[1]"), [None, None, None, None]);
        assert_eq!(parse("<html>"), [None, None, None, None]);
    }

    fn message(body: &str) -> Option<String> {
        ApiError::parse(body.as_bytes(), &NAMES).message
    }

    #[test]
    fn usual_shapes_have_a_message() {
        for (body, expected) in [
            (r#"{"errors":[{"message":"a"},{"message":"b"}]}"#, "a; b"),
            (r#"{"errors":["a","b"]}"#, "a; b"),
            (
                r#"{"errors":{"email":["is taken","is short"],"name":"is empty"}}"#,
                "email: is taken; is short; name: is empty",
            ),
            (r#"{"errors":{"message":"m"}}"#, "m"),
            (r#"{"error":{"errors":[{"detail":"m"}]}}"#, "m"),
            (r#"{"error":{"detail":"m"}}"#, "m"),
            (r#"{"error":["a","b"]}"#, "a; b"),
            (r#"{"error":"The card was declined."}"#, "The card was declined."),
            (r#"{"error":"not_found"}"#, "not_found"),
            (r#"{"message":["a","b"]}"#, "a; b"),
            (r#"{"type":"https://e.test/x","title":"t","status":403,"detail":"d"}"#, "d"),
            (r#"{"type":"about:blank","title":"t"}"#, "t"),
            (r#"[{"message":"m"}]"#, "m"),
            (r#""m""#, "m"),
        ] {
            assert_eq!(message(body).as_deref(), Some(expected), "{body}");
        }
        for body in ["{}", r#"{"errors":[]}"#, r#"{"errors":null}"#, r#"{"message":{}}"#, "7", ""] {
            assert_eq!(message(body), None, "{body}");
        }
        let deep = format!("{}\"x\"{}", r#"[{"message":"#.repeat(20_000), "}]".repeat(20_000));
        assert_eq!(message(&deep), None);
    }

    #[test]
    fn lists_name_code_and_parameter() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            parse(r#"{"errors":[{"code":"c","field":"f","message":"m"},{"code":"d"}]}"#),
            [None, some("c"), some("m"), some("f")]
        );
        assert_eq!(parse(r#"{"errors":{"email":["m"]}}"#), [None, None, some("email: m"), some("email")]);
        let problem = r#"{"type":"https://e.test/x","title":"t"}"#;
        assert_eq!(parse(problem), [some("https://e.test/x"), None, some("t"), None]);
        assert_eq!(parse(r#"{"type":"about:blank","title":"t"}"#), [None, None, some("t"), None]);
    }

    #[test]
    fn errors_in_successful_responses_are_recognized() {
        let message = |body: &str| Some(ApiError::parse_in_success(body.as_bytes(), &NAMES)?.message);
        for body in [
            r#"{"error":{"message":"m"}}"#,
            r#"{"error":{"message":"m"},"id":"req_1"}"#,
            r#"{"error":"m"}"#,
            r#"{"data":null,"errors":[{"message":"m"}]}"#,
            r#"{"success":false,"message":"m"}"#,
            r#"{"title":"m","status":404}"#,
        ] {
            assert_eq!(message(body), Some(Some("m".to_owned())), "{body}");
        }
        for body in [
            "{}",
            "[]",
            r#"{"error":null,"id":"x"}"#,
            r#"{"error":{}}"#,
            r#"{"errors":[],"id":"x"}"#,
            r#"{"message":"Hello","id":"msg_1"}"#,
            r#"{"success":true,"message":"done"}"#,
            r#"{"status":"ok"}"#,
        ] {
            assert_eq!(message(body), None, "{body}");
        }
    }
}
