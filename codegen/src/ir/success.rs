//! What a successful call returns.

use super::types::TypeRef;

/// The value of a success.
#[derive(Debug, Clone, PartialEq)]
pub enum Success {
    /// No value.
    Empty,
    /// JSON of this type.
    Json(TypeRef),
    /// This value or nothing, depending on the status.
    Optional(Box<Success>),
    /// A union of bodies of which not all are JSON: the status selects one.
    ByStatus(TypeRef),
    /// Text of this media type.
    Text(String),
    /// Bytes of this media type.
    Binary(String),
    /// Server-sent events.
    Events {
        /// The type of their data, which for a string is text and not JSON; of the whole event, if `is_whole`.
        ty: TypeRef,
        /// Whether the type has the name of the event as a property, beside its data.
        is_whole: bool,
    },
    /// JSON values of this type, one per line.
    Lines(TypeRef),
}

impl Success {
    /// The type that it names.
    #[must_use]
    pub fn ty(&self) -> Option<&TypeRef> {
        match self {
            Self::Json(ty) | Self::ByStatus(ty) | Self::Events { ty, .. } | Self::Lines(ty) => Some(ty),
            Self::Optional(value) => value.ty(),
            Self::Empty | Self::Text(_) | Self::Binary(_) => None,
        }
    }

    /// The same, or nothing where a status has no body. `null` and a stream without values say the same.
    #[must_use]
    pub fn or_nothing(self) -> Self {
        Self::Optional(Box::new(match self {
            Self::Json(ty) => Self::Json(ty.split_null().0.clone()),
            Self::ByStatus(ty) => Self::ByStatus(ty.split_null().0.clone()),
            stream if stream.is_stream() => return stream,
            other => other,
        }))
    }

    /// What it is where it is not nothing.
    #[must_use]
    pub fn value(&self) -> &Self {
        match self {
            Self::Optional(value) => value,
            other => other,
        }
    }

    /// Whether it is a stream of values.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        matches!(self, Self::Events { .. } | Self::Lines(_))
    }
}

/// A success in another media type than that of [`Operation::success`](super::Operation::success).
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The media type.
    pub media_type: String,
    /// Its value.
    pub success: Success,
}

/// The response of a mock server: that of one status.
#[derive(Debug, Clone, PartialEq)]
pub struct MockedResponse {
    /// The status.
    pub status: u16,
    /// The media type of the body, if there is one.
    pub media_type: Option<String>,
    /// The body; optional if that of another status is.
    pub body: Success,
}

/// What the responses of an operation say about its success.
#[derive(Debug)]
pub struct Results {
    /// See [`Operation::success`](super::Operation::success).
    pub success: Success,
    /// See [`Operation::mocked`](super::Operation::mocked).
    pub mocked: MockedResponse,
    /// See [`Operation::accept`](super::Operation::accept).
    pub accept: Option<String>,
    /// See [`Operation::alternatives`](super::Operation::alternatives).
    pub alternatives: Vec<Alternative>,
    /// See [`Operation::redirects`](super::Operation::redirects).
    pub redirects: Vec<u16>,
}

/// The variant of a union that a status selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusVariant {
    /// The status; below 10, the first digit of a range.
    pub status: u16,
    /// The index of the variant.
    pub variant: usize,
    /// What the body is.
    pub kind: BodyKind,
}

/// What the body of a response is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// JSON.
    Json,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}
