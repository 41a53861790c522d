//! Parses a JSON or YAML text into an untyped tree, and maps nodes of the tree back to lines of the text.
//!
//! Does not know OpenAPI: the overlay and the document are loaded by the same code.

mod failure;
mod json;
mod limits;
mod lines;
mod load;
mod location;
mod origins;
pub mod pointer;
mod scalar;
mod source;
mod yaml;

pub use load::{Document, load};
pub use location::Locations;
pub use origins::{Origins, SourceMap};
pub use source::{Indexed, Source};

#[cfg(test)]
mod tests;
