//! The words for a fault: the configuration's, the document's examples, or neutral ones; and the envelope they stand in.

use bytes::Bytes;

use crate::engine::document::Document;
use crate::engine::tree::Json;
use crate::engine::{ErrorParts, Fault};
use openapi_client_runtime::__private::ErrorEnvelope;

impl Fault {
    /// Its name in the table, and the status and message where nothing says otherwise.
    fn neutral(self) -> (&'static str, u16, &'static str) {
        match self {
            Self::MissingCredential => ("missing_credential", 401, "{name} {reason}"),
            Self::UnknownPath => ("unknown_path", 404, "{reason}"),
            Self::WrongMethod => ("wrong_method", 405, "{reason}"),
            Self::MissingParameter => ("missing_parameter", 400, "{name} {reason}"),
            Self::InvalidParameter => ("invalid_parameter", 400, "{name} {reason}"),
            Self::UnknownParameter => ("unknown_parameter", 400, "{name}: {reason}"),
            Self::InvalidJson => ("invalid_json", 400, "{name} {reason}"),
            Self::WrongMediaType => ("wrong_media_type", 415, "{reason}"),
            Self::NotFound => ("not_found", 404, "{reason}"),
            Self::IdempotencyMismatch => ("idempotency_mismatch", 400, "{reason}"),
            Self::IdempotencyKeyTooLong => ("idempotency_key_too_long", 400, "{reason}"),
            Self::UnsupportedVersion => ("unsupported_version", 400, "{name} is no version: {reason}"),
            Self::RateLimited => ("rate_limited", 429, "too many requests: try again in {reason} seconds"),
        }
    }

    /// Whether the envelope names what is at fault.
    fn has_param(self) -> bool {
        matches!(
            self,
            Self::MissingParameter | Self::InvalidParameter | Self::UnknownParameter | Self::InvalidJson
        )
    }
}

/// The status of a fault and what its error says.
pub(crate) fn of(document: &Document, fault: Fault, name: &str, reason: &str) -> (u16, ErrorParts) {
    let (kind, status, neutral) = fault.neutral();
    let own = document.faults.get(kind);
    let status = own.and_then(|own| own.get("status")).and_then(Json::as_number).unwrap_or(status);
    let text = |name: &str| own.and_then(|own| own.get(name)).and_then(Json::as_str).map(str::to_owned);
    let example = documented(document, status);
    // The example's message speaks of its own case: it serves where the configuration leaves the message to it.
    let message = text("message").or(example.message.filter(|_| own.is_some())).unwrap_or(neutral.to_owned());
    let parts = ErrorParts {
        kind: text("type").or(example.kind),
        code: text("code"),
        // The name last: it is the caller's, and must not be taken for a pattern.
        message: Some(filled(&message, name, reason)),
        param: fault.has_param().then(|| name.to_owned()),
    };
    (status, parts)
}

/// A pattern with what is at fault in the place of `{name}` and what is wrong in that of `{reason}`.
fn filled(pattern: &str, name: &str, reason: &str) -> String {
    let parts = pattern.split("{reason}").map(|part| part.split("{name}").collect::<Vec<_>>().join(name));
    parts.collect::<Vec<_>>().join(reason)
}

/// What the document shows as the error of a status.
pub(crate) fn documented(document: &Document, status: u16) -> ErrorParts {
    let example = document.examples.get(&status.to_string());
    let text =
        |name: &str| example.and_then(|example| example.get(name)).and_then(Json::as_str).map(str::to_owned);
    ErrorParts { kind: text("type"), code: text("code"), message: text("message"), param: None }
}

/// An error as the API wraps it.
pub(crate) fn envelope(names: &ErrorEnvelope, parts: &ErrorParts) -> Bytes {
    let given = [
        (names.r#type, &parts.kind),
        (names.code, &parts.code),
        (Some(names.message.unwrap_or("message")), &parts.message),
        (names.param, &parts.param),
    ];
    let members =
        given.into_iter().filter_map(|(name, text)| Some((name?.to_owned(), Json::text(text.as_deref()?))));
    let inner = Json::Object(members.collect());
    let whole =
        names.root.iter().rev().fold(inner, |inner, name| Json::Object(vec![((*name).to_owned(), inner)]));
    Bytes::from(whole.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_sends_is_no_pattern() {
        assert_eq!(filled("{name}: {reason} ({name})", "{reason}", "{name}"), "{reason}: {name} ({reason})");
    }
}
