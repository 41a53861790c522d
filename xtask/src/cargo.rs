//! Runs cargo.

use std::path::Path;
use std::process::{Command, Output};

use openapi_client_generator::failure::Failure;

use crate::workspace::Workspace;

/// A command that runs the current cargo at the root of the checkout.
pub(crate) fn cargo_command(workspace: &Workspace) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace.root());
    command
}

/// Runs a command and captures its output.
pub(crate) fn run(command: &mut Command) -> Result<Output, Failure> {
    let program = command.get_program().to_owned();
    command.output().map_err(|error| Failure::io("run the program", Path::new(&program), &error))
}

/// Runs a command; an unsuccessful exit is a failure with its output.
pub(crate) fn run_successfully(command: &mut Command) -> Result<(), Failure> {
    let output = run(command)?;
    if output.status.success() {
        return Ok(());
    }
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    let printed = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("{printed}error: `cargo {}` failed", arguments.join(" "))))
}
