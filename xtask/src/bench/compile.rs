//! What the compiler takes for the client crate itself: its dependencies are built before, nothing is incremental.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::rustc::{LOG, Measured};
use super::table::{head, table};
use super::{keep, megabytes};
use crate::cargo::{cargo, succeed};
use crate::failure::{Failure, reason};
use crate::workspace::Workspace;

const PACKAGE: &str = "whop";
const TAG: &str = "account-links";
/// What the crate has on by default besides the tags.
const RUNTIME: &str = "rustls,http2,gzip";

/// Time the compiler on the client crate.
#[derive(Debug, Args)]
pub(crate) struct Compile {
    /// How often each is compiled; the median is told.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

#[derive(Debug, Serialize)]
struct Row {
    profile: &'static str,
    features: &'static str,
    #[serde(flatten)]
    measured: Measured,
}

/// Where the compiler writes, and where the measurements go.
struct Place {
    target: PathBuf,
    log: PathBuf,
}

pub(super) fn run(args: &Compile, workspace: &Workspace) -> Result<(), Failure> {
    let target = workspace.path("target/bench/compile");
    let place = Place { log: target.join("rustc.log"), target };
    fs::create_dir_all(&place.target)
        .map_err(|error| Failure::io("make the folder", &place.target, &error))?;
    let tag = format!("{TAG},{RUNTIME}");
    let full = format!("full,{RUNTIME}");
    let mut rows = Vec::new();
    for profile in ["dev", "release"] {
        // Builds the dependencies.
        measure(profile, &tag, &place, workspace)?;
        for (name, features) in [(TAG, &tag), ("all tags", &full)] {
            let measured: Result<Vec<_>, _> =
                (0..args.runs).map(|_| measure(profile, features, &place, workspace)).collect();
            rows.push(Row { profile, features: name, measured: median(measured?)? });
        }
    }
    show(&rows);
    keep(workspace, "compile", &rows)
}

fn show(rows: &[Row]) {
    let seconds = |value: f64| format!("{value:.1} s");
    let unknown = || "-".to_owned();
    let cells = |row: &Row| {
        let Measured { wall, user, peak_bytes, .. } = row.measured;
        vec![
            format!("{}, {}", row.profile, row.features),
            seconds(wall),
            user.map_or_else(unknown, seconds),
            peak_bytes.map_or_else(unknown, megabytes),
        ]
    };
    let rows: Vec<_> = rows.iter().map(cells).collect();
    table(&head(&["the crate whop", "wall", "user", "peak memory"]), &rows);
}

/// Compiles the crate anew and tells what its rustc took.
fn measure(profile: &str, features: &str, place: &Place, workspace: &Workspace) -> Result<Measured, Failure> {
    let target = place.target.as_os_str();
    let mut clean = cargo(workspace);
    clean.args(["clean", "--quiet", "--package", PACKAGE, "--profile", profile, "--target-dir"]).arg(target);
    succeed(&mut clean)?;
    remove(&place.log)?;
    let own =
        std::env::current_exe().map_err(|error| Failure::io("find this program", &place.target, &error))?;
    let mut build = cargo(workspace);
    build.args(["build", "--quiet", "--jobs", "2", "--package", PACKAGE, "--profile", profile]);
    build.args(["--no-default-features", "--features", features, "--target-dir"]).arg(target);
    build.env("CARGO_INCREMENTAL", "0").env("RUSTC_WORKSPACE_WRAPPER", own).env(LOG, &place.log);
    succeed(&mut build)?;
    let log = fs::read_to_string(&place.log)
        .map_err(|error| Failure::io("read the measurements", &place.log, &error))?;
    let mut measured = log.lines().filter_map(|line| serde_json::from_str::<Measured>(line).ok());
    measured.find(|run| run.name == PACKAGE).ok_or_else(|| {
        Failure::new(format!("error: cargo did not compile `{PACKAGE}`, so there is nothing to measure"))
    })
}

fn remove(log: &Path) -> Result<(), Failure> {
    match fs::remove_file(log) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::new(format!("error: cannot remove {}: {}", log.display(), reason(&error))))
        }
        _ => Ok(()),
    }
}

/// The run in the middle, by its seconds on all cores.
fn median(mut runs: Vec<Measured>) -> Result<Measured, Failure> {
    runs.sort_by(|a, b| a.user.unwrap_or(a.wall).total_cmp(&b.user.unwrap_or(b.wall)));
    let middle = runs.len() / 2;
    runs.into_iter().nth(middle).ok_or_else(|| Failure::new("error: nothing was measured"))
}
