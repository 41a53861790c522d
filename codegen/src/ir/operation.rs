//! Operations of the model.

use std::fmt;

use super::types::{Details, Field, TypeRef};

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
    /// The method in HTTP.
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
    /// `deprecated`
    pub deprecated: bool,
    /// The alternatives of its security.
    pub security: Option<Vec<SecurityAlternative>>,
    /// Whether it is sent without a credential.
    pub unauthenticated: bool,
    /// The parameters: those of the path first, in the order of the path.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// The value of a success.
    pub success: Success,
    /// The status of a success.
    pub status: u16,
    /// Errors whose body is not the error envelope: status and type.
    pub errors: Vec<(String, TypeRef)>,
    /// Its pages, if it is a list.
    pub page: Option<Page>,
    /// Where it is in the document.
    pub pointer: String,
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
    /// Its location.
    pub location: ParameterLocation,
    /// How it is encoded.
    pub style: Style,
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

/// A request body.
#[derive(Debug)]
pub struct Body {
    /// How it is encoded.
    pub encoding: BodyEncoding,
    /// The media type, if it is JSON but not `application/json`.
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
}

/// A variant of a request body.
#[derive(Debug)]
pub struct BodyVariant {
    /// Empty for the only one.
    pub name: String,
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

/// The value of a success.
#[derive(Debug, Clone, PartialEq)]
pub enum Success {
    /// No value.
    Empty,
    /// JSON of this type.
    Json(TypeRef),
    /// JSON of this type or nothing, depending on the status.
    Optional(TypeRef),
    /// Text of this media type.
    Text(String),
    /// Bytes of this media type.
    Binary(String),
}

/// The pages of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The type of an item.
    pub item: TypeRef,
    /// The type that holds the cursors.
    pub info: TypeRef,
    /// The other properties of a page.
    pub others: Vec<String>,
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
