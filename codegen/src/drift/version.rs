//! Finds the version of the API that a document describes, and all versions that there are.

use crate::config::{Config, Version};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Locate, SourceId};
use crate::document::{SourceMap, pointer};
use crate::ir::ApiVersion;
use serde_json::Value;

/// The version at the configured place of the document, else the default of the header's parameter, else the value in the
/// configuration. A value that disagrees with the document is reported.
pub(crate) fn find_api_version(
    root: &Value,
    config: &Config,
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<ApiVersion> {
    let version = config.version.as_ref()?;
    let stated = find_stated_version(root, version);
    match (&stated, &version.value) {
        (Some(ApiVersion { value, pointer }), Some(pinned)) if value != pinned => {
            let position = pointer.as_ref().and_then(|pointer| sources.locate(SourceId::Document, pointer));
            let place = position.map(|at| format!(" at {}:{}:{}", at.file, at.line, at.column));
            let message = format!(
                "the configuration pins the version `{pinned}`, but the document states `{value}`{}",
                place.unwrap_or_default()
            );
            let help = "delete `value`: the version is read from the document";
            diagnostics.push_misfit(error_at("/version/value", message).help(help));
        }
        (None, None) => {
            let place = version.from.as_ref().map(|from| format!("at `{from}` or ")).unwrap_or_default();
            let message = format!(
                "the document states no version {place}as the `default` of the header `{}`",
                version.header
            );
            let help = "name its place in `from`, or the version in `value`";
            diagnostics.push_misfit(error_at("/version", message).help(help));
        }
        _ => {}
    }
    stated.or_else(|| Some(ApiVersion { value: version.value.clone()?, pointer: None }))
}

/// The versions in the configured list of the document, and those of the configuration. A list that the document does not have
/// is reported.
pub(crate) fn find_known_versions(
    root: &Value,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let Some(version) = &config.version else { return Vec::new() };
    let mut known = Vec::new();
    if let Some(from) = &version.known_from {
        match root.pointer(from).and_then(Value::as_array) {
            Some(items) => known.extend(items.iter().filter_map(scalar_text)),
            None => {
                let message = format!("the document has no list of versions at `{from}`");
                let help =
                    "name the place of a list, such as the `enum` of a property, or delete `known-from`";
                diagnostics.push_misfit(error_at("/version/known-from", message).help(help));
            }
        }
    }
    for other in &version.known {
        if !known.contains(other) {
            known.push(other.clone());
        }
    }
    known
}

fn error_at(pointer: &str, message: String) -> Diagnostic {
    Diagnostic::error(Code::API_VERSION, message).at_source(SourceId::Configuration, pointer)
}

fn find_stated_version(root: &Value, version: &Version) -> Option<ApiVersion> {
    let at_place = version.from.as_ref().and_then(|from| {
        Some(ApiVersion { value: scalar_text(root.pointer(from)?)?, pointer: Some(from.clone()) })
    });
    at_place.or_else(|| find_header_default(root, &version.header, &mut String::new()))
}

/// The first `default` of a header parameter of this name, below the components and the paths.
fn find_header_default(value: &Value, header: &str, at: &mut String) -> Option<ApiVersion> {
    let children: Box<dyn Iterator<Item = (String, &Value)>> = match value {
        Value::Object(map) => {
            let text = |key: &str| map.get(key).and_then(Value::as_str);
            let is_header = text("in") == Some("header");
            if is_header && text("name").is_some_and(|name| name.eq_ignore_ascii_case(header)) {
                let default = map.get("schema")?.get("default")?;
                return Some(ApiVersion {
                    value: scalar_text(default)?,
                    pointer: Some(format!("{at}/schema/default")),
                });
            }
            let is_root = at.is_empty();
            let below = map
                .iter()
                .filter(move |(key, _)| !is_root || ["components", "paths"].contains(&key.as_str()));
            // Schemas have no parameters, and are most of a document.
            Box::new(
                below
                    .filter(|(key, _)| *key != "schemas" && *key != "schema")
                    .map(|(key, value)| (key.clone(), value)),
            )
        }
        Value::Array(items) => {
            Box::new(items.iter().enumerate().map(|(index, item)| (index.to_string(), item)))
        }
        _ => return None,
    };
    for (key, child) in children {
        let length = at.len();
        pointer::push_segment(at, &key);
        let found = find_header_default(child, header, at);
        at.truncate(length);
        if found.is_some() {
            return found;
        }
    }
    None
}

fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
