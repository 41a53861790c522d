//! Generates clients: the command `openapi-client`, and the library for build scripts.
//!
#![doc = include_str!("../README.md")]

mod build_script;
#[cfg(feature = "cli")]
mod commands;
pub mod crates;
#[cfg(feature = "cli")]
pub mod diff;
pub mod failure;
pub mod files;
pub mod input;
pub mod output;
pub mod paths;
pub mod progress;
pub mod terminal;

pub use build_script::BuildScript;
#[cfg(feature = "cli")]
pub use commands::run;
pub use failure::Failure;
pub use whop_codegen as codegen;
