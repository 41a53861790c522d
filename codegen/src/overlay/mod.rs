//! Applies an OpenAPI Overlay 1.0 to the untyped tree: corrections of a document that is never edited by hand.
//!
//! Does not know OpenAPI: it changes the nodes that its paths select. An action that selects or changes nothing is an error,
//! because the part of the document that it was written for no longer exists.

mod apply;
mod jsonpath;
mod model;

pub use apply::apply_overlays;
pub(crate) use apply::remove_node;

#[cfg(test)]
mod tests;
