//! `cargo xtask soak`: many callers at a server that fails in many ways, for ten minutes.

use std::process::Command;

use clap::Args;
use openapi_client_generator::failure::Failure;

use crate::workspace::Workspace;

/// The options of the command.
#[derive(Debug, Args)]
pub(crate) struct Soak {
    /// End after this many seconds
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// End after this many calls
    #[arg(long, default_value_t = 100_000)]
    calls: u64,
    /// Callers at a time
    #[arg(long, default_value_t = 200)]
    callers: u64,
    /// The seed of the server's moods
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Builds and runs the example `soak` of the runtime.
pub(crate) fn run(args: &Soak, workspace: &Workspace) -> Result<(), Failure> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace.root()).args(["run", "--quiet", "--profile", "optimized"]);
    command.args(["--package", "openapi-client-runtime", "--example", "soak", "--"]);
    for (name, value) in [
        ("--seconds", args.seconds),
        ("--calls", args.calls),
        ("--callers", args.callers),
        ("--seed", args.seed),
    ] {
        command.arg(name).arg(value.to_string());
    }
    let status =
        command.status().map_err(|error| Failure::new(format!("error: cannot run cargo: {error}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new("error: the soak test failed; its figures are above"))
    }
}
