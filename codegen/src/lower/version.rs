//! Which documents are taken at all.

use crate::diagnostic::{Diagnostic, Diagnostics, SourceId};
use serde_json::Value;

/// `None`, with a message, if the document is no OpenAPI 3.
pub(super) fn check(root: &Value, diagnostics: &mut Diagnostics) -> Option<()> {
    let refuse = |message: String, pointer: &str, help: &str| {
        Diagnostic::error("openapi-version", message).at_source(SourceId::Document, pointer).help(help)
    };
    let convert = "the generator reads OpenAPI 3.0 and 3.1; convert the document first";
    let Some(map) = root.as_object() else {
        let message = "an OpenAPI document is an object".to_owned();
        diagnostics.push(refuse(message, "", convert));
        return None;
    };
    if let Some(version) = map.get("swagger") {
        let message = format!("Swagger {} is not read", plain(version));
        diagnostics.push(refuse(message, "/swagger", convert));
        return None;
    }
    let Some(version) = map.get("openapi") else {
        let message = "the document does not say which version of OpenAPI it follows".to_owned();
        diagnostics.push(refuse(message, "", "add `openapi: 3.1.0`"));
        return None;
    };
    let version = plain(version);
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some("3"), Some("0" | "1")) => Some(()),
        (Some("3"), Some("2")) => {
            let message = "OpenAPI 3.2 is read as 3.1".to_owned();
            let warning = Diagnostic::warning("openapi-version", message);
            let help = "what is new in 3.2 is named by messages of its own";
            diagnostics.push(warning.at_source(SourceId::Document, "/openapi").help(help));
            Some(())
        }
        _ => {
            let message = format!("OpenAPI version `{version}` is not read");
            diagnostics.push(refuse(message, "/openapi", convert));
            None
        }
    }
}

/// YAML reads an unquoted `3.1` as a number.
fn plain(version: &Value) -> String {
    match version {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
