//! OpenAPI Overlay 1.0: corrections to a document that nobody edits by hand, applied to the untyped tree.
//!
//! Knows no OpenAPI: it changes the nodes that its paths select. An action that selects or changes nothing is an error,
//! since it was written for something that is not there any more.

mod apply;
mod jsonpath;
mod model;

pub use apply::apply;

#[cfg(test)]
mod tests;
