//! Errors in the API's own words: from the configuration, the document's examples, or neutral defaults, in the API's envelope.

use bytes::Bytes;
use openapi_client_description::{Description, JsonValue, RejectionReason};
use openapi_client_runtime::__private::ErrorEnvelope;

use crate::engine::protocol::ErrorParts;

/// The status and the message template of a rejection that the description does not define.
fn default_error(reason: RejectionReason) -> (u16, &'static str) {
    match reason {
        RejectionReason::MissingCredential => (401, "{name}: {reason}"),
        RejectionReason::UnknownPath | RejectionReason::NotFound => (404, "{reason}"),
        RejectionReason::WrongMethod => (405, "{reason}"),
        RejectionReason::MissingParameter
        | RejectionReason::InvalidParameter
        | RejectionReason::UnknownParameter
        | RejectionReason::InvalidJson => (400, "{name}: {reason}"),
        RejectionReason::WrongMediaType => (415, "{reason}"),
        RejectionReason::IdempotencyMismatch | RejectionReason::IdempotencyKeyTooLong => (400, "{reason}"),
        RejectionReason::UnsupportedVersion => (400, "the version {name} is not supported: {reason}"),
        RejectionReason::RateLimited => (429, "too many requests: retry after {reason} seconds"),
    }
}

/// Whether the error has a `param` that names the parameter or field.
fn has_param(reason: RejectionReason) -> bool {
    matches!(
        reason,
        RejectionReason::MissingParameter
            | RejectionReason::InvalidParameter
            | RejectionReason::UnknownParameter
            | RejectionReason::InvalidJson
    )
}

/// The status and the fields of the error for a rejection. `name` is the parameter or field, `details` what is wrong with it.
pub(crate) fn rejection_error(
    description: &Description,
    reason: RejectionReason,
    name: &str,
    details: &str,
) -> (u16, ErrorParts) {
    let (default_status, default_template) = default_error(reason);
    let template = description.rejections.get(&reason);
    let status = template.map_or(default_status, |template| template.status);
    let example = example_error(description, status);
    // The example's message is about its own case: it applies only if the configuration leaves the message to it.
    let message = template.and_then(|template| template.message.clone().or(example.message));
    let message = message.unwrap_or_else(|| default_template.to_owned());
    let parts = ErrorParts {
        kind: template.and_then(|template| template.kind.clone()).or(example.kind),
        code: template.and_then(|template| template.code.clone()),
        message: Some(fill_template(&message, name, details)),
        param: has_param(reason).then(|| name.to_owned()),
    };
    (status, parts)
}

/// Replaces `{name}` and `{reason}` in one pass: the values come from the client and can contain braces.
fn fill_template(template: &str, name: &str, reason: &str) -> String {
    let parts = template.split("{reason}").map(|part| part.split("{name}").collect::<Vec<_>>().join(name));
    parts.collect::<Vec<_>>().join(reason)
}

/// The document's example of an error with a status.
pub(crate) fn example_error(description: &Description, status: u16) -> ErrorParts {
    let example = description.error_examples.get(&status).cloned().unwrap_or_default();
    ErrorParts { kind: example.kind, code: example.code, message: example.message, param: None }
}

/// The body of an error response.
pub(crate) fn encode_error(envelope: &ErrorEnvelope, parts: &ErrorParts) -> Bytes {
    let fields = [
        (envelope.r#type, &parts.kind),
        (envelope.code, &parts.code),
        (Some(envelope.message.unwrap_or("message")), &parts.message),
        (envelope.param, &parts.param),
    ];
    let fields = fields
        .into_iter()
        .filter_map(|(name, text)| Some((name?.to_owned(), JsonValue::string(text.as_deref()?))));
    let error = JsonValue::Object(fields.collect());
    let wrap = |inner, name: &&str| JsonValue::Object(vec![((*name).to_owned(), inner)]);
    Bytes::from(envelope.root.iter().rev().fold(error, wrap).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_from_the_client_are_not_replaced() {
        let filled = fill_template("{name}: {reason} ({name})", "{reason}", "{name}");
        assert_eq!(filled, "{reason}: {name} ({reason})");
    }
}
