//! `cargo xtask bench`: figures, printed as tables and kept in `target/bench.json`. No figure fails the run.

pub(crate) mod client;
mod codegen;
mod compile;
pub(crate) mod measured;
mod place;
mod readme;
mod synthetic;
mod table;
mod tools;
mod usage;

use std::fs;

use clap::{Args, Parser, Subcommand};
use openapi_client_generator::failure::Failure;
use openapi_client_generator::terminal::print_line;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::workspace::Workspace;

const FILE: &str = "target/bench.json";

/// Measure the generator, the compile time of what it writes, and calls; all of them if none is named.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: Option<What>,
    /// Only ours, and what is written by hand: the peers take minutes to build.
    #[arg(long, global = true)]
    no_peers: bool,
    /// Put the figures into README.md too.
    #[arg(long, global = true)]
    readme: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The generator: the vendored document to files on disk, and documents of 250 and 2,500 operations.
    Codegen(codegen::Codegen),
    /// The compiler: the crate that was written, a program with all its dependencies, and the peers' crates.
    Compile(compile::Compile),
    /// Calls: the crate beside what a person writes by hand, and the official crate.
    Client(client::Client),
}

/// A subcommand with nothing said, for where all are run.
#[derive(Debug, Parser)]
struct Plain<A: Args> {
    #[command(flatten)]
    args: A,
}

pub(crate) fn run(bench: &Bench, workspace: &Workspace) -> Result<(), Failure> {
    let peers = !bench.no_peers;
    match &bench.what {
        Some(What::Codegen(args)) => codegen::run(args, peers, workspace)?,
        Some(What::Compile(args)) => compile::run(args, peers, workspace)?,
        Some(What::Client(args)) => client::run(args, peers, workspace)?,
        None => {
            codegen::run(&format_plain(), peers, workspace)?;
            client::run(&format_plain(), peers, workspace)?;
            compile::run(&format_plain(), peers, workspace)?;
        }
    }
    if bench.readme { readme::write_readme(workspace) } else { Ok(()) }
}

/// Arguments as they are if none is given.
fn format_plain<A: Args>() -> A {
    Plain::parse_from(["bench"]).args
}

/// Puts the figures of one bench beside those of the others.
fn keep_figures(workspace: &Workspace, bench: &str, figures: &impl Serialize) -> Result<(), Failure> {
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
    print_line(&format!("kept in {FILE}"));
    Ok(())
}

/// The least, the middle and the most of some seconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Spread {
    min: f64,
    median: f64,
    max: f64,
}

impl Spread {
    fn from_seconds(mut seconds: Vec<f64>) -> Self {
        seconds.sort_by(f64::total_cmp);
        let at = |index: usize| seconds.get(index).copied().unwrap_or_default();
        Self { min: at(0), median: at(seconds.len() / 2), max: at(seconds.len().saturating_sub(1)) }
    }
}

/// The one in the middle.
fn median_of_runs(figures: Vec<f64>) -> f64 {
    Spread::from_seconds(figures).median
}

fn format_megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}
