//! Runs of cargo.

use std::path::Path;
use std::process::{Command, Output};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// A call of the cargo that runs us, at the top of the checkout.
pub(crate) fn cargo(workspace: &Workspace) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace.root());
    command
}

/// Runs it to its end, and keeps what it prints.
pub(crate) fn run(command: &mut Command) -> Result<Output, Failure> {
    let program = command.get_program().to_owned();
    command.output().map_err(|error| Failure::io("run the program", Path::new(&program), &error))
}

/// Runs it to its end; anything but success is a failure with what it printed.
pub(crate) fn succeed(command: &mut Command) -> Result<(), Failure> {
    let output = run(command)?;
    if output.status.success() {
        return Ok(());
    }
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    let printed = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("{printed}error: `cargo {}` failed", arguments.join(" "))))
}
