//! Types of the model.

use openapi_client_description::Constraints;
use serde_json::Value;

use super::success::{BodyKind, StatusVariant};

/// The index of a type in [`Api::types`](super::Api::types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub usize);

/// A named type.
#[derive(Debug)]
pub struct TypeDef {
    /// Where it comes from.
    pub origin: TypeOrigin,
    /// Every pointer in the document at which the type occurs, in the order in which they were found.
    pub pointers: Vec<String>,
    /// The components, operations and webhooks in which it occurs, each once, in document order.
    pub roots: Vec<Root>,
    /// `description`
    pub description: Option<String>,
    /// `title`
    pub title: Option<String>,
    /// `deprecated`
    pub deprecated: bool,
    /// What its schema says about its values.
    pub details: Details,
    /// The only value of a component that allows one.
    pub constant: Option<Value>,
    /// Its structure.
    pub shape: Shape,
}

/// Where a type comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeOrigin {
    /// A component of this name.
    Component(String),
    /// A schema inside a component, an operation or a webhook.
    Inline,
}

/// What an inline type occurs in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Root {
    /// A component of this name.
    Component(String),
    /// An operation, by its index in [`Api::operations`](super::Api::operations).
    Operation(usize),
    /// A webhook, by its index in [`Api::webhooks`](super::Api::webhooks).
    Webhook(usize),
}

/// The structure of a type.
#[derive(Debug, Clone)]
pub enum Shape {
    /// An object with named properties.
    Object(Object),
    /// Strings or integers of a set that may grow.
    OpenEnum(OpenEnum),
    /// One of several types.
    Union(Union),
    /// Another name for a type.
    Alias(TypeRef),
    /// Not resolved yet. The finished model has none.
    Pending,
}

impl Shape {
    /// The values inside: of the fields or variants in their order, or of what an alias names.
    pub fn values(&self) -> impl Iterator<Item = &TypeRef> {
        let (fields, variants, alias) = match self {
            Self::Object(object) => (object.fields.as_slice(), [].as_slice(), None),
            Self::Union(union) => ([].as_slice(), union.variants.as_slice(), None),
            Self::Alias(ty) => ([].as_slice(), [].as_slice(), Some(ty)),
            Self::OpenEnum(_) | Self::Pending => ([].as_slice(), [].as_slice(), None),
        };
        let fields = fields.iter().map(|field| &field.ty);
        fields.chain(variants.iter().map(|variant| &variant.ty)).chain(alias)
    }
}

/// A use of a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TypeRef {
    /// A named type.
    Named(TypeId),
    /// An identifier, by the index of its kind in [`Api::ids`](super::Api::ids).
    Id(usize),
    /// A string.
    String,
    /// A string that must not be logged.
    Secret,
    /// A 64 bit integer.
    Integer,
    /// A 64 bit integer that is not negative.
    Unsigned,
    /// An exact decimal number.
    Decimal,
    /// A binary floating point number, if the document asks for one.
    Float,
    /// A boolean.
    Boolean,
    /// An RFC 3339 date and time.
    DateTime,
    /// An RFC 3339 date.
    Date,
    /// Bytes: a file in a form, or a whole body.
    Binary,
    /// A file within a field of a form.
    File,
    /// Any JSON.
    Json,
    /// An object with any properties.
    JsonObject,
    /// An object with any properties, whose values must not be logged.
    SecretObject,
    /// A list.
    List(Box<TypeRef>),
    /// An object whose properties all have this type.
    Map(Box<TypeRef>),
    /// A value or `null`.
    Nullable(Box<TypeRef>),
}

/// What values of a type are in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// A string.
    String,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list.
    List,
    /// An object.
    Object,
    /// Any value.
    Any,
}

impl TypeRef {
    /// What values are in JSON, and the word for the type in the names of variants that have no other name. `null` aside; a
    /// named type counts as an object, since only its shape tells more.
    fn describe(&self) -> (JsonKind, &'static str) {
        match self {
            Self::Id(_) => (JsonKind::String, "id"),
            Self::String | Self::Secret => (JsonKind::String, "text"),
            Self::Integer | Self::Unsigned => (JsonKind::Integer, "integer"),
            Self::Decimal | Self::Float => (JsonKind::Number, "number"),
            Self::Boolean => (JsonKind::Boolean, "boolean"),
            Self::DateTime => (JsonKind::String, "date time"),
            Self::Date => (JsonKind::String, "date"),
            Self::Binary | Self::File => (JsonKind::String, "binary"),
            Self::Json => (JsonKind::Any, "json"),
            Self::List(_) => (JsonKind::List, "list"),
            Self::Named(_) | Self::JsonObject | Self::SecretObject | Self::Map(_) => {
                (JsonKind::Object, "object")
            }
            Self::Nullable(inner) => inner.describe(),
        }
    }

    /// What values are in JSON, `null` aside; none for a named type, whose shape tells.
    #[must_use]
    pub fn json_kind(&self) -> Option<JsonKind> {
        let is_named = matches!(self.split_null().0, Self::Named(_));
        (!is_named).then(|| self.describe().0)
    }

    /// The word for the type in the names of variants that have no other name.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.describe().1
    }

    /// This type, or `null` if `nullable`.
    #[must_use]
    pub fn nullable(self, nullable: bool) -> Self {
        match self {
            Self::Nullable(_) | Self::Json => self,
            other if nullable => Self::Nullable(Box::new(other)),
            other => other,
        }
    }

    /// The type without `null`, and whether it allowed `null`.
    #[must_use]
    pub fn split_null(&self) -> (&Self, bool) {
        match self {
            Self::Nullable(inner) => (inner, true),
            other => (other, false),
        }
    }

    /// The type of the values within lists and maps, without `null`.
    #[must_use]
    pub fn innermost(&self) -> &Self {
        match self {
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.innermost(),
            other => other,
        }
    }

    /// Whether values must not be logged.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        matches!(self.innermost(), Self::Secret | Self::SecretObject)
    }

    /// Calls `visit` for every named type in this one; its second argument is false inside a list or a map.
    pub fn for_each_named(&self, direct: bool, visit: &mut impl FnMut(TypeId, bool)) {
        match self {
            Self::Named(id) => visit(*id, direct),
            Self::List(inner) | Self::Map(inner) => inner.for_each_named(false, visit),
            Self::Nullable(inner) => inner.for_each_named(direct, visit),
            _ => {}
        }
    }
}

/// An object with named properties.
#[derive(Debug, Clone, Default)]
pub struct Object {
    /// The properties in document order.
    pub fields: Vec<Field>,
    /// Whether the document says that there may be other properties.
    pub open: bool,
}

/// A property of an object.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name in JSON.
    pub name: String,
    /// Its type, with `null`.
    pub ty: TypeRef,
    /// Whether the configuration decided on the type; the document only says that it is a string.
    pub is_configured: bool,
    /// Whether it must be present.
    pub required: bool,
    /// Whether only responses have it.
    pub read_only: bool,
    /// Whether only requests have it.
    pub write_only: bool,
    /// `deprecated`
    pub deprecated: bool,
    /// The only value that it may have.
    pub constant: Option<Value>,
    /// `description`
    pub description: Option<String>,
    /// What its schema says about its values.
    pub details: Details,
    /// Where it is in the document.
    pub pointer: String,
}

/// What a schema says about its values besides their type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Details {
    /// The constraints, at the first occurrence of the type or of the object that has the field.
    pub constraints: Constraints,
    /// Whether other occurrences have other constraints. The constraints are then documentation only.
    pub varies: bool,
    /// The occurrences whose constraints or default differ from those of the first one.
    pub others: Vec<OtherDetails>,
    /// `default`
    pub default: Option<Value>,
    /// `example`
    pub example: Option<Value>,
    /// `externalDocs`
    pub external_docs: Option<ExternalDocs>,
}

/// The constraints and the default of one more occurrence of a type or a field.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherDetails {
    /// Where it is in the document.
    pub pointer: String,
    /// Its constraints.
    pub constraints: Constraints,
    /// `default`
    pub default: Option<Value>,
}

impl Details {
    /// Notes another occurrence at `pointer`.
    pub(crate) fn merge(&mut self, other: &Self, pointer: &str) {
        self.varies |= other.constraints != self.constraints;
        if (&other.constraints, &other.default) != (&self.constraints, &self.default) {
            self.others.push(OtherDetails {
                pointer: pointer.to_owned(),
                constraints: other.constraints.clone(),
                default: other.default.clone(),
            });
        }
    }

    /// The constraints that hold for every occurrence.
    #[must_use]
    pub fn common_constraints(&self) -> Constraints {
        if self.varies { Constraints::default() } else { self.constraints.clone() }
    }
}

/// A link to further documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalDocs {
    /// The address.
    pub url: String,
    /// `description`
    pub description: Option<String>,
}

/// An open set of strings, or of integers.
#[derive(Debug, Clone, Default)]
pub struct OpenEnum {
    /// Whether the values are integers.
    pub is_integer: bool,
    /// The known values.
    pub values: Vec<EnumValue>,
}

/// A known value of an [`OpenEnum`].
#[derive(Debug, Clone)]
pub struct EnumValue {
    /// The value in JSON; of an integer, its digits.
    pub value: String,
    /// The name that the document gives it.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
}

/// One of several types.
#[derive(Debug, Clone)]
pub struct Union {
    /// The variants in document order.
    pub variants: Vec<UnionVariant>,
    /// The statuses that select a variant, if the variants are the bodies of several responses.
    pub statuses: Vec<StatusVariant>,
}

impl Union {
    /// What the bodies are that select a variant.
    #[must_use]
    pub fn body_kind(&self, variant: usize) -> BodyKind {
        let row = self.statuses.iter().find(|row| row.variant == variant);
        row.map_or(BodyKind::Json, |row| row.kind)
    }

    /// Whether a variant is a body that is not JSON.
    #[must_use]
    pub fn has_raw_bodies(&self) -> bool {
        self.statuses.iter().any(|row| row.kind != BodyKind::Json)
    }
}

/// A variant of a union.
#[derive(Debug, Clone)]
pub struct UnionVariant {
    /// The words of its name: a title, a component, the value of a tag, or a kind of JSON.
    pub name: String,
    /// Its type.
    pub ty: TypeRef,
    /// Properties whose values identify the variant, from the discriminator or from constants of the variant.
    pub constants: Vec<(String, Vec<String>)>,
    /// The same for properties of objects within the variant, by their path.
    pub nested_constants: Vec<(Vec<String>, Vec<String>)>,
    /// Its description.
    pub description: Option<String>,
    /// Where it is in the document.
    pub pointer: String,
}

/// A kind of identifier, from the configuration.
#[derive(Debug, Clone)]
pub struct IdKind {
    /// The name of the type.
    pub name: String,
    /// The prefixes of its values.
    pub prefixes: Vec<String>,
    /// What it identifies.
    pub description: String,
}
