//! Runs cargo inside a test, on a package that stands outside the workspace.

use std::path::PathBuf;
use std::process::{Command, Output};

/// A command of cargo for the package in this folder of `tests`, without the network, with the workspace's own lock file
/// and a target folder that all such packages share.
///
/// # Panics
/// If the lock file cannot be copied.
#[must_use]
pub fn cargo(package: &str, command: &str) -> Command {
    let folder = crate::root().join("tests").join(package);
    let lock = folder.join("Cargo.lock");
    std::fs::copy(crate::root().join("Cargo.lock"), &lock).expect("the lock file");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.arg(command).arg("--offline").arg("--quiet").current_dir(&folder).env("CARGO_TARGET_DIR", target());
    // What the outer cargo said to its own tests is not for this one.
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTDOCFLAGS", "CARGO_BUILD_TARGET"] {
        cargo.env_remove(name);
    }
    cargo
}

/// The folder for what is built here: inside the workspace's own.
#[must_use]
pub fn target() -> PathBuf {
    let own =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from);
    own.join("outside")
}

/// What a command printed, both ways.
#[must_use]
pub fn printed(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}
