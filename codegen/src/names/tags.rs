//! Names tags: the module, the handle and the feature of each.

use std::collections::BTreeSet;

use super::scope::Scope;
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::ident::{kebab_case, module_name, type_name};
use crate::ir::Api;

/// The names of a tag.
#[derive(Debug)]
pub struct TagNames {
    /// The module under `api`, and the accessor of the client.
    pub module: String,
    /// The handle.
    pub handle: String,
    /// The Cargo feature.
    pub feature: String,
}

/// The methods of the client that are not accessors.
const RESERVED_ACCESSORS: [&str; 8] =
    ["new", "builder", "from_env", "clone", "core", "from_core", "fmt", "request"];

/// The features of the crate that do not belong to a tag.
const RESERVED_FEATURES: [&str; 15] = [
    "default",
    "full",
    "blocking",
    "tracing",
    "rate-limit",
    "rustls",
    "native-tls",
    "http2",
    "gzip",
    "mock",
    "user-token",
    "reqwest",
    "std",
    "axum",
    "tower",
];

const HELP: &str = "give one of them another name: an entry under `[names.tags]` in the configuration";

pub(super) fn name_tags(api: &Api, config: &Config, diagnostics: &mut Diagnostics) -> Vec<TagNames> {
    let mut scope = Scope::reserving(&RESERVED_ACCESSORS);
    let mut features: BTreeSet<String> = RESERVED_FEATURES.into_iter().map(str::to_owned).collect();
    let names = api.tags.iter().map(|tag| {
        let name = config.names.tags.get(&tag.name).unwrap_or(&tag.name);
        let mut feature = kebab_case(name);
        while !features.insert(feature.clone()) {
            feature.push_str("-tag");
        }
        let handle = match type_name(name) {
            // A handle `New` with a constructor `new` confuses readers.
            new if new == "New" => "NewCalls".to_owned(),
            handle => handle,
        };
        TagNames {
            module: scope.claim(module_name(name), &tag.name, &tag.pointer, HELP, diagnostics),
            handle,
            feature,
        }
    });
    names.collect()
}
