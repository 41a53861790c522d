//! Text to an untyped tree, and from a place in the tree back to a line of the text. Knows no OpenAPI.

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
pub use origins::Origins;
pub use source::{Indexed, Source};

#[cfg(test)]
mod tests;
