//! What a command is that is no operation of the API. Which there are is in `built_ins.rs`, which imports all of them; commands
//! that describe others get the list from there.

use std::{future::Future, pin::Pin};

use clap::{ArgMatches, Command};

use super::globals::add_globals;
use crate::{error::CliError, program::App, session::Session};

/// The group under which built-in commands are reached that have the name of a group of the API.
pub(crate) const OWN_GROUP: &str = "cli";

/// A command that is no operation.
#[derive(Clone, Copy)]
pub(crate) struct BuiltIn {
    pub(crate) name: &'static str,
    pub(crate) build: fn(&'static App) -> Command,
    pub(crate) run: Run,
}

/// Lists the commands that a program has.
pub(crate) type Registry = fn(&App) -> Vec<BuiltIn>;

/// Boxed, because the futures of the commands are of different types.
pub(crate) type Run = for<'a, 's> fn(&'a mut Session<'s>, &'a ArgMatches) -> Running<'a>;
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<(), CliError>> + 'a>>;

impl BuiltIn {
    /// The command with the options of every command.
    pub(crate) fn build_command(self, app: &'static App) -> Command {
        let name = format!("{} {}", app.settings.name, self.name);
        let command = (self.build)(app).no_binary_name(true).bin_name(name);
        add_inner_globals(add_globals(command, app, true), app)
    }
}

/// Adds the options of every command to the commands within a command.
fn add_inner_globals(command: Command, app: &'static App) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    names.into_iter().fold(command.disable_help_subcommand(true), |command, name| {
        command.mut_subcommand(name, |inner| add_inner_globals(add_globals(inner, app, true), app))
    })
}
