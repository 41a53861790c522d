//! Which document a client was generated from.

/// The document that a client was generated from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spec {
    /// The title of the document.
    pub title: &'static str,
    /// The version that the document gives itself.
    pub version: &'static str,
    /// The SHA-256 digest of the document as published, in hexadecimal.
    pub sha256: &'static str,
    /// The day on which it was fetched, as `2026-01-31`.
    pub date: &'static str,
    /// The address that it was fetched from.
    pub url: &'static str,
}

impl Spec {
    /// For generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        title: &'static str,
        version: &'static str,
        sha256: &'static str,
        date: &'static str,
        url: &'static str,
    ) -> Self {
        Self { title, version, sha256, date, url }
    }
}
