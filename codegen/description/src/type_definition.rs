//! Definitions of named types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    constraints::Constraints,
    defaults::is_default,
    field::{Field, Fields},
    value_type::Type,
};

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

impl TypeDefinition {
    /// The types of its fields, variants or target, without those that these use.
    #[must_use]
    pub fn types(&self) -> Vec<&Type> {
        match self {
            Self::Object(object) => object.fields.values().map(Field::ty).collect(),
            Self::Union(variants) => variants.iter().map(|variant| &variant.ty).collect(),
            Self::Alias(field) => vec![field.ty()],
            Self::Enum(_) | Self::Identifier(_) => Vec::new(),
        }
    }
}

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
