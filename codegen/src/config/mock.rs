//! The error responses of the mock server.

use serde::Deserialize;

/// The error response for each kind of invalid request. Errors that are not configured have a neutral text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mock {
    /// The credential is missing or malformed.
    pub missing_credential: Option<ErrorTemplate>,
    /// No operation has this path.
    pub unknown_path: Option<ErrorTemplate>,
    /// No operation of this path has this method.
    pub wrong_method: Option<ErrorTemplate>,
    /// A required parameter, property or body is missing.
    pub missing_parameter: Option<ErrorTemplate>,
    /// A parameter or property has the wrong type or is outside its limits.
    pub invalid_parameter: Option<ErrorTemplate>,
    /// The document does not declare this parameter or property.
    pub unknown_parameter: Option<ErrorTemplate>,
    /// The body is not JSON.
    pub invalid_json: Option<ErrorTemplate>,
    /// The operation does not accept this media type.
    pub wrong_media_type: Option<ErrorTemplate>,
    /// The resource does not exist.
    pub not_found: Option<ErrorTemplate>,
    /// The idempotency key was used for a different request.
    pub idempotency_mismatch: Option<ErrorTemplate>,
    /// The idempotency key is too long.
    pub idempotency_key_too_long: Option<ErrorTemplate>,
    /// The document does not describe this version of the API.
    pub unsupported_version: Option<ErrorTemplate>,
    /// Too many requests; `{reason}` is the number of seconds until a retry.
    pub rate_limited: Option<ErrorTemplate>,
}

/// An error response with placeholders.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ErrorTemplate {
    /// The HTTP status.
    pub status: u16,
    /// The type; by default that of the document's example for this status.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// The message, with `{name}` for the invalid part of the request and `{reason}` for the reason; by default that of the
    /// document's example for this status.
    pub message: Option<String>,
}

impl Mock {
    /// The template of each kind of error, with the name of the kind.
    #[must_use]
    pub fn error_templates(&self) -> [(&'static str, Option<&ErrorTemplate>); 13] {
        [
            ("missing_credential", self.missing_credential.as_ref()),
            ("unknown_path", self.unknown_path.as_ref()),
            ("wrong_method", self.wrong_method.as_ref()),
            ("missing_parameter", self.missing_parameter.as_ref()),
            ("invalid_parameter", self.invalid_parameter.as_ref()),
            ("unknown_parameter", self.unknown_parameter.as_ref()),
            ("invalid_json", self.invalid_json.as_ref()),
            ("wrong_media_type", self.wrong_media_type.as_ref()),
            ("not_found", self.not_found.as_ref()),
            ("idempotency_mismatch", self.idempotency_mismatch.as_ref()),
            ("idempotency_key_too_long", self.idempotency_key_too_long.as_ref()),
            ("unsupported_version", self.unsupported_version.as_ref()),
            ("rate_limited", self.rate_limited.as_ref()),
        ]
    }
}
