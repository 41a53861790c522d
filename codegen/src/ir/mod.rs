//! The model of an API: plain data between the document and the code.
//!
//! It holds no OpenAPI type and no Rust token. Everything refers to types by [`TypeId`], so cycles cost nothing.

mod operation;
mod types;

use std::collections::BTreeMap;

use serde_json::Value;

pub use operation::{
    Body, BodyEncoding, BodyVariant, Location, Operation, Page, Parameter, Style, Success, Verb, Webhook,
};
pub use types::{
    Details, EnumValue, ExternalDocs, Field, IdKind, Object, Root, Shape, StringEnum, TypeDef, TypeId,
    TypeOrigin, TypeRef, Union, UnionVariant,
};

/// Everything the document says that becomes code.
#[derive(Debug, Default)]
pub struct Api {
    /// `info.title`
    pub title: String,
    /// `info.version`
    pub version: String,
    /// `info.description`
    pub description: Option<String>,
    /// The hosts of the document's own environment: the document's server first, then those of single operations.
    pub servers: Vec<String>,
    /// How a request proves who sends it.
    pub authentication: Authentication,
    /// The kinds of identifiers, in the order of the configuration.
    pub ids: Vec<IdKind>,
    /// All types; [`TypeId`] is the index.
    pub types: Vec<TypeDef>,
    /// The tags in document order, those that only differ in case merged.
    pub tags: Vec<Tag>,
    /// All operations in document order.
    pub operations: Vec<Operation>,
    /// All webhooks in document order.
    pub webhooks: Vec<Webhook>,
    /// The type of the error envelope, if most error responses share one.
    pub error: Option<ErrorEnvelope>,
}

impl Api {
    /// The type with this id.
    #[must_use]
    pub fn get(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }
}

/// How a request proves who sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Authentication {
    /// Not at all.
    #[default]
    None,
    /// `Authorization: Bearer`
    Bearer,
    /// `Authorization: Basic`
    Basic,
    /// A header of this name.
    Header(String),
    /// A query parameter of this name.
    Query(String),
}

/// A tag: one resource, one module.
#[derive(Debug)]
pub struct Tag {
    /// The name as first written.
    pub name: String,
    /// What the document says of it.
    pub description: Option<String>,
    /// Where it stands.
    pub pointer: String,
}

/// The error envelope and where its members stand.
#[derive(Debug)]
pub struct ErrorEnvelope {
    /// The type.
    pub ty: TypeId,
    /// The members that lead to the object with the message.
    pub root: Vec<String>,
    /// The member names found there, of those that are known to matter.
    pub members: Vec<String>,
    /// How many responses use it.
    pub uses: usize,
    /// The example that most of the errors of a status have, by status.
    pub examples: BTreeMap<u16, Value>,
}
