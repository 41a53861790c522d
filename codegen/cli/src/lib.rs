//! The command line of an API: a command for each operation of its description, and what developers need around them.
//!
//! A generated crate implements [`Program`] and calls [`run`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod arguments;
mod call;
mod catalog;
mod command;
mod credentials;
mod error;
mod hidden_input;
#[cfg(any(feature = "inbox-postgres", feature = "inbox-sqlite"))]
mod inbox;
mod interrupt;
mod io;
mod llms;
mod manual;
mod mcp;
mod mock;
mod output;
mod private_file;
mod profiles;
mod program;
mod prompt;
mod secrets;
mod session;
#[cfg(test)]
mod terminal_tests;
#[cfg(test)]
mod test_bank;
#[cfg(test)]
mod test_consumer;
#[cfg(test)]
mod test_depot;
#[cfg(test)]
mod test_io;
#[cfg(test)]
mod test_service;
#[cfg(test)]
mod test_shop;
mod text;
mod webhooks;

pub use self::program::{Program, Settings, run, run_with_webhooks};
