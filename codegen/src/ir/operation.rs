//! Operations of the model.

use std::fmt;

use super::paging::{Paging, Path};
use super::success::{Alternative, MockedResponse, Success};
use super::types::{Details, ExternalDocs, Field, TypeId, TypeRef};

/// An HTTP method.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// QUERY
    Query,
    /// Another method.
    Other(String),
}

impl Verb {
    /// The method in HTTP.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
            Self::Query => "QUERY",
            Self::Other(name) => name,
        }
    }
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`, or an id made of the method and the path.
    pub id: String,
    /// Whether the id is the document's.
    pub id_given: bool,
    /// The method.
    pub verb: Verb,
    /// The path template, with the prefixes of styled parameters.
    pub path: String,
    /// The index of its tag in [`Api::tags`](super::Api::tags).
    pub tag: usize,
    /// The index of its server in [`Api::servers`](super::Api::servers).
    pub server: usize,
    /// `summary`
    pub summary: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// `externalDocs`
    pub external_docs: Option<ExternalDocs>,
    /// `deprecated`
    pub deprecated: bool,
    /// The alternatives of its security.
    pub security: Option<Vec<SecurityAlternative>>,
    /// Whether it is sent without a credential.
    pub unauthenticated: bool,
    /// The index of what it requires in [`Api::security`](super::Api::security).
    pub requirement: usize,
    /// The parameters: those of the path first, in the order of the path.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// The value of a success.
    pub success: Success,
    /// The response of a mock server.
    pub mocked: MockedResponse,
    /// The `Accept` of a request; none for `application/json`.
    pub accept: Option<String>,
    /// The other media types of a success.
    pub alternatives: Vec<Alternative>,
    /// The documented redirects, which are results; `3` stands for all.
    pub redirects: Vec<u16>,
    /// The headers of successful responses that the document describes.
    pub response_headers: Vec<ResponseHeader>,
    /// The operations to which responses lead.
    pub links: Vec<Link>,
    /// Errors whose body is not the error envelope: status and type.
    pub errors: Vec<(String, TypeRef)>,
    /// Its pages, if it is a list.
    pub page: Option<Page>,
    /// Where it is in the document.
    pub pointer: String,
}

/// A header of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseHeader {
    /// The name.
    pub name: String,
    /// `description`
    pub description: Option<String>,
    /// `deprecated`
    pub deprecated: bool,
}

/// An operation to which a response leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The `operationId`.
    pub operation: String,
    /// `description`
    pub description: Option<String>,
}

/// The schemes of which a request needs all, each with its scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityAlternative {
    /// The name of each scheme, and its scopes.
    pub schemes: Vec<(String, Vec<String>)>,
}

impl fmt::Display for SecurityAlternative {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (scheme, scopes)) in self.schemes.iter().enumerate() {
            let and = if index == 0 { "" } else { " and " };
            write!(formatter, "{and}`{scheme}`")?;
            if !scopes.is_empty() {
                write!(formatter, " ({})", scopes.join(", "))?;
            }
        }
        Ok(())
    }
}

/// The location of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

/// How a parameter is encoded that is not a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `a=1,2`
    Form,
    /// `a=1&a=2`; in cookies `a=1; a=2` and `key=1; other=2`
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
    /// The value as JSON text or as plain text, which is the whole query.
    Whole,
    /// `key=1,other=2`, in a path or a header
    SimpleExplode,
    /// `.1.2` and `.key=1.other=2`, in a path
    LabelExplode,
    /// `;a=1;a=2` and `;key=1;other=2`, in a path
    MatrixExplode,
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its location.
    pub location: ParameterLocation,
    /// How it is encoded.
    pub style: Style,
    /// Whether reserved characters of its value are sent unencoded, in a query, or nothing is encoded, in a cookie.
    pub allow_reserved: bool,
    /// Its name, type and documentation, as for a property.
    pub field: Field,
}

/// How a request body is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
    /// JSON, or multipart if the caller sets a file.
    JsonOrMultipart,
    /// Bytes of this media type.
    Raw(String),
}

/// How one field of a form is encoded, where that differs from the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldEncoding {
    /// The name of the field.
    pub name: String,
    /// How lists and objects become pairs.
    pub style: Option<Style>,
    /// Whether reserved characters are sent unencoded.
    pub allow_reserved: bool,
    /// The media type of its parts in a multipart form.
    pub content_type: Option<String>,
    /// The headers of its parts in a multipart form.
    pub headers: Vec<(String, String)>,
}

/// A request body.
#[derive(Debug)]
pub struct Body {
    /// How it is encoded.
    pub encoding: BodyEncoding,
    /// How the fields of a form are encoded that are not in the default way.
    pub fields: Vec<FieldEncoding>,
    /// The media type of JSON, with or without multipart beside it, if that is not `application/json`; the types of a raw body of which the caller gives one.
    pub media: Option<String>,
    /// Whether it must be sent.
    pub required: bool,
    /// `description`
    pub description: Option<String>,
    /// Its variants: one without a name for an object, several for a union of objects, none for other types.
    pub variants: Vec<BodyVariant>,
    /// The type of a body that is not an object with named properties; it is set as a whole.
    pub whole: Option<TypeRef>,
    /// What the schema of a whole body says about its values, unless it is a component.
    pub details: Details,
    /// The other media types with another schema. Each has a method of its own.
    pub alternatives: Vec<AlternativeBody>,
}

/// A request body of another media type than the usual one, which is set as a whole.
#[derive(Debug)]
pub struct AlternativeBody {
    /// The media type.
    pub media_type: String,
    /// The body, without variants.
    pub body: Body,
}

impl Body {
    /// The types of what is set as a whole: of this body, and of the other media types.
    pub fn whole_types(&self) -> impl Iterator<Item = &TypeRef> {
        let alternatives = self.alternatives.iter().filter_map(|other| other.body.whole.as_ref());
        self.whole.iter().chain(alternatives)
    }

    /// Whether the caller gives the media type with the body: the document names a range or several types, or `multipart`
    /// without its boundary.
    #[must_use]
    pub fn asks_media_type(&self) -> bool {
        let BodyEncoding::Raw(media_type) = &self.encoding else { return false };
        let name = media_type.to_ascii_lowercase();
        name.contains('*') || (name.starts_with("multipart/") && !name.contains("boundary="))
    }
}

/// A variant of a request body.
#[derive(Debug)]
pub struct BodyVariant {
    /// Empty for the only one.
    pub name: String,
    /// The type whose properties it has.
    pub ty: TypeId,
    /// `description`
    pub description: Option<String>,
    /// The properties.
    pub fields: Vec<Field>,
    /// Whether the document says that there may be other properties.
    pub open: bool,
    /// What its schema says about its values.
    pub details: Details,
    /// Where it is in the document.
    pub pointer: String,
}

/// The pages of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The type of an item.
    pub item: TypeRef,
    /// The type that holds the cursors, or what the object around the list has beside it; none if the response is the list.
    pub info: Option<TypeRef>,
    /// The other properties of a page.
    pub others: Vec<String>,
    /// Where the list is in the response, if `info` is what is around it.
    pub list: Option<Path>,
    /// How the next page is requested, if the cursors do not say so.
    pub paging: Option<Paging>,
}

/// An event that the API sends.
#[derive(Debug)]
pub struct Webhook {
    /// Its name in the document.
    pub name: String,
    /// The value of the property that names the event in the payload, or the name.
    pub event: String,
    /// `summary`
    pub summary: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// The type of the payload.
    pub payload: Option<TypeRef>,
    /// Its first tag.
    pub tag: Option<String>,
    /// Where it is in the document.
    pub pointer: String,
}
