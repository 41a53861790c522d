//! The crate of this repository: its dependencies are built before, nothing is incremental.

use std::path::PathBuf;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;

use super::{Crate, rmeta_size};
use crate::bench::measured::{Measured, Whose, count_compilers, middle};
use crate::bench::place::Place;
use crate::cargo::{cargo_command, run_successfully};
use crate::workspace::Workspace;

const PACKAGE: &str = "whop";
const TAG: &str = "account-links";
/// What the crate has on by default besides the tags.
const RUNTIME: &str = "rustls,http2,gzip";

pub(super) fn measure_crate(runs: u32, place: &Place, workspace: &Workspace) -> Result<Vec<Crate>, Failure> {
    begin_step("measuring the compiler on the crate");
    let target = place.below("compile");
    let mut crates = Vec::new();
    // Cargo's own `release`; that of this workspace is for the command line.
    for (profile, shown) in [("dev", "dev"), ("optimized", "release")] {
        // Builds the dependencies.
        let tag = format!("{TAG},{RUNTIME}");
        compile_crate(profile, &tag, &target, place, workspace)?;
        for (name, features, operations) in [
            (TAG, tag.as_str(), None),
            ("all tags", &format!("full,{RUNTIME}"), Some(count_operations(workspace))),
        ] {
            let runs: Result<Vec<_>, _> =
                (0..runs).map(|_| compile_crate(profile, features, &target, place, workspace)).collect();
            let deps = target.join(if profile == "dev" { "debug" } else { profile }).join("deps");
            crates.push(Crate {
                name: format!("{PACKAGE}, {shown}, {name}"),
                took: middle(runs?)?,
                rmeta: rmeta_size(&deps, PACKAGE),
                operations,
            });
        }
    }
    Ok(crates)
}

/// Compiles the crate anew and tells what its rustc took.
fn compile_crate(
    profile: &str,
    features: &str,
    target: &PathBuf,
    place: &Place,
    workspace: &Workspace,
) -> Result<Measured, Failure> {
    let mut clean = cargo_command(workspace);
    clean.args(["clean", "--quiet", "--package", PACKAGE, "--profile", profile, "--target-dir"]).arg(target);
    run_successfully(&mut clean)?;
    let mut build = cargo_command(workspace);
    build.args(["build", "--quiet", "--jobs", "2", "--package", PACKAGE, "--profile", profile]);
    build.args(["--no-default-features", "--features", features, "--target-dir"]).arg(target);
    build.env("CARGO_INCREMENTAL", "0");
    let runs = count_compilers(&mut build, Whose::Workspace, &place.below("rustc.log"))?;
    runs.into_iter().find(|run| run.name == PACKAGE).ok_or_else(|| {
        Failure::new(format!("error: cargo did not compile `{PACKAGE}`, so there is nothing to measure"))
    })
}

/// How many operations the crate has, by its index of names.
fn count_operations(workspace: &Workspace) -> usize {
    let names = std::fs::read_to_string(workspace.path("generated/names.txt")).unwrap_or_default();
    names.lines().filter(|line| line.starts_with("operation ")).count()
}
