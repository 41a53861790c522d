//! The commands of the repository, one module with a function `run` each. What the command
//! `openapi-client` does too is in the crate `openapi-client-generator`.

mod bench;
mod cargo;
mod codegen;
mod doctor;
mod features;
mod input;
mod review;
mod soak;
mod spec;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use openapi_client_generator::failure::end_command;
use openapi_client_generator::{progress, terminal};

use crate::workspace::Workspace;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The commands of the repository.
///
/// Exit status: 0 for success, 1 for a failure (an invalid document, an outdated crate, a warning), 2 for a wrong command line.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a client crate from an OpenAPI document.
    Codegen(codegen::Codegen),
    /// Check that the client crate has no warnings with no tag, each tag alone, and all tags.
    Features(features::Features),
    /// Compare documents, and fetch the newest one.
    Spec(spec::Spec),
    /// Report, as Markdown, what the vendored document changes against an older one.
    Review(review::Review),
    /// Measure the generator, the compile time of what it writes, and calls.
    Bench(bench::Bench),
    /// Compare the instructions of decoding, encoding, a call and the generator with those that were accepted.
    Gate(bench::gate::Gate),
    /// Run many callers at a server that fails in many ways, for ten minutes.
    Soak(soak::Soak),
    /// Say which tools are missing, and what that means.
    Doctor(doctor::Doctor),
}

fn main() -> ExitCode {
    if let Some(log) = bench::measured::requested_log() {
        return bench::measured::run(&log);
    }
    if let Some(code) = bench::client::server::run_if_requested() {
        return code;
    }
    terminal::detect_style();
    let cli = Cli::parse();
    let workspace = Workspace::find();
    progress::show_steps();
    end_command(match &cli.command {
        Command::Codegen(args) => codegen::run(args, &workspace),
        Command::Features(args) => features::run(args, &workspace),
        Command::Review(args) => review::run(args, &workspace),
        Command::Spec(args) => spec::run(args, &workspace),
        Command::Bench(args) => bench::run(args, &workspace),
        Command::Gate(args) => bench::gate::run(args, &workspace),
        Command::Soak(args) => soak::run(args, &workspace),
        Command::Doctor(args) => doctor::run(args, &workspace),
    })
}
