//! `cargo xtask spec`: what to do about another document. One file for each of its commands.

pub(crate) mod diff;
mod fetch;
pub(crate) mod overlay;
mod pull;
pub(crate) mod vendor;

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
    /// Fetch the newest document, tell what differs from the vendored one, and put it in its place.
    Pull(pull::Pull),
}

pub(crate) fn run(args: &Spec, workspace: &Workspace) -> Result<(), Failure> {
    match &args.command {
        Command::Diff(args) => diff::run(args, workspace),
        Command::Pull(args) => pull::run(args, workspace),
    }
}
