//! Builds packages outside the workspace, as users have them: a working program, and programs that must not compile.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test should stop where it failed"
)]

mod compile_fail;
mod consumer;
mod newcomers;

use std::path::PathBuf;
use std::process::{Command, Output};

use whop::mock::Server;
use whop_tests::nested::target_folder;

/// The path of a program that was built outside the workspace.
fn built_program(name: &str) -> PathBuf {
    target_folder().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// A command for such a program, with a key for this server and no other environment.
fn program_command(name: &str, key: &str, server: &Server) -> Command {
    let mut command = Command::new(built_program(name));
    command.env_clear().env("WHOP_API_KEY", key).env("WHOP_BASE_URL", server.base_url(0));
    command
}

/// Runs a command until it exits, without blocking the server that it calls.
async fn run_command(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
}
