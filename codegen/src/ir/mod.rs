//! The model of an API: plain data, without OpenAPI types and without Rust tokens.
//!
//! Types are referred to by [`TypeId`], so they may refer to each other in cycles.

mod operation;
mod paging;
mod success;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use operation::{
    AlternativeBody, Body, BodyEncoding, BodyVariant, FieldEncoding, Link, Operation, Page, Parameter,
    ParameterLocation, ResponseHeader, SecurityAlternative, Style, Verb, Webhook,
};
pub use paging::{PageHeaders, PageSize, Paging, PagingKind, Path};
pub use success::{Alternative, BodyKind, MockedResponse, Results, StatusVariant, Success};
pub use types::{
    Details, EnumValue, ExternalDocs, Field, IdKind, JsonKind, Object, OpenEnum, OtherDetails, Root, Shape,
    TypeDef, TypeId, TypeOrigin, TypeRef, Union, UnionVariant,
};

/// Everything in the document that becomes code.
#[derive(Debug, Default)]
pub struct Api {
    /// `info.title`
    pub title: String,
    /// `info.version`
    pub version: String,
    /// The version of the API that a header asks for, if the configuration names the header.
    pub api_version: Option<ApiVersion>,
    /// All versions of the API, if the document or the configuration lists them.
    pub known_versions: Vec<String>,
    /// `info.description`
    pub description: Option<String>,
    /// What else the document says about the API.
    pub about: About,
    /// The servers: the document's first one, then those of single paths and operations.
    pub servers: Vec<String>,
    /// The environments: those of the configuration, else those that the servers are. The first is the default.
    pub environments: Vec<Environment>,
    /// The credentials that operations require; the first is the API key.
    pub credentials: Vec<Credential>,
    /// What operations require: alternatives, each a list of indexes of `credentials`. The first is the most common.
    pub security: Vec<Vec<Vec<usize>>>,
    /// The kinds of identifiers, in the order of the configuration.
    pub ids: Vec<IdKind>,
    /// All types; [`TypeId`] is the index.
    pub types: Vec<TypeDef>,
    /// The tags in document order. Tags that differ in case only are one.
    pub tags: Vec<Tag>,
    /// The operations in document order.
    pub operations: Vec<Operation>,
    /// The webhooks in document order.
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

    /// The variables of servers that callers can set: the first one of each name.
    pub fn server_variables(&self) -> impl Iterator<Item = &ServerVariable> {
        let templates = self.environments.iter().flat_map(|environment| &environment.templates);
        let mut seen = BTreeSet::new();
        let all = templates.flat_map(|(_, template)| &template.variables);
        all.filter(move |variable| seen.insert(variable.name.as_str()))
    }

    /// Whether a value of this type may have a file in it: bytes of a form, on their own or within lists and objects.
    #[must_use]
    pub fn may_hold_file(&self, ty: &TypeRef) -> bool {
        self.search_file(ty, &mut BTreeSet::new())
    }

    fn search_file(&self, ty: &TypeRef, seen: &mut BTreeSet<TypeId>) -> bool {
        let TypeRef::Named(id) = ty.innermost() else {
            return matches!(ty.innermost(), TypeRef::Binary | TypeRef::File);
        };
        seen.insert(*id) && self.get(*id).shape.values().any(|ty| self.search_file(ty, seen))
    }

    /// The property of an event's payload with this name, if it is a string: the payload's type, its index, the property.
    pub(crate) fn text_property(&self, webhook: &Webhook, name: &str) -> Option<(TypeId, usize, &Field)> {
        let Some(TypeRef::Named(id)) = webhook.payload else { return None };
        let Shape::Object(object) = &self.get(id).shape else { return None };
        let is_text = |field: &Field| matches!(field.ty.split_null().0, TypeRef::String | TypeRef::Id(_));
        let index = object.fields.iter().position(|field| field.name == name && is_text(field))?;
        Some((id, index, object.fields.get(index)?))
    }

    /// The names of the properties and parameters whose values must not be logged.
    pub(crate) fn secret_names(&self) -> BTreeSet<&str> {
        let of_types = self.types.iter().flat_map(|def| match &def.shape {
            Shape::Object(object) => object.fields.as_slice(),
            _ => &[],
        });
        let of_requests = self.operations.iter().flat_map(|operation| {
            let variants = operation.body.iter().flat_map(|body| &body.variants);
            let parameters = operation.parameters.iter().map(|parameter| &parameter.field);
            parameters.chain(variants.flat_map(|variant| &variant.fields))
        });
        let secret = of_types.chain(of_requests).filter(|field| field.ty.is_secret());
        secret.map(|field| field.name.as_str()).collect()
    }

    /// Replaces the pointers that generated files show by those in the published document: the first one of each type, and
    /// those of fields.
    pub(crate) fn restore_pointers(&mut self, original: impl Fn(&str) -> String) {
        let restore = |field: &mut Field| field.pointer = original(&field.pointer);
        for def in &mut self.types {
            if let Some(pointer) = def.pointers.first_mut() {
                *pointer = original(pointer);
            }
            if let Shape::Object(object) = &mut def.shape {
                object.fields.iter_mut().for_each(restore);
            }
        }
        for operation in &mut self.operations {
            operation.parameters.iter_mut().for_each(|parameter| restore(&mut parameter.field));
            let variants = operation.body.iter_mut().flat_map(|body| &mut body.variants);
            variants.flat_map(|variant| &mut variant.fields).for_each(restore);
        }
    }
}

/// The version of the API that the document describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiVersion {
    /// The version.
    pub value: String,
    /// Where the document states it; `None` if only the configuration does.
    pub pointer: Option<String>,
}

/// A set of servers that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The name.
    pub name: String,
    /// What the document says about it.
    pub description: Option<String>,
    /// The URL of each server, with the default values of its variables.
    pub servers: Vec<String>,
    /// The servers whose URLs have variables that callers can set, by their index.
    pub templates: Vec<(usize, ServerTemplate)>,
}

impl Environment {
    /// The URL with variables of the server at this index, if callers can set any.
    #[must_use]
    pub fn template(&self, index: usize) -> Option<&ServerTemplate> {
        self.templates.iter().find(|(other, _)| *other == index).map(|(_, template)| template)
    }

    /// Whether requests to the servers at these two indexes reach the same address, whatever the caller sets.
    pub(crate) fn has_same_server(&self, one: usize, other: usize) -> bool {
        let address = |index: usize| {
            let template = self.template(index);
            let variables = template.into_iter().flat_map(|template| &template.variables);
            let variables: Vec<_> = variables.map(|own| (&own.name, &own.default, &own.values)).collect();
            (self.servers.get(index), template.map(|template| &template.url), variables)
        };
        address(one) == address(other)
    }
}

/// The URL of a server with variables that callers can set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerTemplate {
    /// The URL, with the names of variables in braces.
    pub url: String,
    /// The variables.
    pub variables: Vec<ServerVariable>,
}

impl ServerTemplate {
    /// Whether it has a variable of this name.
    #[must_use]
    pub fn has_variable(&self, name: &str) -> bool {
        self.variables.iter().any(|variable| variable.name == name)
    }
}

/// A variable of the URL of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerVariable {
    /// The name.
    pub name: String,
    /// `description`
    pub description: Option<String>,
    /// `default`
    pub default: String,
    /// `enum`; empty if it may have any value.
    pub values: Vec<String>,
}

impl ServerVariable {
    /// Its name in the URL of a server.
    pub(crate) fn placeholder(&self) -> String {
        format!("{{{}}}", self.name)
    }
}

/// A credential: a security scheme that the client can send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The name of the security scheme.
    pub name: String,
    /// How it is sent.
    pub authentication: Authentication,
    /// `description`
    pub description: Option<String>,
}

/// How a credential is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// `Authorization: Bearer`
    Bearer,
    /// `Authorization: Basic`
    Basic,
    /// A header of this name.
    Header(String),
    /// A query parameter of this name.
    Query(String),
    /// A cookie of this name.
    Cookie(String),
    /// `Authorization` with another scheme.
    Http(String),
}

impl Authentication {
    /// The part of a request that carries the credential, as it is named in messages. Two credentials of the same part cannot be
    /// sent together.
    #[must_use]
    pub fn part(&self) -> String {
        match self {
            Self::Bearer | Self::Basic | Self::Http(_) => "the header `authorization`".to_owned(),
            Self::Header(name) => format!("the header `{}`", name.to_ascii_lowercase()),
            Self::Query(name) => format!("the query parameter `{name}`"),
            Self::Cookie(name) => format!("the cookie `{name}`"),
        }
    }
}

/// A tag, which becomes a module.
#[derive(Debug)]
pub struct Tag {
    /// The name as the document has it first.
    pub name: String,
    /// `description`
    pub description: Option<String>,
    /// `externalDocs`
    pub external_docs: Option<ExternalDocs>,
    /// Where it is in the document.
    pub pointer: String,
}

/// What a document says about the API besides its name and description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// `externalDocs`
    pub external_docs: Option<ExternalDocs>,
    /// `info.termsOfService`
    pub terms_of_service: Option<String>,
    /// `info.contact`: name, address of a page, address for mail.
    pub contact: [Option<String>; 3],
    /// `info.license`: name and address.
    pub license: [Option<String>; 2],
}

/// The type that most error responses share.
#[derive(Debug)]
pub struct ErrorEnvelope {
    /// The type.
    pub ty: TypeId,
    /// The path of properties to the object with the message.
    pub root: Vec<String>,
    /// The properties of that object which the runtime reads.
    pub members: Vec<String>,
    /// The number of responses that use it.
    pub uses: usize,
    /// The most common example of each status.
    pub examples: BTreeMap<u16, Value>,
}
