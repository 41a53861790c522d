//! How the API words the faults of a request, for the mock of the written crate.

use serde::Deserialize;

/// The API's words for each kind of fault; what is absent is worded neutrally.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mock {
    /// No credential, or none of the API's form.
    pub missing_credential: Option<Words>,
    /// No operation has this path.
    pub unknown_path: Option<Words>,
    /// Operations have this path, none with this method.
    pub wrong_method: Option<Words>,
    /// A parameter, a member or the body is not there.
    pub missing_parameter: Option<Words>,
    /// A parameter or a member is of another type, or outside its limits.
    pub invalid_parameter: Option<Words>,
    /// A parameter or a member that the document does not name.
    pub unknown_parameter: Option<Words>,
    /// The body is no JSON.
    pub invalid_json: Option<Words>,
    /// The body is of another media type.
    pub wrong_media_type: Option<Words>,
    /// What is asked for is not there any more.
    pub not_found: Option<Words>,
    /// A key of idempotency was used for another request.
    pub idempotency_mismatch: Option<Words>,
    /// A key of idempotency is too long.
    pub idempotency_key_too_long: Option<Words>,
    /// A version of the API that the document does not describe.
    pub unsupported_version: Option<Words>,
    /// Too many requests; `{reason}` is the number of seconds to wait.
    pub rate_limited: Option<Words>,
}

/// An error as the API words it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Words {
    /// The status.
    pub status: u16,
    /// The type; that of the document's example of this status without one.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// The message, with `{name}` for what is at fault and `{reason}` for what is wrong with it; the document's example
    /// of this status without one.
    pub message: Option<String>,
}

impl Mock {
    /// Each kind by its name.
    #[must_use]
    pub fn faults(&self) -> [(&'static str, Option<&Words>); 13] {
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
