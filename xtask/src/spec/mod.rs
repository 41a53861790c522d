//! `cargo xtask spec`: commands about documents, one file each.

mod canonical;
pub(crate) mod diff;
mod fetch;
mod prune;
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
    /// Report the changes between the APIs of two documents and their impact on users.
    Diff(diff::Diff),
    /// Fetch the newest document, report the changes, and replace the vendored one.
    Pull(pull::Pull),
}

pub(crate) fn run(args: &Spec, workspace: &Workspace) -> Result<(), Failure> {
    match &args.command {
        Command::Diff(args) => diff::run(args, workspace),
        Command::Pull(args) => pull::run(args, workspace),
    }
}
