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
mod io;
mod output;
mod private_file;
mod profiles;
mod program;
mod prompt;
mod session;
#[cfg(test)]
mod test_bank;
#[cfg(test)]
mod test_io;

pub use self::program::{Program, Settings, run, run_with_webhooks};
