//! `cargo xtask bench`: figures, printed as a table and kept in `target/bench.json`. No figure fails the run.

pub(crate) mod client;
mod codegen;
mod compile;
mod place;
pub(crate) mod rustc;
mod synthetic;
mod table;
mod usage;

use std::fs;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::terminal::say;
use crate::workspace::Workspace;

const FILE: &str = "target/bench.json";

/// Measure the generator, or the compile time of what it writes.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: What,
    /// Only ours, and what is written by hand: the peers take minutes to build.
    #[arg(long, global = true)]
    no_peers: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The generator: the vendored document to files on disk, and documents of 250 and 2,500 operations.
    Codegen(codegen::Codegen),
    /// The compiler on the crate that was written, its dependencies built before.
    Compile(compile::Compile),
    /// Calls: the crate beside what a person writes by hand, and the official crate.
    Client(client::Client),
}

pub(crate) fn run(bench: &Bench, workspace: &Workspace) -> Result<(), Failure> {
    match &bench.what {
        What::Codegen(args) => codegen::run(args, workspace),
        What::Compile(args) => compile::run(args, workspace),
        What::Client(args) => client::run(args, !bench.no_peers, workspace),
    }
}

/// Puts the figures of one bench beside those of the others.
fn keep(workspace: &Workspace, bench: &str, figures: &impl Serialize) -> Result<(), Failure> {
    let path = workspace.path(FILE);
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let mut all: Map<String, Value> = serde_json::from_str(&kept).unwrap_or_default();
    all.insert(bench.to_owned(), serde_json::to_value(figures).unwrap_or_default());
    let text = serde_json::to_string_pretty(&all).unwrap_or_default();
    let write = || {
        fs::create_dir_all(workspace.path("target"))?;
        fs::write(&path, text + "\n")
    };
    write().map_err(|error| Failure::io("keep the figures", &path, &error))?;
    say(&format!("kept in {FILE}"));
    Ok(())
}

/// The least, the middle and the most of some seconds.
#[derive(Debug, Clone, Copy, Serialize)]
struct Spread {
    min: f64,
    median: f64,
    max: f64,
}

impl Spread {
    fn of(mut seconds: Vec<f64>) -> Self {
        seconds.sort_by(f64::total_cmp);
        let at = |index: usize| seconds.get(index).copied().unwrap_or_default();
        Self { min: at(0), median: at(seconds.len() / 2), max: at(seconds.len().saturating_sub(1)) }
    }
}

/// The one in the middle.
fn median(figures: Vec<f64>) -> f64 {
    Spread::of(figures).median
}

fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}
