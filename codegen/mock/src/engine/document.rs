//! A document as the engine works with it: operations, types, words. It knows no request.

mod flows;
mod read;

pub(crate) use self::flows::{Minting, Upload};
use crate::engine::limits::Limits;
use crate::engine::path::Template;
use crate::engine::tree::Json;

/// An API as its document describes it.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) operations: Vec<Operation>,
    pub(crate) types: Vec<Shape>,
    /// The kinds of identifiers: the first prefix of each.
    pub(crate) ids: Vec<String>,
    #[cfg(feature = "webhooks")]
    pub(crate) events: Vec<Event>,
    /// The API's words for faults, and its examples of errors by status.
    pub(crate) faults: Json,
    pub(crate) examples: Json,
    pub(crate) pages: PageNames,
    pub(crate) uploads: Vec<Upload>,
    /// The calls that mint tokens.
    pub(crate) tokens: Vec<Minting>,
}

/// The members of a page.
#[derive(Debug)]
pub(crate) struct PageNames {
    pub(crate) data: String,
    pub(crate) info: String,
}

#[cfg(feature = "webhooks")]
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) event: String,
    pub(crate) payload: Option<Type>,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) template: Template,
    /// Whether it needs no credential.
    pub(crate) public: bool,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) status: u16,
    pub(crate) success: Success,
    /// Whether the answer is a page with cursors.
    pub(crate) page: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

impl Place {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) place: Place,
    /// Its name among the arguments.
    pub(crate) key: String,
    pub(crate) style: Style,
    pub(crate) member: Member,
}

/// How a parameter that is no scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Repeated,
    Commas,
    Spaces,
    Pipes,
    Deep,
    Brackets,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Json,
    Form,
    Multipart,
    JsonOrMultipart,
    Raw,
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) encoding: Encoding,
    pub(crate) required: bool,
    /// The media type, where it is not the encoding's usual one.
    pub(crate) media: Option<String>,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// One of several objects.
    Forms(Vec<Form>),
    /// A value of a type.
    Whole(Type),
}

#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) object: Object,
}

#[derive(Debug)]
pub(crate) enum Success {
    Empty,
    Json(Type),
    Text(String),
    Octets(String),
}

impl Success {
    /// The media type of a body.
    pub(crate) fn media_type(&self) -> Option<&str> {
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
pub(crate) enum Type {
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
pub(crate) enum Shape {
    Object(Object),
    Enum(Vec<String>),
    Union(Vec<Variant>),
    Alias(Box<Member>),
}

#[derive(Debug, Default)]
pub(crate) struct Object {
    pub(crate) members: Vec<Member>,
    /// Whether it may have other members.
    pub(crate) open: bool,
}

impl Object {
    pub(crate) fn get(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) constants: Vec<(String, Vec<String>)>,
}

/// A member of an object, a parameter, or what an alias stands for.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) required: bool,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
    pub(crate) constant: Option<Json>,
    pub(crate) example: Option<Json>,
    pub(crate) limits: Limits,
}

impl Document {
    /// The shape behind a type, through aliases and without `null`.
    pub(crate) fn shape(&self, ty: &Type) -> Option<&Shape> {
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
    pub(crate) fn object(&self, ty: &Type) -> Option<&Object> {
        match self.shape(ty)? {
            Shape::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The type behind aliases and `null`.
    pub(crate) fn plain<'a>(&'a self, ty: &'a Type) -> &'a Type {
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
