//! The errors of calls as errors of commands.

use openapi_client_description::JsonValue;
use openapi_client_runtime::{Error, ErrorKind};

use crate::error::{CliError, Exit};

/// The exit code of an error.
pub(crate) fn exit_of(error: &Error) -> Exit {
    match error.kind() {
        ErrorKind::Api if error.is_unauthorized() => Exit::NotAuthenticated,
        ErrorKind::Api if error.is_not_found() => Exit::NotFound,
        ErrorKind::Transport | ErrorKind::Timeout => Exit::Network,
        ErrorKind::Token => Exit::NotAuthenticated,
        ErrorKind::Request | ErrorKind::Config => Exit::Usage,
        _ => Exit::Api,
    }
}

/// The error of a command for an error of a call.
pub(crate) fn describe_error(error: &Error) -> CliError {
    let message = match error.message() {
        Some(message) if error.kind() == ErrorKind::Api && !message.trim().is_empty() => message.to_owned(),
        _ => error.to_string(),
    };
    let mut details = Vec::new();
    if let Some(status) = error.status() {
        details.push(("status".to_owned(), JsonValue::number(status.as_u16())));
    }
    let texts = [
        ("code", error.code().or(error.error_type())),
        ("request_id", error.request_id()),
        ("idempotency_key", error.idempotency_key()),
    ];
    let texts =
        texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), JsonValue::string(text?))));
    details.extend(texts);
    let body = std::str::from_utf8(error.body()).unwrap_or_default();
    if !body.trim().is_empty() {
        details.push(("body".to_owned(), JsonValue::parse(body).unwrap_or_else(|_| JsonValue::string(body))));
    }
    let details = (!details.is_empty()).then_some(JsonValue::Object(details));
    CliError { exit: exit_of(error), message, hint: None, details }
}

impl From<Error> for CliError {
    fn from(error: Error) -> Self {
        describe_error(&error)
    }
}
