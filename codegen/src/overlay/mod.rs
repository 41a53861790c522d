//! Applies an OpenAPI Overlay 1.0 or 1.1 to the untyped tree: corrections of a document that is never edited by hand.
//!
//! Does not know OpenAPI: it changes the nodes that its paths select. An action that selects or changes nothing is an error,
//! because the part of the document that it was written for no longer exists.

mod apply;
mod jsonpath;
mod model;

use serde_json::Value;

pub use apply::apply_overlays;
pub(crate) use apply::remove_node;

/// The pointers of the nodes that the target of an action selects. Nothing, if it is not a valid path.
#[must_use]
pub fn select_targets(target: &str, root: &Value) -> Vec<String> {
    jsonpath::parse_path(target).map(|path| jsonpath::select_nodes(&path, root)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
