//! What values must conform to besides their type.

use serde::{Deserialize, Serialize};

use crate::{defaults::is_default, json_value::JsonValue};

/// Constraints on a value, named as in JSON Schema 2020-12.
///
/// Numbers are text, exactly as the OpenAPI document has them: binary floating point would change `0.1`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Constraints {
    /// The smallest allowed number.
    #[serde(skip_serializing_if = "is_default")]
    pub minimum: Option<String>,
    /// A number must be greater than this.
    #[serde(skip_serializing_if = "is_default")]
    pub exclusive_minimum: Option<String>,
    /// The greatest allowed number.
    #[serde(skip_serializing_if = "is_default")]
    pub maximum: Option<String>,
    /// A number must be less than this.
    #[serde(skip_serializing_if = "is_default")]
    pub exclusive_maximum: Option<String>,
    /// A number must be a multiple of this.
    #[serde(skip_serializing_if = "is_default")]
    pub multiple_of: Option<String>,
    /// The minimum number of characters of a string.
    #[serde(skip_serializing_if = "is_default")]
    pub min_length: Option<usize>,
    /// The maximum number of characters of a string.
    #[serde(skip_serializing_if = "is_default")]
    pub max_length: Option<usize>,
    /// A regular expression, as the document has it. The validator does not execute it.
    #[serde(skip_serializing_if = "is_default")]
    pub pattern: Option<String>,
    /// A format that does not select a type of its own, such as `email`. The validator does not check it.
    #[serde(skip_serializing_if = "is_default")]
    pub format: Option<String>,
    /// The minimum number of items of a list.
    #[serde(skip_serializing_if = "is_default")]
    pub min_items: Option<usize>,
    /// The maximum number of items of a list.
    #[serde(skip_serializing_if = "is_default")]
    pub max_items: Option<usize>,
    /// Whether all items of a list must differ.
    #[serde(skip_serializing_if = "is_default")]
    pub unique_items: bool,
    /// The minimum number of properties of an object.
    #[serde(skip_serializing_if = "is_default")]
    pub min_properties: Option<usize>,
    /// The maximum number of properties of an object.
    #[serde(skip_serializing_if = "is_default")]
    pub max_properties: Option<usize>,
    /// The allowed values, for types other than string enums. Empty: any.
    #[serde(skip_serializing_if = "is_default")]
    pub allowed_values: Vec<JsonValue>,
    /// Constraints on each item of a list.
    #[serde(skip_serializing_if = "is_default")]
    pub items: Option<Box<Constraints>>,
}

impl Constraints {
    /// Whether every value conforms.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
