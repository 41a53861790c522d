//! Names of tags (module, handle, feature) and of events.

use std::collections::BTreeSet;

use super::ident::{kebab, module, pascal, type_name};
use super::scope::Scope;
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::ir::Api;

/// The names of a tag.
#[derive(Debug)]
pub struct TagNames {
    /// The module under `api`, and the accessor of the client.
    pub module: String,
    /// The handle.
    pub handle: String,
    /// The cargo feature.
    pub feature: String,
}

/// What the client has besides accessors.
const TAKEN: [&str; 7] = ["new", "builder", "from_env", "clone", "core", "from_core", "fmt"];

/// Features that the crate has besides those of its tags.
const FEATURES: [&str; 12] = [
    "default",
    "full",
    "blocking",
    "tracing",
    "rustls",
    "native-tls",
    "http2",
    "gzip",
    "mock",
    "user-token",
    "reqwest",
    "std",
];

pub(super) fn tags(api: &Api, config: &Config, diagnostics: &mut Diagnostics) -> Vec<TagNames> {
    let mut scope = Scope::reserving(&TAKEN);
    let mut features: BTreeSet<String> = FEATURES.into_iter().map(str::to_owned).collect();
    let help = "give one of them another name: an entry under `[names.tags]` in the configuration";
    api.tags
        .iter()
        .map(|tag| {
            let base = config.names.tags.get(&tag.name).cloned().unwrap_or_else(|| tag.name.clone());
            let module = scope.claim(module(&base), &tag.name, &tag.pointer, help, diagnostics);
            let mut feature = kebab(&base);
            while !features.insert(feature.clone()) {
                feature.push_str("-tag");
            }
            // A type called like its constructor is no name for a handle.
            let handle =
                Some(type_name(&base)).filter(|name| name != "New").unwrap_or_else(|| "NewCalls".to_owned());
            TagNames { handle, feature, module }
        })
        .collect()
}

pub(super) fn webhooks(api: &Api, diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut scope = Scope::reserving(&["Unknown"]);
    let help = "rename one of the events with an action in the overlay";
    api.webhooks
        .iter()
        .map(|webhook| scope.claim(pascal(&webhook.name), &webhook.name, &webhook.pointer, help, diagnostics))
        .collect()
}
