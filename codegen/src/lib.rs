//! Turns an OpenAPI document into a Rust client crate.
//!
//! One way through: document, overlay, lowering, model, facts, names, code, files. Each stage takes the one before it and
//! knows nothing of the ones after it. Nothing here touches the disk.

pub mod analyze;
pub mod config;
pub mod diagnostic;
pub mod diff;
pub mod document;
pub mod emit;
pub mod flows;
mod generate;
pub mod ident;
pub mod ir;
#[cfg(test)]
mod keyword_effects;
pub mod lower;
pub mod model;
pub mod names;
pub mod overlay;
pub mod render;
pub mod resolve;

pub use generate::{
    Generated, Inputs, Summary, generate, generate_despite_dead_actions, generate_with_contract,
};
