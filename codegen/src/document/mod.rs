//! Parses a JSON or YAML text into an untyped tree, and maps nodes of the tree, or entries of a TOML text, back to lines of the
//! text.
//!
//! Does not know OpenAPI: the overlay and the document are loaded by the same code.

mod failure;
mod json;
mod limits;
mod lines;
mod load;
mod location;
mod marks;
mod origins;
pub mod pointer;
mod scalar;
mod source;
mod source_map;
mod toml;
mod yaml;

pub use load::{Document, load_document};
pub use location::Locations;
pub use origins::Origins;
pub use source::{Indexed, Source};
pub use source_map::SourceMap;

#[cfg(test)]
mod tests;
