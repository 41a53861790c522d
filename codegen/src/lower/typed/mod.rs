//! The last step: the lowered tree to the typed model.
//!
//! Written out by hand where there is much of it. The `Deserialize` of `openapiv3` copies every schema once per level it
//! lies below, tries a faulty one twice per level, and says where the components begin when asked where the fault is.
//! The walk has settled by now what stands where, so nothing is judged here.

mod paths;
mod schema;

pub use schema::schema;

use crate::diagnostic::{Diagnostic, Diagnostics, SourceId};
use crate::document::{Origins, pointer};
use indexmap::IndexMap;
use openapiv3::{Components, OpenAPI, Paths, ReferenceOr};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The typed document; `None`, with messages, if some small object in it is not what OpenAPI says.
pub(super) fn document(root: Value, origins: &Origins, diagnostics: &mut Diagnostics) -> Option<OpenAPI> {
    let mut leaves = Leaves { origins, diagnostics, failed: false };
    let mut api = OpenAPI::default();
    for (key, value) in into_map(root) {
        let at = pointer::join("", &key);
        match key.as_str() {
            "openapi" => api.openapi = into_text(value),
            "info" => api.info = leaves.read(value, &at).unwrap_or_default(),
            "servers" => api.servers = leaves.list(value, &at),
            "security" => api.security = Some(leaves.list(value, &at)),
            "tags" => api.tags = leaves.list(value, &at),
            "externalDocs" => api.external_docs = leaves.read(value, &at),
            "paths" => api.paths = paths(value, &mut leaves),
            "components" => api.components = Some(components(value, &mut leaves)),
            _ => extend(&mut api.extensions, key, value),
        }
    }
    (!leaves.failed).then_some(api)
}

fn paths(value: Value, leaves: &mut Leaves<'_>) -> Paths {
    let mut paths = Paths::default();
    for (path, item) in into_map(value) {
        if path.starts_with('/') {
            let at = pointer::from_segments(["paths", &path]);
            let item = paths::path_item(into_map(item), &at, leaves);
            paths.paths.insert(path, ReferenceOr::Item(item));
        } else {
            extend(&mut paths.extensions, path, item);
        }
    }
    paths
}

fn components(value: Value, leaves: &mut Leaves<'_>) -> Components {
    let mut components = Components::default();
    for (key, value) in into_map(value) {
        match key.as_str() {
            "schemas" => {
                let schemas = into_map(value).into_iter();
                components.schemas = schemas.map(|(name, value)| (name, schema::schema(value))).collect();
            }
            "securitySchemes" => {
                for (name, scheme) in into_map(value) {
                    let at = pointer::from_segments(["components", "securitySchemes", &name]);
                    let scheme = leaves.read(scheme, &at).map(ReferenceOr::Item);
                    components.security_schemes.extend(scheme.map(|scheme| (name, scheme)));
                }
            }
            _ => extend(&mut components.extensions, key, value),
        }
    }
    components
}

/// Reads the small objects that `serde` may read: they hold no schemas.
struct Leaves<'a> {
    origins: &'a Origins,
    diagnostics: &'a mut Diagnostics,
    failed: bool,
}

impl Leaves<'_> {
    fn read<T: DeserializeOwned>(&mut self, value: Value, at: &str) -> Option<T> {
        match serde_json::from_value(value) {
            Ok(read) => Some(read),
            Err(error) => {
                let diagnostic = Diagnostic::error("wrong-kind", format!("this cannot be read: {error}"))
                    .help("correct it by an action of the overlay");
                let original = self.origins.original(at).into_owned();
                self.diagnostics.push(diagnostic.at_source(SourceId::Document, original));
                self.failed = true;
                None
            }
        }
    }

    fn list<T: DeserializeOwned>(&mut self, value: Value, at: &str) -> Vec<T> {
        let items = into_list(value).into_iter().enumerate();
        items.filter_map(|(index, item)| self.read(item, &format!("{at}/{index}"))).collect()
    }
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn into_list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list,
        _ => Vec::new(),
    }
}

fn into_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        _ => String::new(),
    }
}

fn into_texts(value: Value) -> Vec<String> {
    into_list(value).into_iter().map(into_text).collect()
}

fn is_true(value: &Value) -> bool {
    value == &Value::Bool(true)
}

/// Keeps a member of the document's authors or of lowering; there are no others left.
fn extend(extensions: &mut IndexMap<String, Value>, key: String, value: Value) {
    if key.starts_with("x-") {
        extensions.insert(key, value);
    }
}

#[cfg(test)]
mod tests;
