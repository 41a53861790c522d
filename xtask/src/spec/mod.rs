//! `cargo xtask spec`: what to do about another document. One file for each of its commands.

mod diff;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// Compare documents, and fetch the newest one.
#[derive(Debug, Args)]
pub(crate) struct Spec {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tell what differs between the APIs of two documents, and what that means to their users.
    Diff(diff::Diff),
}

pub(crate) fn run(args: &Spec, workspace: &Workspace) -> Result<(), Failure> {
    match &args.command {
        Command::Diff(args) => diff::run(args, workspace),
    }
}
