//! A document as the engine works with it: operations, types, words. It knows no request.

mod flows;
mod read;

pub(super) use self::flows::{Minting, Upload};
use super::limits::Limits;
use super::path::Template;
use super::tree::Json;

/// An API as its document describes it.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) operations: Vec<Operation>,
    pub(super) types: Vec<Shape>,
    /// The kinds of identifiers: the first prefix of each.
    pub(super) ids: Vec<String>,
    #[cfg(feature = "webhooks")]
    pub(super) events: Vec<Event>,
    /// The API's words for faults, and its examples of errors by status.
    pub(super) faults: Json,
    pub(super) examples: Json,
    pub(super) pages: PageNames,
    pub(super) uploads: Vec<Upload>,
    /// The calls that mint tokens.
    pub(super) tokens: Vec<Minting>,
}

/// The members of a page.
#[derive(Debug)]
pub(super) struct PageNames {
    pub(super) data: String,
    pub(super) info: String,
}

#[cfg(feature = "webhooks")]
#[derive(Debug)]
pub(super) struct Event {
    pub(super) name: String,
    pub(super) event: String,
    pub(super) payload: Option<Type>,
}

#[derive(Debug)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) template: Template,
    /// Whether it needs no credential.
    pub(super) public: bool,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    pub(super) status: u16,
    pub(super) success: Success,
    /// Whether the answer is a page with cursors.
    pub(super) page: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

impl Place {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) place: Place,
    /// Its name among the arguments.
    pub(super) key: String,
    pub(super) style: Style,
    pub(super) member: Member,
}

/// How a parameter that is no scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Repeated,
    Commas,
    Spaces,
    Pipes,
    Deep,
    Brackets,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Json,
    Form,
    Multipart,
    JsonOrMultipart,
    Raw,
}

#[derive(Debug)]
pub(super) struct Body {
    pub(super) encoding: Encoding,
    pub(super) required: bool,
    /// The media type, where it is not the encoding's usual one.
    pub(super) media: Option<String>,
    pub(super) content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    /// One of several objects.
    Forms(Vec<Form>),
    /// A value of a type.
    Whole(Type),
}

#[derive(Debug)]
pub(super) struct Form {
    pub(super) name: String,
    pub(super) object: Object,
}

#[derive(Debug)]
pub(super) enum Success {
    Empty,
    Json(Type),
    Text(String),
    Octets(String),
}

impl Success {
    /// The media type of a body.
    pub(super) fn media_type(&self) -> Option<&str> {
        match self {
            Self::Empty => None,
            Self::Json(_) => Some("application/json"),
            // A range of types is none that an answer can have.
            Self::Text(media) | Self::Octets(media) if media.contains('*') => {
                Some("application/octet-stream")
            }
            Self::Text(media) | Self::Octets(media) => Some(media),
        }
    }
}

/// A type as it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    String,
    Secret,
    Id(usize),
    Integer,
    Decimal,
    Float,
    Boolean,
    DateTime,
    Date,
    Binary,
    Json,
    Object,
    List(Box<Type>),
    Map(Box<Type>),
    Nullable(Box<Type>),
    Named(usize),
}

/// What a named type looks like.
#[derive(Debug)]
pub(super) enum Shape {
    Object(Object),
    Enum(Vec<String>),
    Union(Vec<Variant>),
    Alias(Box<Member>),
}

#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) members: Vec<Member>,
    /// Whether it may have other members.
    pub(super) open: bool,
}

impl Object {
    pub(super) fn get(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

#[derive(Debug)]
pub(super) struct Variant {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) constants: Vec<(String, Vec<String>)>,
}

/// A member of an object, a parameter, or what an alias stands for.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) required: bool,
    pub(super) read_only: bool,
    pub(super) write_only: bool,
    pub(super) constant: Option<Json>,
    pub(super) example: Option<Json>,
    pub(super) limits: Limits,
}

impl Document {
    /// The shape behind a type, through aliases and without `null`.
    pub(super) fn shape(&self, ty: &Type) -> Option<&Shape> {
        match ty {
            Type::Nullable(inner) => self.shape(inner),
            Type::Named(index) => match self.types.get(*index)? {
                Shape::Alias(member) => self.shape(&member.ty),
                shape => Some(shape),
            },
            _ => None,
        }
    }

    /// The object behind a type.
    pub(super) fn object(&self, ty: &Type) -> Option<&Object> {
        match self.shape(ty)? {
            Shape::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The type behind aliases and `null`.
    pub(super) fn plain<'a>(&'a self, ty: &'a Type) -> &'a Type {
        match ty {
            Type::Nullable(inner) => self.plain(inner),
            Type::Named(index) => match self.types.get(*index) {
                Some(Shape::Alias(member)) => self.plain(&member.ty),
                _ => ty,
            },
            other => other,
        }
    }
}
