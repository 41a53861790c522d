//! What the generator takes from texts to files on disk, and whether it grows with its input alone. It is measured as a command,
//! built as a release is, in processes of its own: one that has made many crates has its memory at hand for a small one.

use std::fs;
use std::path::{Path, PathBuf};

use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;
use openapi_client_generator::terminal::print_error;

use super::Settings;
use super::figure::{Figure, Who, median_of_runs};
use super::measured::{Measured, cpu_of, peak_of, program_name};
use super::place::Place;
use super::synthetic::synthetic_document;
use super::table::Unit;
use super::tools::{OPENAPI_TO_RUST, Tool};
use crate::cargo::{cargo_command, run_successfully};
use crate::input::vendored_document;
use crate::workspace::Workspace;

/// The numbers of operations of the documents that are made up, with how often each is generated in a round: a small one takes
/// little time, and seconds are told in hundredths.
const SIZES: [(usize, u32); 3] = [(250, 4), (2_500, 1), (8_000, 1)];

pub(super) fn measure(settings: Settings, workspace: &Workspace) -> Result<Vec<Figure>, Failure> {
    let place = Place::new(workspace);
    begin_step("building the generator");
    let command = build_command(&place, workspace)?;
    let runs = settings.runs_or(3);
    let tool = if settings.peers { install_peer(&place, workspace) } else { None };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut sizes: Vec<_> =
        SIZES.iter().map(|&(operations, times)| (operations, times, Vec::new())).collect();
    for &(operations, _) in &SIZES {
        let path = document_path(operations, &place);
        fs::write(&path, synthetic_document(operations).to_string())
            .map_err(|error| Failure::io("write the document", &path, &error))?;
    }
    begin_step("measuring the generator");
    for _ in 0..runs {
        ours.push(generate(&command, None, &place, workspace)?);
        if let Some(tool) = &tool {
            let out = Scratch::new(&place);
            let document = workspace.path(vendored_document(workspace));
            theirs.push(tool.run_tool(&place, |command| {
                command.arg("generate").arg(&document).arg("--output-dir").arg(&out.0);
            })?);
        }
        for (operations, times, measured) in &mut sizes {
            for _ in 0..*times {
                let document = document_path(*operations, &place);
                measured.push(generate(&command, Some(&document), &place, workspace)?);
            }
        }
    }
    let mut cpu = Figure::time("the document turned into a crate: CPU", Unit::Seconds).in_readme();
    let mut memory = Figure::count("the same: memory", Unit::Megabytes).in_readme();
    cpu = cpu.with(Who::Ours, cpu_of(&ours));
    memory = memory.with(Who::Ours, peak_of(&ours));
    cpu.add(Who::Generator, Some(OPENAPI_TO_RUST.label()), cpu_of(&theirs));
    memory.add(Who::Generator, Some(OPENAPI_TO_RUST.label()), peak_of(&theirs));
    let mut figures = vec![cpu, memory];
    let mut smallest = None;
    for (operations, _, measured) in &sizes {
        let seconds = cpu_of(measured);
        let median = median_of_runs(seconds.clone());
        let what = format!("a document of {operations} operations: CPU");
        figures.push(Figure::time(&what, Unit::Seconds).with(Who::Ours, seconds));
        match smallest {
            None => smallest = median.map(|median| (*operations, median)),
            Some((few, least)) => {
                let times = *operations as f64 / few as f64;
                let what = format!("{times:.0} times the operations: times the work, over {times:.0}");
                let growth = median.map(|median| median / least / times);
                figures.push(Figure::time(&what, Unit::Ratio).with(Who::Ours, growth));
            }
        }
    }
    Ok(figures)
}

fn document_path(operations: usize, place: &Place) -> PathBuf {
    place.below(&format!("synthetic-{operations}.json"))
}

/// This program, as a release is built: what cargo runs us in is optimised less.
fn build_command(place: &Place, workspace: &Workspace) -> Result<PathBuf, Failure> {
    let target = place.below("optimized");
    let mut build = cargo_command(workspace);
    build.args(["build", "--quiet", "--profile", "optimized", "--package", "xtask", "--target-dir"]);
    run_successfully(build.arg(&target))?;
    Ok(target.join("optimized/xtask").with_extension(std::env::consts::EXE_EXTENSION))
}

fn install_peer(place: &Place, workspace: &Workspace) -> Option<Tool> {
    match Tool::install_tool(&OPENAPI_TO_RUST, place, workspace) {
        Ok(tool) => Some(tool),
        Err(failure) => {
            print_error(&format!("{}\nthe peer {} is left out", failure.text, OPENAPI_TO_RUST.name));
            None
        }
    }
}

/// Generates a document, or the vendored one, into a new folder.
fn generate(
    command: &Path,
    document: Option<&Path>,
    place: &Place,
    workspace: &Workspace,
) -> Result<Measured, Failure> {
    let out = Scratch::new(place);
    let set = |command: &mut std::process::Command| {
        command.current_dir(workspace.root()).arg("codegen");
        if let Some(document) = document {
            command.arg("--spec").arg(document);
        }
        command.arg("--out").arg(&out.0);
    };
    program_name(command, set, &place.below("tool.log"))
}

/// A file system in memory, where Linux has one: a disk takes from 0.1 s to 2 s of system time for the same files.
const MEMORY: &str = "/dev/shm";

/// A folder that goes away with this.
struct Scratch(PathBuf);

impl Scratch {
    fn new(place: &Place) -> Self {
        use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Relaxed);
        let folder = if Path::new(MEMORY).is_dir() {
            Path::new(MEMORY).join(format!("bench-{}-{number}", std::process::id()))
        } else {
            place.below(&format!("out-{number}"))
        };
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
