//! Types of the model.

use serde_json::Value;

/// The place of a type in [`Api::types`](super::Api::types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub usize);

/// A named type.
#[derive(Debug)]
pub struct TypeDef {
    /// Where it comes from.
    pub origin: Origin,
    /// Every place in the document that is this type; the first is where it was met first.
    pub pointers: Vec<String>,
    /// The components, operations and webhooks in which it stands, each once, in document order.
    pub roots: Vec<Root>,
    /// What the document says of it.
    pub description: Option<String>,
    /// `title`
    pub title: Option<String>,
    /// `deprecated`
    pub deprecated: bool,
    /// The limits of a component that is a plain value or a list.
    pub limits: Limits,
    /// The one value of a component that has only one.
    pub constant: Option<Value>,
    /// What it looks like.
    pub shape: Shape,
}

/// Where a type comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A component of this name.
    Component(String),
    /// Somewhere inside a component, an operation or a webhook.
    Inline,
}

/// What an inline type stands in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Root {
    /// A component of this name.
    Component(String),
    /// An operation, by its place in [`Api::operations`](super::Api::operations).
    Operation(usize),
    /// A webhook, by its place in [`Api::webhooks`](super::Api::webhooks).
    Webhook(usize),
}

/// What a type looks like.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Named members.
    Object(Object),
    /// Strings of a set that may grow.
    StringEnum(StringEnum),
    /// One of several types.
    Union(Union),
    /// Another type under a name of its own.
    Alias(TypeRef),
    /// Not built yet; none is left when building is done.
    Pending,
}

/// A type as it is used.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TypeRef {
    /// A type with a name.
    Named(TypeId),
    /// An identifier, by its place in [`Api::ids`](super::Api::ids).
    Id(usize),
    /// Text.
    String,
    /// Text that no log may show.
    Secret,
    /// A 64 bit integer.
    Integer,
    /// An exact decimal number.
    Decimal,
    /// A binary floating point number, where the document asks for one.
    Float,
    /// A truth value.
    Boolean,
    /// RFC 3339 date and time.
    DateTime,
    /// RFC 3339 date.
    Date,
    /// Octets: a file in a form, or a whole body.
    Binary,
    /// Any JSON.
    Json,
    /// An object with any members.
    JsonObject,
    /// A list.
    List(Box<TypeRef>),
    /// An object as a map.
    Map(Box<TypeRef>),
    /// A value or `null`.
    Nullable(Box<TypeRef>),
}

impl TypeRef {
    /// This type, or `null`.
    #[must_use]
    pub fn nullable(self, nullable: bool) -> Self {
        match self {
            Self::Nullable(_) | Self::Json => self,
            other if nullable => Self::Nullable(Box::new(other)),
            other => other,
        }
    }

    /// The type without `null`, and whether `null` was there.
    #[must_use]
    pub fn split_null(&self) -> (&Self, bool) {
        match self {
            Self::Nullable(inner) => (inner, true),
            other => (other, false),
        }
    }

    /// Calls `visit` for every named type in this one; `direct` is false below a list or a map.
    pub fn for_each_named(&self, direct: bool, visit: &mut impl FnMut(TypeId, bool)) {
        match self {
            Self::Named(id) => visit(*id, direct),
            Self::List(inner) | Self::Map(inner) => inner.for_each_named(false, visit),
            Self::Nullable(inner) => inner.for_each_named(direct, visit),
            _ => {}
        }
    }
}

/// An object with named members.
#[derive(Debug, Clone, Default)]
pub struct Object {
    /// The members in document order.
    pub fields: Vec<Field>,
    /// Whether the document says that it may have other members.
    pub open: bool,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name in JSON.
    pub name: String,
    /// Its type, `null` included.
    pub ty: TypeRef,
    /// Whether it must be there.
    pub required: bool,
    /// Comes in answers only.
    pub read_only: bool,
    /// Goes in requests only.
    pub write_only: bool,
    /// `deprecated`
    pub deprecated: bool,
    /// The one value it may have.
    pub constant: Option<Value>,
    /// What the document says of it.
    pub description: Option<String>,
    /// Its limits.
    pub limits: Limits,
    /// Where it stands.
    pub pointer: String,
}

/// Limits and hints that are only documentation for a client.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    /// Sentences such as "At most 255 characters.".
    pub notes: Vec<String>,
    /// The same as data, for whoever plays the server.
    pub bounds: Bounds,
    /// An example value.
    pub example: Option<Value>,
}

/// What a value must keep to besides its type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bounds {
    /// The least number.
    pub minimum: Option<Bound>,
    /// The greatest number.
    pub maximum: Option<Bound>,
    /// The fewest and the most characters.
    pub length: (Option<usize>, Option<usize>),
    /// The fewest and the most items.
    pub count: (Option<usize>, Option<usize>),
    /// A regular expression, as the document writes it.
    pub pattern: Option<String>,
    /// A format that gives no type of its own, such as `email`.
    pub format: Option<String>,
    /// The values that are allowed, where they are no strings.
    pub values: Vec<Value>,
    /// What the items of a list must keep to.
    pub items: Option<Box<Bounds>>,
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// The number, exactly as the document writes it.
    pub value: String,
    /// Whether the number itself is outside.
    pub exclusive: bool,
}

/// An open set of strings.
#[derive(Debug, Clone)]
pub struct StringEnum {
    /// The known values.
    pub values: Vec<EnumValue>,
}

/// One known value.
#[derive(Debug, Clone)]
pub struct EnumValue {
    /// The value in JSON.
    pub value: String,
    /// What the document says of it.
    pub description: Option<String>,
}

/// One of several types.
#[derive(Debug, Clone)]
pub struct Union {
    /// The variants in document order.
    pub variants: Vec<UnionVariant>,
}

/// A variant of a union.
#[derive(Debug, Clone)]
pub struct UnionVariant {
    /// The words of its name: a title, a component, a tag's value, a kind of JSON.
    pub name: String,
    /// Its type.
    pub ty: TypeRef,
    /// Members that hold constants by which it is known, from the discriminator or from the variant itself.
    pub constants: Vec<(String, Vec<String>)>,
    /// What the document says of it.
    pub description: Option<String>,
    /// Where it stands.
    pub pointer: String,
}

/// A kind of identifier, from the configuration.
#[derive(Debug, Clone)]
pub struct IdKind {
    /// The name of the type.
    pub name: String,
    /// The prefixes its values carry.
    pub prefixes: Vec<String>,
    /// What it identifies.
    pub description: String,
}
