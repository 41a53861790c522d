//! Finds the message and the code of an error body by the shapes that are usual, where the envelope of the API has none.

use http::{HeaderMap, header::CONTENT_TYPE};

use super::envelope::ApiError;
use crate::json::{RawFields, parse_strings, raw_items, scalar_text};

/// The fields that hold a message, the most telling one first, in lower case and with letters only.
const MESSAGES: [&str; 16] = [
    "errordescription",
    "message",
    "detail",
    "details",
    "title",
    "description",
    "errormessage",
    "reason",
    "msg",
    "faultstring",
    "errormsg",
    "usermessage",
    "messages",
    "summary",
    "text",
    "error",
];

const CODES: [&str; 7] = ["code", "errorcode", "faultcode", "errcode", "errno", "errorid", "errorname"];

const PARAMETERS: [&str; 6] = ["param", "parameter", "field", "property", "pointer", "name"];

/// The fields that hold errors.
const CONTAINERS: [&str; 17] = [
    "error",
    "errors",
    "fault",
    "err",
    "exception",
    "fields",
    "fielderrors",
    "validationerrors",
    "violations",
    "issues",
    "problems",
    "invalidparams",
    "invalidfields",
    "detail",
    "details",
    "response",
    "data",
];

/// Errors are never deep, but a hostile body may be.
const MAX_DEPTH: usize = 3;

/// The most characters of a text that is not JSON.
const MAX_TEXT: usize = 2_000;

/// The error in a JSON body.
pub(super) fn find_error(value: &str, depth: usize) -> Option<ApiError> {
    let value = value.trim();
    if depth > MAX_DEPTH {
        return None;
    }
    match value.as_bytes().first()? {
        b'"' => scalar_text(value).filter(|text| !text.is_empty()).map(with_message),
        b'[' => find_in_list(value, depth),
        b'{' => {
            let fields = RawFields::parse(value)?;
            find_in_object(&fields, depth).or_else(|| find_by_field(&fields))
        }
        _ => None,
    }
}

fn with_message(message: String) -> ApiError {
    ApiError { message: Some(message), ..ApiError::default() }
}

/// The first error of a list, and the number of the others.
fn find_in_list(list: &str, depth: usize) -> Option<ApiError> {
    let items = raw_items(list)?;
    let mut error = items.iter().find_map(|item| find_error(item, depth + 1))?;
    if let (Some(message), others @ 1..) = (&mut error.message, items.len() - 1) {
        message.push_str(&format!(" (and {others} more)"));
    }
    Some(error)
}

fn find_in_object(fields: &RawFields<'_>, depth: usize) -> Option<ApiError> {
    let raw = |names: &'static [&str]| names.iter().filter_map(|name| raw_like(fields, name));
    let own = raw(&MESSAGES).filter(|raw| raw.starts_with('"')).find_map(scalar_text);
    let own = own.filter(|text| !text.is_empty());
    let mut error = match own {
        Some(message) => with_message(message),
        None => raw(&CONTAINERS)
            .filter(|raw| raw.starts_with(['{', '[']))
            .find_map(|raw| find_error(raw, depth + 1))?,
    };
    let scalar =
        |raw: &str| scalar_text(raw).filter(|text| !text.is_empty() && !text.starts_with(['{', '[']));
    // OAuth (RFC 6749, section 5.2) has the code in `error`, and the message beside it.
    let word = || scalar(raw_like(fields, "error")?).filter(|text| !text.contains(char::is_whitespace));
    error.code = error.code.or_else(|| raw(&CODES).find_map(scalar)).or_else(word);
    error.param = error.param.or_else(|| raw(&PARAMETERS).find_map(scalar));
    Some(error)
}

/// The texts of the first of several fields, if every field has a list of texts: the errors of a form by its fields.
fn find_by_field(fields: &RawFields<'_>) -> Option<ApiError> {
    let texts: Option<Vec<(&String, Vec<String>)>> =
        fields.0.iter().map(|(name, value)| Some((name, parse_strings(value)?))).collect();
    let texts = texts?;
    let (name, first) = texts.iter().find(|(_, texts)| !texts.is_empty())?;
    let others = texts.iter().filter(|(_, texts)| !texts.is_empty()).count() - 1;
    let more = if others > 0 { format!(" (and {others} more)") } else { String::new() };
    let message = format!("{name}: {}{more}", first.join("; "));
    Some(ApiError { param: Some((*name).clone()), ..with_message(message) })
}

/// The value of a field whose name is equal in lower case and with letters only.
fn raw_like<'a>(fields: &'a RawFields<'_>, name: &str) -> Option<&'a str> {
    let is_like = |other: &str| {
        let letters =
            other.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase());
        letters.eq(name.chars())
    };
    fields.0.iter().find(|(other, _)| is_like(other)).map(|(_, value)| &**value)
}

/// The message in a body that is plain text or XML; none for pages of HTML and for bytes.
pub(super) fn find_text(headers: &HeaderMap, body: &[u8]) -> Option<ApiError> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("text/plain");
    if text.starts_with('<') {
        let message = ["message", "faultstring", "detail", "description"]
            .iter()
            .find_map(|name| find_element(text, name));
        let code = ["code", "faultcode"].iter().find_map(|name| find_element(text, name));
        return message.map(|message| ApiError { code, ..with_message(message) });
    }
    let is_text = media_type.trim_start().to_ascii_lowercase().starts_with("text/plain");
    let is_line = |character: char| !character.is_control() || character.is_whitespace();
    (is_text && !text.is_empty() && !text.starts_with(['{', '[']) && text.chars().all(is_line))
        .then(|| with_message(text.chars().take(MAX_TEXT).collect()))
}

/// The text of the first element with this name, in any case, that has no other elements.
fn find_element(page: &str, name: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find(&format!("<{name}>"))? + name.len() + 2;
    let end = start + lower.get(start..)?.find("</")?;
    let text = page.get(start..end)?.trim();
    (!text.is_empty() && !text.contains('<')).then(|| text.chars().take(MAX_TEXT).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn usual_shapes_have_a_message_and_a_code() {
        for (body, message, code) in [
            (r#"{"fault":{"faultstring":"m","detail":{"errorcode":"c"}}}"#, "m", None),
            (r#"{"Message":"m","Code":"c"}"#, "m", Some("c")),
            (r#"{"error_message":"m","error_code":7}"#, "m", Some("7")),
            (r#"{"ErrorMessage":"m"}"#, "m", None),
            (r#"{"error":"c","error_description":"m"}"#, "m", Some("c")),
            (r#"{"error":"No access"}"#, "No access", None),
            (
                r#"{"errors":[{"code":"c","detail":"m"},{"code":"d","detail":"n"},{"code":"e"}]}"#,
                "m (and 2 more)",
                Some("c"),
            ),
            (r#"[{"code":"c","detail":"m"}]"#, "m", Some("c")),
            (r#"["m","n"]"#, "m (and 1 more)", None),
            (
                r#"{"fields":{"name":["is empty","is short"],"age":["is odd"]}}"#,
                "name: is empty; is short (and 1 more)",
                None,
            ),
            (r#"{"email":["is taken"]}"#, "email: is taken", None),
            (r#"{"invalid-params":[{"name":"n","reason":"m"}]}"#, "m", None),
            (r#"{"detail":[{"loc":["body","n"],"msg":"m","type":"missing"}]}"#, "m", None),
            (r#"{"data":{"error":{"message":"m"}}}"#, "m", None),
        ] {
            let error = find_error(body, 0).unwrap_or_default();
            assert_eq!((error.message.as_deref(), error.code.as_deref()), (Some(message), code), "{body}");
        }
        for body in [
            "{}",
            "[]",
            "7",
            "null",
            r#"{"wait":3}"#,
            r#"{"ids":[1]}"#,
            r#"{"message":""}"#,
            r#"{"errors":[]}"#,
        ] {
            assert_eq!(find_error(body, 0), None, "{body}");
        }
        let deep = format!("{}1{}", r#"{"error":"#.repeat(5_000), "}".repeat(5_000));
        assert_eq!(find_error(&deep, 0), None);
    }

    #[test]
    fn texts_are_messages() {
        let find = |media_type: &'static str, body: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            find_text(&headers, body).map(|error| (error.message.unwrap_or_default(), error.code))
        };
        assert_eq!(find("text/plain; charset=utf-8", b" Bad token\n"), Some(("Bad token".to_owned(), None)));
        assert_eq!(
            find("application/xml", b"<Error><Code>NoSuchKey</Code><Message>No key</Message></Error>"),
            Some(("No key".to_owned(), Some("NoSuchKey".to_owned())))
        );
        let empty: [(&str, &[u8]); 5] = [
            ("text/html", b"<html><title>Bad gateway</title></html>"),
            ("application/octet-stream", b"text"),
            ("text/plain", b"\x00\x01"),
            ("text/plain", b""),
            ("text/plain", b"\xff"),
        ];
        for (media_type, body) in empty {
            assert_eq!(find(media_type, body), None, "{media_type}");
        }
    }
}
