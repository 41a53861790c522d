//! How single fields of a form are encoded, as constant data of an operation.

use crate::wire::parameter::QueryStyle;

/// How one field of a form is encoded, where that differs from the default of the form (OpenAPI's Encoding Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldEncoding {
    /// The name of the field.
    pub name: &'static str,
    /// How lists and objects become pairs; [`QueryStyle::Json`] for JSON text.
    pub style: Option<QueryStyle>,
    /// Whether reserved characters stay as they are in a URL-encoded form.
    pub allow_reserved: bool,
    /// The media type of its parts in a multipart form. A file that has one of its own keeps it.
    pub content_type: Option<&'static str>,
    /// Headers of its parts in a multipart form.
    pub headers: &'static [(&'static str, &'static str)],
}

impl FieldEncoding {
    /// The default encoding of a field.
    pub const fn new(name: &'static str) -> Self {
        Self { name, style: None, allow_reserved: false, content_type: None, headers: &[] }
    }

    /// Sets how lists and objects become pairs.
    #[must_use]
    pub const fn style(mut self, style: QueryStyle) -> Self {
        self.style = Some(style);
        self
    }

    /// Leaves reserved characters as they are.
    #[must_use]
    pub const fn allow_reserved(mut self) -> Self {
        self.allow_reserved = true;
        self
    }

    /// Sets the media type of the parts.
    #[must_use]
    pub const fn content_type(mut self, media_type: &'static str) -> Self {
        self.content_type = Some(media_type);
        self
    }

    /// Sets headers of the parts.
    #[must_use]
    pub const fn headers(mut self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.headers = headers;
        self
    }

    /// The encoding of a field, which is the default unless the table has an entry for it.
    pub(crate) fn find<'a>(table: &'a [Self], name: &str) -> Option<&'a Self> {
        table.iter().find(|field| field.name == name)
    }
}
