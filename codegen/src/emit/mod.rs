//! Emits the named model as tokens: one file per construct. Nothing here decides a name or reads a document.

mod about;
mod agents;
mod aliases;
mod api;
mod arguments;
mod builder;
mod chooser;
mod client;
mod command_line;
mod constraint_docs;
mod crate_root;
mod credentials;
mod description;
mod docs;
mod example;
mod field_docs;
mod guide;
mod ids;
mod inbox;
mod lints;
mod manifest;
mod mock;
mod models;
mod money;
mod operation;
mod other_bodies;
mod package_files;
mod pages;
mod paging;
mod responses;
mod servers;
mod setters;
mod summary;
mod token_source;
mod types;
mod upload;
mod user_token;
mod webhooks;

use std::collections::BTreeMap;

use openapi_client_description::Description;
use proc_macro2::TokenStream;
use quote::quote;

use crate::analyze::{Facts, Gate, RequestFacts, Setter};
use crate::config::Config;
use crate::derives::Derives;
use crate::flows::Flows;
use crate::ir::{Api, BodyVariant, Field, Operation, Parameter};
use crate::money::Amounts;
use crate::names::{Names, OperationNames, VariantNames};

pub(crate) use agents::agent_files;
pub(crate) use constraint_docs::is_constrained;
pub(crate) use description::describe_api;
pub use docs::DocTexts;
pub(crate) use docs::inner_doc;
pub(crate) use guide::guide_files;
pub(crate) use lints::is_deprecated;
pub use manifest::tag_features;
pub use package_files::{Dependencies, Layout, Placement, banner, package_files};
pub(crate) use types::{box_path, ident, is_payload};

/// What all emitters read.
#[derive(Debug)]
pub struct Context<'a> {
    /// The model.
    pub api: &'a Api,
    /// Facts about it.
    pub facts: &'a Facts,
    /// All names.
    pub names: &'a Names,
    /// The traits that types derive by configuration.
    pub derives: &'a Derives,
    /// The fields and types that are amounts of money.
    pub amounts: &'a Amounts,
    /// The configuration.
    pub config: &'a Config,
    /// The flows that consist of several calls.
    pub flows: &'a Flows,
    /// Where the document comes from.
    pub source: &'a Origin,
    /// The Markdown files that document the crate.
    pub pages: &'a BTreeMap<String, String>,
    /// The package that the crate belongs to.
    pub layout: Layout,
    /// The documentation of items that were emitted.
    pub docs: DocTexts,
}

impl<'a> Context<'a> {
    /// The operation with this index in [`Api::operations`].
    pub(crate) fn operation(&self, index: usize) -> Option<NamedOperation<'a>> {
        Some(NamedOperation {
            operation: self.api.operations.get(index)?,
            names: self.names.operations.get(index)?,
            facts: self.facts.requests.get(index)?,
        })
    }

    /// The version of the API that the client requests, if the API has versions.
    pub(crate) fn api_version(&self) -> Option<&'a str> {
        self.api.api_version.as_ref().map(|version| version.value.as_str())
    }

    /// The version of the API as the default of a request's field, if the configuration states that for this field.
    pub(crate) fn version_default(&self, operation: &Operation, field: &str) -> Option<&'a str> {
        let webhooks = self.config.webhooks.as_ref()?;
        let is_field = webhooks.version_field.as_deref() == Some(field);
        let is_configured = is_field && webhooks.version_operations.contains(&operation.id);
        self.api_version().filter(|_| is_configured)
    }

    /// All operations in document order.
    pub(crate) fn operations(&self) -> impl Iterator<Item = NamedOperation<'a>> {
        (0..self.api.operations.len()).filter_map(|index| self.operation(index))
    }
}

/// An operation with its names and the facts about its request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedOperation<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) names: &'a OperationNames,
    pub(crate) facts: &'a RequestFacts,
}

impl<'a> NamedOperation<'a> {
    /// The parameters with their names and setters.
    pub(crate) fn parameters(self) -> impl Iterator<Item = (&'a Parameter, &'a str, Setter)> {
        let names = self.names.parameters.iter().map(String::as_str);
        let parameters = self.operation.parameters.iter().zip(names).zip(&self.facts.parameters);
        parameters.map(|((parameter, name), setter)| (parameter, name, *setter))
    }

    /// The variants of the body, in their order.
    pub(crate) fn variants(self) -> impl Iterator<Item = NamedVariant<'a>> {
        let variants = self.operation.body.iter().flat_map(|body| &body.variants);
        let variants = variants.zip(&self.names.variants).zip(&self.facts.variants);
        variants.map(|((variant, names), setters)| NamedVariant { variant, names, setters })
    }
}

/// A variant of a request body with its names and setters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedVariant<'a> {
    pub(crate) variant: &'a BodyVariant,
    pub(crate) names: &'a VariantNames,
    setters: &'a [Setter],
}

impl<'a> NamedVariant<'a> {
    /// The fields with their names and setters.
    pub(crate) fn fields(self) -> impl Iterator<Item = (&'a Field, &'a str, Setter)> {
        let names = self.names.fields.iter().map(String::as_str);
        let fields = self.variant.fields.iter().zip(names).zip(self.setters);
        fields.map(|((field, name), setter)| (field, name, *setter))
    }

    /// The name of the variant, if the caller has to choose it among several.
    pub(crate) fn chosen(self) -> Option<&'a str> {
        Some(self.names.method.as_str()).filter(|method| !method.is_empty())
    }
}

/// Where the document comes from, as the crate states it.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The SHA-256 digest of the published document, in hexadecimal.
    pub sha256: String,
    /// The date of the download.
    pub date: String,
    /// The address of the download.
    pub url: String,
}

/// A module of the generated crate.
#[derive(Debug)]
pub struct Module {
    /// The path of its file below `src`.
    pub path: String,
    /// Its items, after its inner attributes. Their documentation is in [`Context::docs`].
    pub tokens: TokenStream,
}

impl Module {
    pub(crate) fn new(path: impl Into<String>, tokens: TokenStream) -> Self {
        Self { path: path.into(), tokens }
    }
}

/// All modules of the crate; `description` is that of the API, which the mock server responds from. Each is emitted when the iterator reaches it: tokens take many times the memory of their text,
/// so the tokens of one module should be gone before the next is emitted.
pub fn emit<'a>(
    cx: &'a Context<'a>,
    description: Option<&'a Description>,
) -> impl Iterator<Item = Module> + 'a {
    let single = [crate_root::emit_root, crate_root::emit_markers, client::emit_client];
    let single = single.into_iter().map(move |module| module(cx));
    single
        .chain(ids::emit_ids(cx))
        .chain([guide::emit_guides(cx)])
        .chain(models::emit_modules(cx))
        .chain(api::emit_modules(cx))
        .chain(webhooks::emit_modules(cx))
        .chain(inbox::emit_module(cx))
        .chain(user_token::emit_module(cx))
        .chain(command_line::emit_program(cx))
        .chain(description.into_iter().flat_map(move |description| mock::emit_modules(cx, description)))
}

/// The `cfg` attribute of a gate, if it restricts anything.
pub(crate) fn cfg(cx: &Context<'_>, gate: &Gate) -> Option<TokenStream> {
    features(cx, gate).as_deref().map(cfg_any)
}

/// The `cfg` attribute of what any of these features enables.
fn cfg_any(features: &[String]) -> TokenStream {
    match features {
        [only] => quote!(#[cfg(feature = #only)]),
        all => quote!(#[cfg(any(#(feature = #all),*))]),
    }
}

/// The same in an entry of the runtime's macros, after its name.
fn list_features(features: &[String]) -> TokenStream {
    quote!(: #(#features)|*)
}

/// The features of which any one enables what the gate guards; `None` if nothing restricts it.
pub(crate) fn features(cx: &Context<'_>, gate: &Gate) -> Option<Vec<String>> {
    if gate.always || gate.tags.len() == cx.api.tags.len() {
        return None;
    }
    let tags = gate.tags.iter().filter_map(|tag| cx.names.tags.get(tag)).map(|tag| tag.feature.clone());
    let events = gate.webhooks.then(|| EVENTS.to_owned());
    let unused = (gate.unused && gate.tags.is_empty() && !gate.webhooks).then(|| "full".to_owned());
    let mut features: Vec<String> = tags.chain(events).chain(unused).collect();
    features.sort();
    features.dedup();
    (!features.is_empty()).then_some(features)
}

/// The feature of webhook events. A tag of the same name shares it.
pub(crate) const EVENTS: &str = "webhooks";
