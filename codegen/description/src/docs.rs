//! The texts of an API for people, and the names under which they call it.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::defaults::is_default;

/// Texts and names of an API, for tools that show them.
///
/// Apart from [`Description`](crate::Description), which would otherwise double in size: servers do not need them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Docs {
    /// The title of the API.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Its description.
    #[serde(skip_serializing_if = "is_default")]
    pub description: Option<String>,
    /// The tags in document order.
    #[serde(skip_serializing_if = "is_default")]
    pub tags: IndexMap<String, TagDocs>,
    /// The operations by `operationId`, in document order.
    #[serde(skip_serializing_if = "is_default")]
    pub operations: IndexMap<String, OperationDocs>,
    /// The named types that have texts.
    #[serde(skip_serializing_if = "is_default")]
    pub types: BTreeMap<String, TypeDocs>,
    /// The webhook events that have texts, by name.
    #[serde(skip_serializing_if = "is_default")]
    pub events: BTreeMap<String, EventDocs>,
}

/// A group of operations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TagDocs {
    /// The module of the generated crate, which is also the name of its feature up to hyphens.
    pub module: String,
    /// The description.
    #[serde(skip_serializing_if = "is_default")]
    pub description: Option<String>,
}

/// Texts and names of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OperationDocs {
    /// The tag.
    pub tag: String,
    /// The method of the generated crate.
    pub method: String,
    /// The summary.
    #[serde(skip_serializing_if = "is_default")]
    pub summary: Option<String>,
    /// The description.
    #[serde(skip_serializing_if = "is_default")]
    pub description: Option<String>,
    /// The URL of its page in the API's own reference.
    #[serde(skip_serializing_if = "is_default")]
    pub reference: Option<String>,
    /// The alternatives of credentials, each with its scopes.
    #[serde(skip_serializing_if = "is_default")]
    pub security: Vec<String>,
    /// The descriptions of parameters by their names in the request type.
    #[serde(skip_serializing_if = "is_default")]
    pub parameters: BTreeMap<String, String>,
    /// The description of the body.
    #[serde(skip_serializing_if = "is_default")]
    pub body: Option<String>,
    /// The descriptions of the body's variants and their fields, in the order of the variants; empty if there are none.
    #[serde(skip_serializing_if = "is_default")]
    pub variants: Vec<TypeDocs>,
}

/// Texts of a type, or of a variant of a request body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TypeDocs {
    /// The description.
    #[serde(skip_serializing_if = "is_default")]
    pub description: Option<String>,
    /// The descriptions of its fields, enum values or variants by name.
    #[serde(skip_serializing_if = "is_default")]
    pub members: BTreeMap<String, String>,
}

/// Texts of a webhook event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventDocs {
    /// The summary.
    #[serde(skip_serializing_if = "is_default")]
    pub summary: Option<String>,
    /// The description.
    #[serde(skip_serializing_if = "is_default")]
    pub description: Option<String>,
}
