//! Generates a Rust client crate from an OpenAPI document.
//!
//! The stages are, in order: `document`, `overlay`, `select`, `lower`, `resolve`, `flows`, `analyze`, `names`, `derives`, `emit`, `render`. Each
//! consumes the output of earlier stages and does not depend on later ones. This crate reads and writes no files.
#![doc = ""]
#![doc = include_str!("../README.md")]

pub mod analyze;
pub mod config;
pub mod contract;
mod derives;
pub mod diagnostic;
pub mod diff;
pub mod document;
mod drift;
pub mod emit;
pub mod flows;
mod generate;
pub mod ident;
pub mod ir;
#[cfg(test)]
mod keyword_effects;
pub mod lower;
#[cfg(test)]
mod member_effects;
pub mod model;
pub mod money;
pub mod names;
pub mod overlay;
pub mod render;
pub mod resolve;
mod select;
mod stack;
mod untyped;

pub use analyze::Summary;
pub use emit::{Dependencies, Layout, Placement};
pub use generate::{Generated, Inputs, Options, generate};
pub use untyped::{UntypedReason, UntypedReport};
