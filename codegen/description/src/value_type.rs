//! Types of values.

use serde::{Deserialize, Serialize};

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
    /// A 64 bit integer that is not negative.
    Unsigned,
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
    /// Whether values are numbers or texts, in which an amount can be.
    #[must_use]
    pub fn is_number_or_text(&self) -> bool {
        matches!(self, Self::String | Self::Decimal | Self::Float | Self::Integer | Self::Unsigned)
    }

    /// The name that a type refers to, directly or as the type of items.
    #[must_use]
    pub fn referenced_name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.referenced_name(),
            _ => None,
        }
    }
}
