//! The named model to tokens: one file per construct. Nothing here decides a name or reads a document.

mod api;
mod builder;
mod client;
mod contract;
mod crate_root;
mod docs;
mod example;
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

use std::collections::BTreeSet;

use proc_macro2::TokenStream;

use crate::analyze::{Facts, Gate};
use crate::config::Config;
use crate::flows::Flows;
use crate::ir::{Api, Field, TypeId};
use crate::names::Names;

pub use contract::contract;
pub(crate) use docs::shown;
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
    /// The name of the crate.
    pub package: &'a str,
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
    /// What it holds.
    pub tokens: TokenStream,
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

/// The markers of required fields, over the whole crate.
pub(crate) fn marker_names(cx: &Context<'_>) -> BTreeSet<String> {
    let mut markers = BTreeSet::new();
    for operation in &cx.api.operations {
        for required in operation::required(operation) {
            markers.insert(marker(&required.name));
        }
        let variants = operation.body.iter().filter(|body| body.required).flat_map(|body| &body.variants);
        for field in variants.flat_map(|variant| builder::required(&variant.fields)) {
            markers.insert(marker(&field.name));
        }
        if operation.body.as_ref().is_some_and(|body| body.required && body.whole.is_some()) {
            markers.insert("body".to_owned());
        }
    }
    for (index, def) in cx.api.types.iter().enumerate() {
        if let crate::ir::Shape::Object(object) = &def.shape
            && cx.facts.usage.get(index).is_some_and(|usage| usage.request)
        {
            markers.extend(builder::required(&object.fields).map(|field| marker(&field.name)));
        }
    }
    markers
}

/// The marker type of a required field bears the field's name.
pub(crate) fn marker(wire: &str) -> String {
    crate::names::ident::snake(wire)
}

/// Whether a member is held in an `Option` because its type would contain itself.
pub(crate) fn broken_cycle(cx: &Context<'_>, id: TypeId, place: usize, field: &Field) -> bool {
    field.required && cx.facts.circles.contains(&(id, place))
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
fn features(cx: &Context<'_>, gate: &Gate) -> Option<Vec<String>> {
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
