//! Types of values.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{Constraints, Field, is_default};

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Text.
    String,
    /// Text that must not be logged.
    Secret,
    /// A 64 bit integer.
    Integer,
    /// An exact decimal number.
    Decimal,
    /// A binary floating point number.
    Float,
    /// `true` or `false`.
    Boolean,
    /// A date and time of RFC 3339.
    DateTime,
    /// A date of RFC 3339.
    Date,
    /// Bytes: a file in a form, or a whole body.
    Binary,
    /// Any JSON value.
    Json,
    /// An object with any properties.
    JsonObject,
    /// A list of values of one type.
    List(Box<Type>),
    /// An object whose properties have one type.
    Map(Box<Type>),
    /// A value or `null`.
    Nullable(Box<Type>),
    /// A type of [`Description::types`](crate::Description::types).
    ///
    /// Written as the plain name. Such names are in upper camel case or start with `~`, so that none equals a variant above.
    #[serde(untagged)]
    Named(String),
}

impl Type {
    /// The name that a type refers to, directly or as the type of items.
    pub(crate) fn referenced_name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.referenced_name(),
            _ => None,
        }
    }
}

/// The definition of a named type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeDefinition {
    /// An object with fields.
    Object(Object),
    /// One of these strings.
    Enum(Vec<String>),
    /// A value of one of several types.
    Union(Vec<UnionVariant>),
    /// Another type, with constraints of its own.
    Alias(Field),
    /// A string that identifies a resource. Holds the prefixes that its values can have, the usual one first.
    Identifier(Vec<String>),
}

/// The fields of an object by name, in document order.
pub type Fields = IndexMap<String, Field>;

/// An object with fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// The fields.
    pub fields: Fields,
    /// Whether the object can have other properties.
    #[serde(default, skip_serializing_if = "is_default")]
    pub open: bool,
    /// Constraints on the object as a whole.
    #[serde(default, skip_serializing_if = "is_default")]
    pub constraints: Constraints,
}

/// A variant of a union.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnionVariant {
    /// The name in messages.
    pub name: String,
    /// The type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Fields that select this variant, such as a discriminator, with the values that do.
    #[serde(default, skip_serializing_if = "is_default")]
    pub constants: BTreeMap<String, Vec<String>>,
}
