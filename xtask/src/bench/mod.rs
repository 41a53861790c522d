//! `cargo xtask bench`: figures, printed as tables and kept in `target/bench.json`. No figure fails the run.

mod busy;
mod callgrind;
pub(crate) mod client;
mod codegen;
mod command;
mod compile;
mod figure;
mod first;
pub(crate) mod gate;
pub(crate) mod measured;
mod place;
mod readme;
mod synthetic;
mod table;
mod tools;
mod usage;

use std::fs;

use clap::{Args, Subcommand};
use openapi_client_generator::failure::Failure;
use openapi_client_generator::terminal::print_line;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::busy::Watch;
use self::figure::Figure;
use self::table::render_figures;
use crate::workspace::Workspace;

const FILE: &str = "target/bench.json";

/// Measure the generator, the compile time of what it writes, calls and the command line; all of them if none is named.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: Option<What>,
    /// Only ours, and what is written by hand: the peers take minutes to build.
    #[arg(long, global = true)]
    no_peers: bool,
    /// How often each figure is measured: 40 rounds of calls, 21 starts of the command line, and three of all others, if it is not
    /// said.
    #[arg(long, global = true, value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,
    /// Put the figures into README.md too.
    #[arg(long, global = true)]
    readme: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
enum What {
    /// The generator: the vendored document to files on disk, and documents of 250, 2,500 and 8,000 operations.
    Codegen,
    /// Calls, decoding, encoding, clients: the crate beside what a person writes by hand, and the official crate.
    Client,
    /// The compiler on the crate alone, `cargo check`, `cargo doc`, and the peers' crates.
    Compile,
    /// Programs of one call and the quick start built from nothing, and built again after an edit.
    First,
    /// The command-line program: its size and its start.
    Command,
}

impl What {
    const ALL: [Self; 5] = [Self::Codegen, Self::Client, Self::Compile, Self::First, Self::Command];

    fn name(self) -> &'static str {
        match self {
            Self::Codegen => "codegen",
            Self::Client => "client",
            Self::Compile => "compile",
            Self::First => "first",
            Self::Command => "command",
        }
    }
}

/// How a part measures.
#[derive(Debug, Clone, Copy)]
struct Settings {
    /// How often, if it was said.
    runs: Option<u32>,
    peers: bool,
}

impl Settings {
    fn runs_or(self, usual: u32) -> u32 {
        self.runs.unwrap_or(usual)
    }
}

/// What a part measured.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    figures: Vec<Figure>,
    /// Whether the peers were measured too.
    peers: bool,
}

pub(crate) fn run(bench: &Bench, workspace: &Workspace) -> Result<(), Failure> {
    let settings = Settings { runs: bench.runs, peers: !bench.no_peers };
    let parts = bench.what.map_or_else(|| What::ALL.to_vec(), |what| vec![what]);
    let mut watch = Watch::start();
    for part in parts {
        watch.restart();
        let mut figures = match part {
            What::Codegen => codegen::measure(settings, workspace)?,
            What::Client => client::measure(settings, workspace)?,
            What::Compile => compile::measure(settings, workspace)?,
            What::First => first::measure(settings, workspace)?,
            What::Command => command::measure(settings, workspace)?,
        };
        let busy = watch.find_reason();
        for figure in &mut figures {
            figure.judge(busy.as_deref());
        }
        print_line("");
        render_figures(part.name(), &figures);
        keep_figures(workspace, part.name(), &Kept { figures, peers: settings.peers })?;
    }
    if bench.readme { readme::write_readme(workspace) } else { Ok(()) }
}

/// Puts the figures of one part beside those of the others.
fn keep_figures(workspace: &Workspace, part: &str, figures: &Kept) -> Result<(), Failure> {
    let path = workspace.path(FILE);
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let mut all: Map<String, Value> = serde_json::from_str(&kept).unwrap_or_default();
    all.insert(part.to_owned(), serde_json::to_value(figures).unwrap_or_default());
    let text = serde_json::to_string_pretty(&all).unwrap_or_default();
    let write = || {
        fs::create_dir_all(workspace.path("target"))?;
        fs::write(&path, text + "\n")
    };
    write().map_err(|error| Failure::io("keep the figures", &path, &error))?;
    print_line(&format!("kept in {FILE}"));
    Ok(())
}

/// The figures of all parts that were kept; those of the same thing are one.
///
/// # Errors
///
/// The names of the parts whose figures are missing: they did not run, not with the peers, or in another version of the bench.
fn read_kept(text: &str) -> Result<Vec<Figure>, Vec<&'static str>> {
    let all: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let mut figures: Vec<Figure> = Vec::new();
    let mut missing = Vec::new();
    for part in What::ALL {
        let kept = all.get(part.name()).and_then(|part| Kept::deserialize(part).ok());
        let Some(kept) = kept.filter(|kept| kept.peers) else {
            missing.push(part.name());
            continue;
        };
        for figure in kept.figures {
            match figures.iter_mut().find(|other| other.what == figure.what) {
                Some(other) => other.merge(figure),
                None => figures.push(figure),
            }
        }
    }
    if missing.is_empty() { Ok(figures) } else { Err(missing) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::table::Unit;
    use super::*;
    use crate::bench::figure::Who;

    fn keep(part: What, peers: bool, what: &str, who: Who) -> (String, Value) {
        let figures = vec![Figure::time(what, Unit::Seconds).with(who, [1.0])];
        (part.name().to_owned(), serde_json::to_value(Kept { figures, peers }).unwrap())
    }

    fn read(parts: Vec<(String, Value)>) -> Result<Vec<(String, usize)>, Vec<&'static str>> {
        let figures = read_kept(&Value::Object(parts.into_iter().collect()).to_string())?;
        Ok(figures.into_iter().map(|figure| (figure.what, figure.cells.len())).collect())
    }

    #[test]
    fn figures_of_parts_that_measured_the_same_are_one() {
        let parts = What::ALL.map(|part| {
            let (what, who) = match part {
                What::Compile => ("compiled", Who::Ours),
                What::First => ("compiled", Who::Peer),
                _ => (part.name(), Who::Ours),
            };
            keep(part, true, what, who)
        });
        let expected = [("codegen", 1), ("client", 1), ("compiled", 2), ("command", 1)];
        assert_eq!(read(parts.to_vec()), Ok(expected.map(|(what, cells)| (what.to_owned(), cells)).to_vec()));
    }

    #[test]
    fn parts_without_figures_are_named() {
        let mut parts = What::ALL.map(|part| keep(part, part != What::Client, "x", Who::Ours)).to_vec();
        parts[2].1 = serde_json::json!({"figures": [{"of": "another version"}], "peers": true});
        parts.pop();
        assert_eq!(read(parts), Err(vec!["client", "compile", "command"]));
        assert_eq!(read_kept(""), Err(What::ALL.map(What::name).to_vec()));
    }
}
