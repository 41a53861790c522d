//! `cargo xtask features`: runs clippy, and rustdoc, on the client crate with each feature alone, with none and with all.

use std::fs;
use std::panic::resume_unwind;
use std::process::Command;
use std::thread;
use std::time::Instant;

use clap::Args;
use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;
use openapi_client_generator::terminal::{print_error, print_line};
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::cargo::{cargo_command, run as output};
use crate::workspace::Workspace;

const MANIFEST: &str = "generated/Cargo.toml";

/// Needs the headers of OpenSSL and changes nothing in the crate itself.
const FOREIGN: &str = "native-tls";

/// The server for tests.
const MOCK: &str = "mock";

/// The inbox of webhooks, with either database.
const INBOXES: [&str; 2] = ["inbox-sqlite", "inbox-postgres"];

/// The command line, without any tag.
const COMMAND_LINE: &str = "cli";

/// Check that the client crate has no warnings with no tag, each tag alone, and all tags.
#[derive(Debug, Args)]
pub(crate) struct Features {
    /// Also build the documentation, warnings denied.
    #[arg(long)]
    doc: bool,
    /// Only these tags, each alone.
    #[arg(value_name = "TAG")]
    tags: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Manifest {
    package: Package,
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
}

/// Features that are enabled together.
struct Set {
    name: String,
    features: String,
}

/// The tool that runs on each set.
struct Tool {
    name: &'static str,
    command: fn(&mut Command),
    /// The arguments after the features.
    last: &'static [&'static str],
    /// Its folder of built dependencies, if it is not that of the workspace: cargo runs once at a time in each.
    target: Option<&'static str>,
}

const CLIPPY: Tool = Tool {
    name: "clippy",
    command: |cargo| {
        cargo.args(["clippy", "--no-deps"]);
    },
    last: &["--", "-D", "warnings"],
    target: None,
};

const RUSTDOC: Tool = Tool {
    name: "rustdoc",
    command: |cargo| {
        cargo.args(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    },
    last: &[],
    target: Some("target/features"),
};

pub(crate) fn run(args: &Features, workspace: &Workspace) -> Result<(), Failure> {
    let manifest = read_manifest(workspace)?;
    let sets = feature_sets(&args.tags, &manifest)?;
    let tools: &[Tool] = if args.doc { &[CLIPPY, RUSTDOC] } else { &[CLIPPY] };
    // The compiler checks a crate on one core, so that the tools run at the same time.
    let failed = thread::scope(|scope| {
        let (sets, package) = (sets.as_slice(), manifest.package.name.as_str());
        let start = |tool| scope.spawn(move || check_sets(tool, sets, package, workspace));
        let running: Vec<_> = tools.iter().map(start).collect();
        let counts = running.into_iter().map(|one| one.join().unwrap_or_else(|panic| resume_unwind(panic)));
        counts.sum::<Result<usize, Failure>>()
    })?;
    if failed > 0 {
        return Err(Failure::new("error: the crate has warnings with the features above"));
    }
    Ok(())
}

fn read_manifest(workspace: &Workspace) -> Result<Manifest, Failure> {
    let path = workspace.path(MANIFEST);
    let text = fs::read_to_string(&path).map_err(|error| Failure::io("read the manifest", &path, &error))?;
    toml::from_str(&text).map_err(|error| Failure::new(format!("error[manifest]: {error}\n --> {MANIFEST}")))
}

fn feature_sets(chosen: &[String], manifest: &Manifest) -> Result<Vec<Set>, Failure> {
    let tags = manifest.features.get("full").map(Vec::as_slice).unwrap_or_default();
    if let Some(unknown) = chosen.iter().find(|tag| !tags.contains(tag)) {
        let message = format!("there is no tag `{unknown}`; the tags are: {}", tags.join(", "));
        return Err(Failure::usage(&message));
    }
    let alone = |tag: &String| Set { name: tag.clone(), features: tag.clone() };
    if !chosen.is_empty() {
        return Ok(chosen.iter().map(alone).collect());
    }
    let all: Vec<&str> =
        manifest.features.keys().map(String::as_str).filter(|name| *name != FOREIGN).collect();
    let mut sets = vec![Set { name: "no tag".to_owned(), features: String::new() }];
    sets.extend(tags.iter().map(alone));
    // The mock has a module for each tag, so it stands for itself with none and with one.
    if manifest.features.contains_key(MOCK) {
        sets.push(alone(&MOCK.to_owned()));
        let with =
            |tag: &String| Set { name: format!("{MOCK} with {tag}"), features: format!("{MOCK},{tag}") };
        sets.extend(tags.first().map(with));
    }
    // What is for one database must not need the other.
    let inboxes =
        INBOXES.into_iter().chain([COMMAND_LINE]).filter(|name| manifest.features.contains_key(*name));
    sets.extend(inboxes.map(|name| alone(&name.to_owned())));
    sets.push(Set { name: "all tags".to_owned(), features: all.join(",") });
    Ok(sets)
}

/// Runs the tool on each set and tells of those that fail. Returns how many did.
fn check_sets(tool: &Tool, sets: &[Set], package: &str, workspace: &Workspace) -> Result<usize, Failure> {
    let mut times = Vec::with_capacity(sets.len());
    let mut failed = 0;
    for (place, set) in sets.iter().enumerate() {
        begin_step(format!("{}: {} ({} of {})", tool.name, set.name, place + 1, sets.len()));
        let mut command = cargo_command(workspace);
        (tool.command)(&mut command);
        command.args(["--quiet", "--package", package, "--no-default-features", "--features", &set.features]);
        if let Some(target) = tool.target {
            command.arg("--target-dir").arg(workspace.path(target));
        }
        command.args(tool.last);
        let begin = Instant::now();
        let ran = output(&mut command)?;
        times.push((begin.elapsed().as_secs_f64(), set.name.as_str()));
        if !ran.status.success() {
            failed += 1;
            print_error(&format!("{} failed: {}", tool.name, set.name));
            print_error(&String::from_utf8_lossy(&ran.stderr));
        }
    }
    let total: f64 = times.iter().map(|(seconds, _)| seconds).sum();
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let median = times.get(times.len() / 2).map_or(0.0, |(seconds, _)| *seconds);
    let (most, slowest) = times.last().copied().unwrap_or_default();
    print_line(&format!(
        "{}: {} passed, {failed} failed in {total:.1} s (median {median:.1} s, slowest {slowest} {most:.1} s)",
        tool.name,
        sets.len() - failed,
    ));
    Ok(failed)
}
