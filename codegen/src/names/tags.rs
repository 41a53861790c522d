//! Names tags: the module, the handle and the feature of each.

use std::collections::BTreeSet;

use super::scope::Scope;
use super::settle::{Advice, Claim, settle};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostics};
use crate::ident::{kebab_case, module_name, spell_first, tag_module_name, type_name};
use crate::ir::{Api, Tag};

/// The names of a tag.
#[derive(Debug)]
pub struct TagNames {
    /// The module under `api`, and the accessor of the client.
    pub module: String,
    /// The file of the module, without its ending, in ASCII.
    pub file: String,
    /// The handle.
    pub handle: String,
    /// The Cargo feature.
    pub feature: String,
}

/// The methods of the client that are not accessors.
const RESERVED_ACCESSORS: [&str; 8] =
    ["new", "builder", "from_env", "clone", "core", "from_core", "fmt", "request"];

/// The names that a module of a tag must not have: those of modules beside or above it, and of crates whose items are imported.
const RESERVED_MODULES: [&str; 7] =
    ["api", "generic", "mock", "requests", "samples", "openapi_client_mock", "openapi_client_runtime"];

/// The features of the crate that do not belong to a tag.
const RESERVED_FEATURES: [&str; 20] = [
    "default",
    "full",
    "blocking",
    "inbox",
    "inbox-encryption",
    "inbox-postgres",
    "inbox-sqlite",
    "tracing",
    "rate-limit",
    "rustls",
    "native-tls",
    "http2",
    "gzip",
    "mock",
    "money",
    "user-token",
    "reqwest",
    "std",
    "axum",
    "tower",
];

pub(super) fn name_tags(api: &Api, config: &Config, diagnostics: &mut Diagnostics) -> Vec<TagNames> {
    let mut scope = Scope::reserving(&[RESERVED_ACCESSORS.as_slice(), &RESERVED_MODULES].concat());
    let mut features: BTreeSet<String> = RESERVED_FEATURES.into_iter().map(str::to_owned).collect();
    let mut files = Scope::reserving(&["mod"]);
    let tags: Vec<(&Tag, &String)> =
        api.tags.iter().map(|tag| (tag, config.names.tags.get(&tag.name).unwrap_or(&tag.name))).collect();
    let claims = tags.iter().map(|(tag, name)| Claim {
        wire: &tag.name,
        pointer: &tag.pointer,
        names: vec![tag_module_name(name)],
    });
    let help = |tag: &str| {
        let key = serde_json::Value::from(tag);
        format!(
            "choose another name with an entry `{key} = \"name\"` under `[names.tags]` in the configuration"
        )
    };
    let advice = Advice { code: Code::NAMES_COLLIDE, help: &help };
    let modules = settle(&mut scope, &claims.collect::<Vec<_>>(), &advice, diagnostics);
    let names = tags.into_iter().zip(modules).map(|((_, name), module)| {
        let mut feature = kebab_case(name);
        while !features.insert(feature.clone()) {
            feature.push_str("-tag");
        }
        let handle = match type_name(&spell_first(name)) {
            // A handle `New` with a constructor `new` confuses readers.
            new if new == "New" => "NewCalls".to_owned(),
            handle => handle,
        };
        let file = if module.is_ascii() { module.clone() } else { module_name(&module) };
        TagNames { file: files.first_free(&[file], ""), module, handle, feature }
    });
    names.collect()
}
