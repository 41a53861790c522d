//! Programs built from nothing, which is what a user waits for at first, and built again after an edit.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;
use openapi_client_generator::terminal::print_error;

use super::Settings;
use super::client::contenders::{PEER_OPERATIONS, contenders, one_call, quick_start};
use super::client::program::Program;
use super::compile::{WHOLE, WHOLE_MEMORY};
use super::figure::{Figure, Who};
use super::measured::{Measured, Whose, count_compilers, cpu_of, peak_of};
use super::place::Place;
use super::table::Unit;
use super::usage::measure_children;
use crate::cargo::{cargo_command, run_successfully};
use crate::workspace::Workspace;

/// The official crate, as its compiler is told.
const PEER: &str = "whop_sdk";

/// A program and what was measured of it.
struct Subject {
    who: Who,
    program: Program,
    is_quick_start: bool,
    /// Seconds on all cores, those of build scripts among them.
    clean: Vec<f64>,
    edit: Vec<f64>,
    crates: usize,
    /// The compiler on the official crate.
    peer: Vec<Measured>,
}

impl Subject {
    fn new(who: Who, program: Program, is_quick_start: bool) -> Self {
        let (clean, edit, peer) = (Vec::new(), Vec::new(), Vec::new());
        Self { who, program, is_quick_start, clean, edit, crates: 0, peer }
    }
}

pub(super) fn measure(settings: Settings, workspace: &Workspace) -> Result<Vec<Figure>, Failure> {
    let place = Place::new(workspace);
    let mut subjects: Vec<_> = contenders(workspace, settings.peers)
        .iter()
        .map(|contender| Subject::new(contender.who, one_call(contender), false))
        .collect();
    subjects.push(Subject::new(Who::Ours, quick_start(workspace), true));
    for _ in 0..settings.runs_or(3) {
        // In turn, so that a while in which the machine is slow is shared.
        subjects.retain_mut(|subject| match measure_once(subject, &place, workspace) {
            Ok(()) => true,
            Err(failure) => {
                print_error(&format!("{}\n{} is left out", failure.text, subject.program.name));
                false
            }
        });
    }
    if !subjects.iter().any(|subject| subject.who == Who::Ours) {
        return Err(Failure::new("error: no program with the crate `whop` could be built"));
    }
    let calls = || subjects.iter().filter(|subject| !subject.is_quick_start);
    let clean = Figure::time("a program of one call built from nothing: CPU", Unit::Seconds).in_readme();
    let crates = Figure::count("the same: crates", Unit::Number).in_readme();
    let edit =
        Figure::time("the same built again after an edit of `main.rs`: CPU", Unit::Seconds).in_readme();
    let mut figures = vec![
        calls().fold(clean, |figure, one| figure.with(one.who, one.clean.iter().copied())),
        calls().fold(crates, |figure, one| figure.with(one.who, [one.crates as f64])),
        calls().fold(edit, |figure, one| figure.with(one.who, one.edit.iter().copied())),
    ];
    for one in subjects.iter().filter(|subject| subject.is_quick_start) {
        let clean = Figure::time("the quick start built from nothing, as written: CPU", Unit::Seconds);
        figures.push(clean.in_readme().with(one.who, one.clean.iter().copied()));
        let edit = Figure::time("the quick start built again after an edit: CPU", Unit::Seconds);
        figures.push(edit.with(one.who, one.edit.iter().copied()));
    }
    for one in subjects.iter().filter(|subject| subject.who == Who::Peer) {
        let cpu = cpu_of(&one.peer);
        let each = cpu.iter().map(|seconds| seconds * 1e3 / PEER_OPERATIONS as f64).collect::<Vec<_>>();
        figures.extend([
            Figure::time("CPU for each operation", Unit::Millis).with(Who::Peer, each),
            Figure::time(WHOLE, Unit::Seconds).with(Who::Peer, cpu),
            Figure::count(WHOLE_MEMORY, Unit::Megabytes).with(Who::Peer, peak_of(&one.peer)),
        ]);
    }
    Ok(figures)
}

/// Builds it from nothing, changes a text that it prints, and builds it again.
fn measure_once(subject: &mut Subject, place: &Place, workspace: &Workspace) -> Result<(), Failure> {
    let name = subject.program.name;
    begin_step(format!("building {name} from nothing"));
    let folder = subject.program.write_program(place, workspace)?;
    let target = place.below(&format!("clean-{name}"));
    match fs::remove_dir_all(&target) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(Failure::io("remove the folder", &target, &error));
        }
        _ => {}
    }
    // Fetching is not compiling.
    run_successfully(cargo_command(workspace).current_dir(&folder).args(["fetch", "--quiet"]))?;
    let (seconds, compilers) = build(&folder, &target, place, workspace)?;
    subject.clean.extend(seconds);
    // Neither cargo's question for what the compiler knows, nor programs that run at build time.
    let crates = compilers.iter().map(|one| one.name.as_str());
    let crates = crates.filter(|name| *name != "___" && !name.starts_with("build_script"));
    subject.crates = crates.collect::<BTreeSet<_>>().len();
    subject.peer.extend(compilers.into_iter().find(|one| one.name == PEER));
    let source = folder.join("src/main.rs");
    let written = fs::read_to_string(&source)
        .and_then(|text| fs::write(&source, text.replace("println!(\"", "println!(\"edited: ")));
    written.map_err(|error| Failure::io("edit the program", &source, &error))?;
    let (seconds, _) = build(&folder, &target, place, workspace)?;
    subject.edit.extend(seconds);
    Ok(())
}

/// Builds a program as its user does; seconds on all cores, and what each compiler took.
fn build(
    folder: &Path,
    target: &Path,
    place: &Place,
    workspace: &Workspace,
) -> Result<(Option<f64>, Vec<Measured>), Failure> {
    let mut cargo = cargo_command(workspace);
    cargo.current_dir(folder).args(["build", "--quiet", "--jobs", "2", "--target-dir"]).arg(target);
    // Edits are compiled as users compile them.
    cargo.env_remove("CARGO_INCREMENTAL");
    measure_children(|| count_compilers(&mut cargo, Whose::All, &place.below("rustc.log")))
}
