//! What the compiler takes for the crate alone, with its dependencies built, and for the crates of peers.

mod alone;
mod documentation;
mod generated;

use std::fs;
use std::path::{Path, PathBuf};

use openapi_client_generator::failure::Failure;
use openapi_client_generator::terminal::print_error;

use self::alone::Built;
use self::generated::PeerCrate;
use super::Settings;
use super::figure::{Figure, Who};
use super::measured::{cpu_of, peak_of};
use super::place::Place;
use super::table::Unit;
use super::tools::OAS3_GEN;
use crate::workspace::Workspace;

/// The row that peers' crates stand in too.
pub(super) const WHOLE: &str = "the whole crate compiled, without dependencies: CPU";
/// The same of memory.
pub(super) const WHOLE_MEMORY: &str = "the same: memory of the compiler";

pub(super) fn measure(settings: Settings, workspace: &Workspace) -> Result<Vec<Figure>, Failure> {
    let place = Place::new(workspace);
    fs::create_dir_all(place.below(""))
        .map_err(|error| Failure::io("make the folder", &place.below(""), &error))?;
    let runs = settings.runs_or(3);
    let leave_out = |failure: &Failure| {
        print_error(&format!("{}\nthe crate of the peer {} is left out", failure.text, OAS3_GEN.name));
    };
    let peer = settings.peers.then(|| PeerCrate::write_crate(&place, workspace));
    let mut peer = peer.and_then(|written| written.inspect_err(leave_out).ok());
    let mut generated = Vec::new();
    // In turn, so that a while in which the machine is slow is shared.
    let take_turn = || match peer.as_ref().map(PeerCrate::compile_crate) {
        Some(Ok(took)) => generated.push(took),
        Some(Err(failure)) => {
            leave_out(&failure);
            peer = None;
        }
        None => {}
    };
    let mut figures = Vec::new();
    for built in alone::measure_crate(runs, &place, workspace, take_turn)? {
        figures.extend(render_built(&built));
    }
    for figure in &mut figures {
        let runs = match figure.what.as_str() {
            WHOLE => cpu_of(&generated),
            WHOLE_MEMORY => peak_of(&generated),
            _ => continue,
        };
        figure.add(Who::Generator, Some(OAS3_GEN.label()), runs);
    }
    figures.extend(documentation::measure_documentation(runs, &place, workspace)?);
    Ok(figures)
}

/// The rows of a way to build the crate.
fn render_built(built: &Built) -> Vec<Figure> {
    let cpu = cpu_of(&built.took);
    let mut time = Figure::time(built.what, Unit::Seconds).with(Who::Ours, cpu.iter().copied());
    time.in_readme = built.in_readme;
    let mut figures = vec![time];
    let named = |what: &str| {
        if built.what == WHOLE {
            what.to_owned()
        } else {
            format!("{}: {what}", built.what.trim_end_matches(": CPU"))
        }
    };
    let memory = if built.what == WHOLE { WHOLE_MEMORY.to_owned() } else { named("memory") };
    let mut memory = Figure::count(&memory, Unit::Megabytes).with(Who::Ours, peak_of(&built.took));
    memory.in_readme = built.what == WHOLE;
    figures.push(memory);
    if let Some(operations) = built.operations {
        let each = |number: f64| number / operations as f64;
        figures.push(
            Figure::time(&named("CPU for each operation"), Unit::Millis)
                .with(Who::Ours, cpu.iter().map(|seconds| each(seconds * 1e3))),
        );
        figures.push(
            Figure::count(&named("memory for each operation"), Unit::Megabytes)
                .with(Who::Ours, peak_of(&built.took).into_iter().map(each)),
        );
        let metadata = built.metadata.map(|bytes| bytes as f64);
        figures.push(Figure::count(&named("metadata"), Unit::Megabytes).with(Who::Ours, metadata));
    }
    figures
}

/// The size of the newest metadata of a crate in a folder of built crates.
fn metadata_size(deps: &Path, name: &str) -> Option<u64> {
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
