//! The named model to tokens: one file per construct. Nothing here decides a name or reads a document.

mod api;
mod builder;
mod client;
mod constraint_docs;
mod contract;
mod crate_root;
mod docs;
mod example;
mod imports;
mod manifest;
mod mock;
mod models;
mod operation;
mod summary;
mod token_source;
mod types;
mod upload;
mod user_token;
mod webhooks;

use proc_macro2::TokenStream;

use crate::analyze::{Facts, Gate, RequestFacts, Setter};
use crate::config::Config;
use crate::flows::Flows;
use crate::ir::{Api, BodyVariant, Field, Operation, Parameter};
use crate::names::{Names, OperationNames, VariantNames};

pub use contract::contract;
pub(crate) use docs::shown;
pub use imports::Imports;
pub use manifest::manifest;
pub(crate) use mock::table;

/// What every emitter may read.
#[derive(Debug)]
pub struct Context<'a> {
    /// The model.
    pub api: &'a Api,
    /// Facts about it.
    pub facts: &'a Facts,
    /// All names.
    pub names: &'a Names,
    /// The configuration.
    pub config: &'a Config,
    /// The flows of several calls.
    pub flows: &'a Flows,
    /// Where the document comes from.
    pub source: &'a Origin,
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

/// Where the document comes from, for the crate to tell.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Digest of the document as published, in hexadecimal.
    pub sha256: String,
    /// When it was fetched.
    pub date: String,
    /// From where.
    pub url: String,
}

/// A module to be written.
#[derive(Debug)]
pub struct Module {
    /// Its path below `src`.
    pub path: String,
    /// Its items, after its inner attributes.
    pub tokens: TokenStream,
    /// What the items need to have imported.
    pub imports: Imports,
}

impl Module {
    fn new(path: impl Into<String>, tokens: TokenStream) -> Self {
        Self { path: path.into(), imports: Imports::collect(&tokens), tokens }
    }
}

/// All modules of the crate, each made when it is asked for: the tokens of a module are many times its text, so none should
/// wait for the others.
pub fn emit(cx: &Context<'_>) -> impl Iterator<Item = Module> {
    let own = [crate_root::root, crate_root::ids, crate_root::fields, client::client];
    let own = own.into_iter().map(|module| module(cx));
    own.chain(models::modules(cx))
        .chain(api::modules(cx))
        .chain(webhooks::modules(cx))
        .chain(user_token::module(cx))
        .chain(mock::modules(cx))
}

/// The `cfg` attribute of a gate, if it restricts anything.
pub(crate) fn cfg(cx: &Context<'_>, gate: &Gate) -> Option<TokenStream> {
    let features = features(cx, gate)?;
    Some(match features.as_slice() {
        [only] => quote::quote!(#[cfg(feature = #only)]),
        all => quote::quote!(#[cfg(any(#(feature = #all),*))]),
    })
}

/// The features of a gate, any of which opens it; `None` if it is always open.
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

/// The feature of events. A tag of the same name shares it.
pub(crate) const EVENTS: &str = "webhooks";
