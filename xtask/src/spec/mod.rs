//! `cargo xtask spec`: commands about documents, one file each.

mod canonical;
mod fetch;
mod prune;
mod pull;
pub(crate) mod vendor;

use clap::{Args, Subcommand};
use openapi_client_generator::diff;
use openapi_client_generator::failure::Failure;

use crate::input::CONFIG;
use crate::workspace::Workspace;

/// Compare documents, and fetch the newest one.
#[derive(Debug, Args)]
pub(crate) struct Spec {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Report the changes between the APIs of two documents and their impact on users. Without --config, the configuration is
    /// spec/codegen.toml if it exists.
    Diff(diff::Diff),
    /// Fetch the newest document, report the changes, and replace the vendored one.
    Pull(pull::Pull),
}

pub(crate) fn run(args: &Spec, workspace: &Workspace) -> Result<(), Failure> {
    match &args.command {
        Command::Diff(args) => {
            let own = workspace.path(CONFIG);
            diff::run(args, own.exists().then(|| (own, CONFIG.to_owned())))
        }
        Command::Pull(args) => pull::run(args, workspace),
    }
}
