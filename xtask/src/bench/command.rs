//! The command-line program as it is installed: how large it is, and how long it takes to start.

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::Instant;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;

use super::Settings;
use super::callgrind::{count_run, find_version};
use super::client::program::file_size;
use super::figure::{Figure, Who};
use super::place::Place;
use super::table::Unit;
use crate::cargo::{cargo_command, run_successfully};
use crate::workspace::Workspace;

/// What is started: the name of the row, and the arguments.
const STARTS: [(&str, &[&str]); 2] = [
    ("`whop payments list --help`", &["payments", "list", "--help"]),
    ("`whop payments list --dry-run`", &["payments", "list", "--dry-run"]),
];

pub(super) fn measure(settings: Settings, workspace: &Workspace) -> Result<Vec<Figure>, Failure> {
    begin_step("building the command line");
    let place = Place::new(workspace);
    let target = place.below("command");
    let mut build = cargo_command(workspace);
    build.args(["build", "--quiet", "--release", "--package", "whop", "--features", "cli", "--bin", "whop"]);
    run_successfully(build.arg("--target-dir").arg(&target))?;
    let program = target.join("release/whop").with_extension(std::env::consts::EXE_EXTENSION);
    let size = file_size(&program).map(|bytes| bytes as f64);
    let mut figures =
        vec![Figure::count("the command line, stripped", Unit::Megabytes).in_readme().with(Who::Ours, size)];
    begin_step("starting the command line");
    for (name, arguments) in STARTS {
        let start = || {
            let mut command = Command::new(&program);
            command.args(arguments).env("WHOP_API_KEY", "bench-key");
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let begin = Instant::now();
            let status =
                command.status().map_err(|error| Failure::io("run the program", &program, &error))?;
            let took = begin.elapsed().as_secs_f64() * 1e3;
            if status.success() {
                return Ok(took);
            }
            Err(Failure::new(format!("error: {} ended with {status}", name.trim_matches('`'))))
        };
        // The first reads the program from the disk.
        start()?;
        let took: Result<Vec<_>, _> = (0..settings.runs_or(21)).map(|_| start()).collect();
        figures.push(Figure::time(&format!("{name}: start"), Unit::Millis).with(Who::Ours, took?));
        if find_version().is_some() {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            let instructions = count_run(&program, &arguments)? as f64;
            figures.push(
                Figure::count(&format!("{name}: instructions"), Unit::Thousands)
                    .in_readme()
                    .with(Who::Ours, [instructions]),
            );
        }
    }
    Ok(figures)
}
