//! Profiles: what commands use unless they say otherwise, and the commands that set it.

mod commands;
mod config_file;
#[cfg(test)]
mod precedence_tests;
pub(crate) mod profile;

pub(crate) use self::commands::{build_command, run};
