//! Reads a text field of a response that is otherwise decoded as JSON.

use serde_json::Value;

use crate::{
    error::{Error, ErrorKind, Outcome},
    response::parts::ResponseParts,
};

/// The text of a field. The error does not contain the body, which may hold the upload URL.
pub(super) fn text_field(response: &Value, field: &str, parts: &ResponseParts) -> Result<String, Error> {
    let problem = match response.get(field) {
        Some(Value::String(text)) => return Ok(text.clone()),
        Some(Value::Null) | None => "the field is missing",
        Some(_) => "expected a string",
    };
    let text = format!("cannot decode the response ({}) at `{field}`: {problem}", parts.status);
    Err(Error::new(ErrorKind::Decode, text).edit(|inner| {
        inner.operation = parts.operation.id;
        inner.status = Some(parts.status);
        inner.path = Some(field.to_owned());
        inner.request_id = parts.request_id().map(str::to_owned);
        inner.attempts = parts.attempts;
        inner.outcome = Outcome::Processed;
        inner.changes = !parts.operation.method.is_safe();
    }))
}
