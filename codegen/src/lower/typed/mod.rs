//! The last step of lowering: converts the lowered tree into the types of `openapiv3`.
//!
//! Schemas and operations are converted by hand. The `Deserialize` of `openapiv3` copies a schema once per level of nesting,
//! tries an invalid one twice per level, and reports errors at the position of `components`. The walk has checked the types
//! of all values before, so the conversion by hand cannot fail.

mod paths;
mod schema;

pub use schema::convert_schema;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId};
use crate::document::{Origins, pointer};
use indexmap::IndexMap;
use openapiv3::{Components, OpenAPI, Paths, ReferenceOr};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Converts the document. Returns `None`, and reports why, if an object that serde deserializes is not valid.
pub(super) fn convert_document(
    root: Value,
    origins: &Origins,
    diagnostics: &mut Diagnostics,
) -> Option<OpenAPI> {
    let mut reader = LeafReader { origins, diagnostics, failed: false };
    let mut api = OpenAPI::default();
    for (key, value) in into_map(root) {
        let at = pointer::join("", &key);
        match key.as_str() {
            "openapi" => api.openapi = into_text(value),
            "info" => api.info = reader.deserialize(value, &at).unwrap_or_default(),
            "servers" => api.servers = reader.deserialize_list(value, &at),
            "security" => api.security = Some(reader.deserialize_list(value, &at)),
            "tags" => api.tags = reader.deserialize_list(value, &at),
            "externalDocs" => api.external_docs = reader.deserialize(value, &at),
            "paths" => api.paths = convert_paths(value, &mut reader),
            "components" => api.components = Some(convert_components(value, &mut reader)),
            _ => add_extension(&mut api.extensions, key, value),
        }
    }
    (!reader.failed).then_some(api)
}

fn convert_paths(value: Value, reader: &mut LeafReader<'_>) -> Paths {
    let mut paths = Paths::default();
    let items = into_map(value);
    // A path item takes 15 kB, most of it for methods that it does not have: room for more of them, or two copies while they move
    // to a larger place, would be a part of the peak.
    paths.paths.reserve_exact(items.len());
    for (path, item) in items {
        if path.starts_with('/') {
            let at = pointer::from_segments(["paths", &path]);
            let item = paths::convert_path_item(into_map(item), &at, reader);
            paths.paths.insert(path, ReferenceOr::Item(item));
        } else {
            add_extension(&mut paths.extensions, path, item);
        }
    }
    paths
}

fn convert_components(value: Value, reader: &mut LeafReader<'_>) -> Components {
    let mut components = Components::default();
    for (key, value) in into_map(value) {
        match key.as_str() {
            "schemas" => {
                let schemas = into_map(value).into_iter();
                components.schemas =
                    schemas.map(|(name, value)| (name, schema::convert_schema(value))).collect();
            }
            "securitySchemes" => {
                for (name, scheme) in into_map(value) {
                    let at = pointer::from_segments(["components", "securitySchemes", &name]);
                    let scheme = reader.deserialize(scheme, &at).map(ReferenceOr::Item);
                    components.security_schemes.extend(scheme.map(|scheme| (name, scheme)));
                }
            }
            _ => add_extension(&mut components.extensions, key, value),
        }
    }
    components
}

/// Deserializes small objects that contain no schemas with serde.
struct LeafReader<'a> {
    origins: &'a Origins,
    diagnostics: &'a mut Diagnostics,
    failed: bool,
}

impl LeafReader<'_> {
    fn deserialize<T: DeserializeOwned>(&mut self, value: Value, at: &str) -> Option<T> {
        match serde_json::from_value(value) {
            Ok(object) => Some(object),
            Err(error) => {
                let diagnostic =
                    Diagnostic::error(Code::WRONG_KIND, format!("the object is not valid: {error}"))
                        .help("correct it with an overlay action");
                let original = self.origins.original(at).into_owned();
                self.diagnostics.push(diagnostic.at_source(SourceId::Document, original));
                self.failed = true;
                None
            }
        }
    }

    fn deserialize_list<T: DeserializeOwned>(&mut self, value: Value, at: &str) -> Vec<T> {
        let items = into_list(value).into_iter().enumerate();
        items.filter_map(|(index, item)| self.deserialize(item, &format!("{at}/{index}"))).collect()
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

/// Adds an extension of the document or of lowering. Lowering has removed all other unknown keys.
fn add_extension(extensions: &mut IndexMap<String, Value>, key: String, value: Value) {
    if key.starts_with("x-") {
        extensions.insert(key, value);
    }
}

#[cfg(test)]
mod tests;
