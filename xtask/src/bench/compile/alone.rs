//! The crate of this repository: its dependencies are built before, nothing is incremental.

use std::path::Path;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;

use super::{WHOLE, metadata_size};
use crate::bench::measured::{Measured, Whose, count_compilers};
use crate::bench::place::Place;
use crate::cargo::{cargo_command, run_successfully};
use crate::workspace::Workspace;

pub(super) const PACKAGE: &str = "whop";
const TAG: &str = "account-links,rustls,http2,gzip";
const ALL: &str = "full,rustls,http2,gzip";

/// A way to build the crate, and what its compiler took each time.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) what: &'static str,
    pub(super) in_readme: bool,
    pub(super) took: Vec<Measured>,
    /// How many operations it covers, if it is the whole.
    pub(super) operations: Option<usize>,
    /// Bytes of its metadata, which all users' compilers read.
    pub(super) metadata: Option<u64>,
}

/// The name, what cargo does, the profile, the features, and whether it is a row of the README. `optimized` is cargo's own
/// `release`; that of this workspace is for the command line.
const WAYS: [(&str, &str, &str, &str, bool); 5] = [
    (WHOLE, "build", "dev", ALL, true),
    ("one resource of it compiled: CPU", "build", "dev", TAG, true),
    ("the whole crate checked, `cargo check`: CPU", "check", "dev", ALL, true),
    ("the whole crate compiled in release: CPU", "build", "optimized", ALL, false),
    ("one resource of it compiled in release: CPU", "build", "optimized", TAG, false),
];

/// Measures each way, and calls `take_turn` after each time that the whole was built in dev.
pub(super) fn measure_crate(
    runs: u32,
    place: &Place,
    workspace: &Workspace,
    mut take_turn: impl FnMut(),
) -> Result<Vec<Built>, Failure> {
    begin_step("measuring the compiler on the crate");
    let target = place.below("compile");
    let mut ways = Vec::new();
    for (what, verb, profile, features, in_readme) in WAYS {
        // Builds the dependencies; not the whole for it, since they are the same.
        compile_crate(verb, profile, TAG, &target, place, workspace)?;
        let whole = what == WHOLE;
        let mut took = Vec::new();
        for _ in 0..runs {
            took.push(compile_crate(verb, profile, features, &target, place, workspace)?);
            if whole {
                take_turn();
            }
        }
        let deps = target.join("debug/deps");
        ways.push(Built {
            what,
            in_readme,
            took,
            operations: whole.then(|| count_operations(workspace)),
            metadata: if whole { metadata_size(&deps, PACKAGE) } else { None },
        });
    }
    Ok(ways)
}

/// Compiles the crate anew and tells what its rustc took.
fn compile_crate(
    verb: &str,
    profile: &str,
    features: &str,
    target: &Path,
    place: &Place,
    workspace: &Workspace,
) -> Result<Measured, Failure> {
    clean(profile, target, workspace)?;
    let mut build = cargo_command(workspace);
    build.args([verb, "--quiet", "--jobs", "2", "--package", PACKAGE, "--profile", profile]);
    build.args(["--lib", "--no-default-features", "--features", features, "--target-dir"]).arg(target);
    build.env("CARGO_INCREMENTAL", "0");
    let runs = count_compilers(&mut build, Whose::Workspace, &place.below("rustc.log"))?;
    runs.into_iter().find(|run| run.name == PACKAGE).ok_or_else(|| {
        Failure::new(format!("error: cargo did not compile `{PACKAGE}`, so there is nothing to measure"))
    })
}

/// Removes what was built of the crate.
pub(super) fn clean(profile: &str, target: &Path, workspace: &Workspace) -> Result<(), Failure> {
    let mut clean = cargo_command(workspace);
    clean.args(["clean", "--quiet", "--package", PACKAGE, "--profile", profile, "--target-dir"]).arg(target);
    run_successfully(&mut clean)
}

/// How many operations the crate has, by its index of names.
fn count_operations(workspace: &Workspace) -> usize {
    let names = std::fs::read_to_string(workspace.path("generated/names.txt")).unwrap_or_default();
    names.lines().filter(|line| line.starts_with("operation ")).count()
}
