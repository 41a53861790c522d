//! Checks the version of OpenAPI.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId};
use serde_json::Value;

const CONVERT: &str = "the generator supports OpenAPI 3.0, 3.1 and 3.2; convert the document first";

/// Returns `None`, and reports why, if the document is not OpenAPI 3.
pub(super) fn check_version(root: &Value, diagnostics: &mut Diagnostics) -> Option<()> {
    let error = |message: String, pointer: &str, help: &str| {
        Diagnostic::error(Code::OPENAPI_VERSION, message).at_source(SourceId::Document, pointer).help(help)
    };
    let Some(map) = root.as_object() else {
        diagnostics.push(error("an OpenAPI document must be an object".to_owned(), "", CONVERT));
        return None;
    };
    if let Some(version) = map.get("swagger") {
        let message = format!("Swagger {} is not supported", version_text(version));
        diagnostics.push(error(message, "/swagger", CONVERT));
        return None;
    }
    let Some(version) = map.get("openapi") else {
        let message = "the document has no OpenAPI version".to_owned();
        diagnostics.push(error(message, "", "add the version, for example `openapi: 3.1.0`"));
        return None;
    };
    let version = version_text(version);
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some("3"), Some("0" | "1" | "2")) => Some(()),
        _ => {
            let message = format!("OpenAPI version `{version}` is not supported");
            diagnostics.push(error(message, "/openapi", CONVERT));
            None
        }
    }
}

/// The version as text. An unquoted `3.1` in YAML is a number.
fn version_text(version: &Value) -> String {
    match version {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
