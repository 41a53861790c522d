//! Operations of the model.

use super::{Details, Field, TypeRef};

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
    /// HEAD
    Head,
    /// OPTIONS
    Options,
    /// TRACE
    Trace,
}

impl Verb {
    /// The method as HTTP writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
        }
    }
}

/// One call.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`, or one made of method and path.
    pub id: String,
    /// Whether the document gives the id.
    pub id_given: bool,
    /// The method.
    pub verb: Verb,
    /// The path template.
    pub path: String,
    /// The place of its tag in [`Api::tags`](super::Api::tags).
    pub tag: usize,
    /// The place of its host in [`Api::servers`](super::Api::servers).
    pub server: usize,
    /// `summary`
    pub summary: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// `deprecated`
    pub deprecated: bool,
    /// Whether the call needs a credential, and which scopes each alternative asks for.
    pub security: Option<Vec<String>>,
    /// Whether it is sent without any credential.
    pub unauthenticated: bool,
    /// Parameters of path, query, header and cookie.
    pub parameters: Vec<Parameter>,
    /// The body, if there is one.
    pub body: Option<Body>,
    /// What a success brings.
    pub success: Success,
    /// The status of a success.
    pub status: u16,
    /// Errors whose body is not the common envelope: status and type.
    pub errors: Vec<(String, TypeRef)>,
    /// How its pages are walked, if it is a list.
    pub page: Option<Page>,
    /// Where it stands.
    pub pointer: String,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

/// How a parameter that is no scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `a=1,2`
    Form,
    /// `a=1&a=2`
    FormExplode,
    /// `a=1%202`
    SpaceDelimited,
    /// `a=1|2`
    PipeDelimited,
    /// `a[b]=1`
    DeepObject,
    /// `a[]=1&a[]=2`
    Brackets,
    /// The value as JSON text.
    Json,
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Where it goes.
    pub location: Location,
    /// How it is written.
    pub style: Style,
    /// Name, type and documentation, as for a member of an object.
    pub field: Field,
}

/// How a body is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
    /// JSON unless a file is set, then multipart.
    JsonOrMultipart,
    /// Octets or text of this media type.
    Raw(String),
}

/// A request body.
#[derive(Debug)]
pub struct Body {
    /// How it is written.
    pub encoding: BodyEncoding,
    /// The media type, where it is another kind of JSON than `application/json`.
    pub media: Option<String>,
    /// Whether there must be one.
    pub required: bool,
    /// What the document says of it.
    pub description: Option<String>,
    /// Its forms: one without a name for a plain object, several for a union of objects.
    pub variants: Vec<BodyVariant>,
    /// The type of a body that is not an object with named properties; it is set as a whole.
    pub whole: Option<TypeRef>,
    /// What the schema of a whole body says about its values, unless it is a component.
    pub details: Details,
}

/// One form of a body that is an object.
#[derive(Debug)]
pub struct BodyVariant {
    /// Empty for the only one.
    pub name: String,
    /// What the document says of it.
    pub description: Option<String>,
    /// The members.
    pub fields: Vec<Field>,
    /// Whether the document says that it may have other members.
    pub open: bool,
    /// What its schema says about its values.
    pub details: Details,
    /// Where it stands.
    pub pointer: String,
}

/// What a success brings.
#[derive(Debug, Clone, PartialEq)]
pub enum Success {
    /// Nothing that matters.
    Empty,
    /// JSON of this type.
    Json(TypeRef),
    /// JSON of this type or nothing, by status.
    Optional(TypeRef),
    /// Text.
    Text(String),
    /// Octets.
    Binary(String),
}

/// A list whose answers are pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The type of one item.
    pub item: TypeRef,
    /// The type that holds the cursors.
    pub info: TypeRef,
    /// The members that a page has besides.
    pub others: Vec<String>,
}

/// An event that the API sends.
#[derive(Debug)]
pub struct Webhook {
    /// Its name in the document.
    pub name: String,
    /// The value of the member that tells it from others, if there is one.
    pub event: String,
    /// `summary`
    pub summary: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// The payload.
    pub payload: Option<TypeRef>,
    /// The tag, if it has one.
    pub tag: Option<String>,
    /// Where it stands.
    pub pointer: String,
}
