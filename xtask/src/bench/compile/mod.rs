//! What the compiler takes: for the crate alone, for the peers' crates alone, and for a program that makes one call, with
//! all that it depends on.

mod alone;
mod clean;
mod generated;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use openapi_client_generator::failure::Failure;
use openapi_client_generator::terminal::{print_error, print_line};
use serde::{Deserialize, Serialize};

use super::keep_figures;
use super::measured::Measured;
use super::place::Place;
use super::readme::{Row, render_cell};
use super::table::{Unit, render_head, render_rows};
use super::tools::OAS3_GEN;
use crate::workspace::Workspace;

/// Time the compiler: the crate alone, a program with all its dependencies, and the peers.
#[derive(Debug, Args)]
pub(crate) struct Compile {
    /// How often each crate is compiled; the median is told. Programs with their dependencies are built once.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

/// All figures.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Figures {
    /// Crates whose dependencies are built.
    pub(super) crates: Vec<Crate>,
    /// Programs with all their dependencies.
    pub(super) programs: Vec<Program>,
}

/// A crate alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Crate {
    pub(super) name: String,
    /// Seconds and memory of its compiler.
    pub(super) took: Measured,
    /// Bytes of its metadata, which all users' compilers read.
    pub(super) rmeta: Option<u64>,
    /// How many operations it covers.
    pub(super) operations: Option<usize>,
}

/// A program that makes one call, built from nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Program {
    pub(super) name: String,
    /// Seconds on the clock.
    pub(super) wall: f64,
    /// Seconds on all cores, the work of build scripts among them.
    pub(super) user: Option<f64>,
    /// The most memory that one compiler held.
    pub(super) peak_bytes: Option<u64>,
    /// What each compiler took.
    pub(super) compilers: Vec<Measured>,
}

pub(super) fn run(args: &Compile, peers: bool, workspace: &Workspace) -> Result<(), Failure> {
    let place = Place::new(workspace);
    fs::create_dir_all(place.below(""))
        .map_err(|error| Failure::io("make the folder", &place.below(""), &error))?;
    let mut figures = Figures::default();
    figures.crates.extend(alone::measure_crate(args.runs, &place, workspace)?);
    figures.programs = clean::measure_program(peers, &place, workspace)?;
    if peers {
        figures.crates.extend(clean::peer_program(&figures.programs, &place));
        match generated::measure_generated(args.runs, &place, workspace) {
            Ok(own) => figures.crates.push(own),
            Err(failure) => {
                print_error(&format!("{}\nthe crate of the peer oas3-gen is left out", failure.text))
            }
        }
    }
    render_table(&figures);
    keep_figures(workspace, "compile", &figures)
}

impl Figures {
    /// The rows of the README.
    pub(super) fn readme(&self) -> Vec<Row> {
        let krate = |start: &str| self.crates.iter().find(|one| one.name.starts_with(start));
        let program = |name: &str| self.programs.iter().find(|one| one.name == name);
        let user = |start: &str| render_cell(Unit::Seconds, krate(start).and_then(|one| one.took.user));
        let peak = |start: &str| {
            render_cell(
                Unit::Megabytes,
                krate(start).and_then(|one| one.took.peak_bytes).map(|bytes| bytes as f64),
            )
        };
        let clean = |name: &str| render_cell(Unit::Seconds, program(name).and_then(|one| one.user));
        let all = |what: &str, read: &dyn Fn(&str) -> String| Row {
            what: what.to_owned(),
            ours: read("whop, dev, all tags"),
            peer: read("whop_sdk, dev"),
            generator: OAS3_GEN.captured_output(read(OAS3_GEN.name)),
            hand: String::new(),
        };
        let tag = Row {
            what: "one resource of it compiled: CPU".to_owned(),
            ours: user("whop, dev, acc"),
            ..Row::default()
        };
        let program = Row {
            what: "a program of one call built from nothing: CPU".to_owned(),
            ours: clean("whop"),
            hand: clean("hand"),
            peer: clean("whop_sdk"),
            generator: String::new(),
        };
        let rows = vec![
            all("the whole crate compiled, without dependencies: CPU", &user),
            all("the same: memory of the compiler", &peak),
            tag,
            program,
        ];
        rows.into_iter().filter(|row| !row.ours.is_empty()).collect()
    }
}

fn render_table(figures: &Figures) {
    let rows = figures.crates.iter().map(|Crate { name, took, rmeta, operations }| {
        let number = |number: Option<u64>| number.map(|number| number as f64);
        let each = took.user.zip(*operations).map(|(user, operations)| user * 1e3 / operations as f64);
        vec![
            name.clone(),
            Unit::Seconds.show(Some(took.wall)),
            Unit::Seconds.show(took.user),
            each.map_or_else(|| "-".to_owned(), |each| format!("{each:.0} ms")),
            Unit::Megabytes.show(number(took.peak_bytes)),
            Unit::Megabytes.show(number(*rmeta)),
        ]
    });
    render_rows(
        &render_head(&[
            "a crate, its dependencies built",
            "wall",
            "user",
            "per operation",
            "peak memory",
            "rmeta",
        ]),
        &rows.collect::<Vec<_>>(),
    );
    print_line("");
    let rows = figures.programs.iter().map(|Program { name, wall, user, peak_bytes, compilers }| {
        vec![
            name.clone(),
            Unit::Seconds.show(Some(*wall)),
            Unit::Seconds.show(*user),
            Unit::Megabytes.show(peak_bytes.map(|bytes| bytes as f64)),
            compilers.len().to_string(),
        ]
    });
    let titles = ["a program of one call, with all dependencies", "wall", "user", "peak memory", "compilers"];
    render_rows(&render_head(&titles), &rows.collect::<Vec<_>>());
}

/// The size of the newest metadata of a crate in a folder of built crates.
fn rmeta_size(deps: &Path, name: &str) -> Option<u64> {
    let prefix = format!("lib{name}-");
    let files = fs::read_dir(deps).ok()?.filter_map(Result::ok);
    let found = files.filter(|file| {
        let file = PathBuf::from(file.file_name());
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        file.extension().is_some_and(|extension| extension == "rmeta") && stem.starts_with(&prefix)
    });
    let newest = found.filter_map(|file| file.metadata().ok()).max_by_key(|file| file.modified().ok());
    newest.map(|file| file.len())
}
