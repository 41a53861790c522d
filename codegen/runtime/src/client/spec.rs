//! The OpenAPI document that a client was generated from.

/// The OpenAPI document that a client was generated from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spec {
    /// The title in the document.
    pub title: &'static str,
    /// The version in the document.
    pub version: &'static str,
    /// The version of the API that the client asks for, if a header selects it.
    pub api_version: Option<&'static str>,
    /// The SHA-256 digest of the published document, in hexadecimal.
    pub sha256: &'static str,
    /// The day on which the document was downloaded, such as `2026-01-31`.
    pub date: &'static str,
    /// The URL of the document.
    pub url: &'static str,
}

impl Spec {
    /// For generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        title: &'static str,
        version: &'static str,
        api_version: Option<&'static str>,
        sha256: &'static str,
        date: &'static str,
        url: &'static str,
    ) -> Self {
        Self { title, version, api_version, sha256, date, url }
    }
}
