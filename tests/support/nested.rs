//! Runs cargo inside a test, on a package outside the workspace.

use std::path::PathBuf;
use std::process::{Command, Output};

/// Builds a cargo command for the package in this folder of `tests`. The command works offline, with the lock file of the
/// workspace and a target folder that all packages outside the workspace share.
///
/// # Panics
/// If the lock file cannot be copied.
#[must_use]
pub fn cargo_command(package: &str, command: &str) -> Command {
    let folder = crate::workspace_root().join("tests").join(package);
    let lock = folder.join("Cargo.lock");
    std::fs::copy(crate::workspace_root().join("Cargo.lock"), &lock).expect("the lock file");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .arg(command)
        .arg("--offline")
        .arg("--quiet")
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", target_folder())
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    // The outer cargo sets these for the tests; here they would change the build.
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTDOCFLAGS", "CARGO_BUILD_TARGET"] {
        cargo.env_remove(name);
    }
    cargo
}

/// The target folder of the packages outside the workspace, inside the target folder of the workspace.
#[must_use]
pub fn target_folder() -> PathBuf {
    let workspace_target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| crate::workspace_root().join("target"), PathBuf::from);
    workspace_target.join("outside")
}

/// The standard output of a command, followed by its standard error.
#[must_use]
pub fn output_text(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}
