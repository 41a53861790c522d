//! `cargo doc` of the crate with its default features, without its dependencies: seconds, and megabytes of HTML.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;

use super::alone::{PACKAGE, clean};
use crate::bench::figure::{Figure, Who};
use crate::bench::place::Place;
use crate::bench::table::Unit;
use crate::bench::usage::measure_children;
use crate::cargo::{cargo_command, run_successfully};
use crate::workspace::Workspace;

pub(super) fn measure_documentation(
    runs: u32,
    place: &Place,
    workspace: &Workspace,
) -> Result<Vec<Figure>, Failure> {
    begin_step("measuring the documentation of the crate");
    let target = place.below("documentation");
    let folder = target.join("doc");
    let document = || {
        let mut doc = cargo_command(workspace);
        doc.args(["doc", "--quiet", "--jobs", "2", "--no-deps", "--package", PACKAGE, "--target-dir"]);
        run_successfully(doc.arg(&target).env("CARGO_INCREMENTAL", "0"))
    };
    // Checks the dependencies.
    document()?;
    let mut seconds = Vec::new();
    for _ in 0..runs {
        clean("dev", &target, workspace)?;
        let _ = fs::remove_dir_all(&folder);
        seconds.extend(measure_children(document)?.0);
    }
    let pages = size_of_pages(&folder) as f64;
    Ok(vec![
        Figure::time("`cargo doc` of it: CPU", Unit::Seconds).in_readme().with(Who::Ours, seconds),
        Figure::count("the same: HTML", Unit::Megabytes).in_readme().with(Who::Ours, [pages]),
    ])
}

/// The bytes of all pages in a folder and below it.
fn size_of_pages(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let sizes = entries.map(|entry| {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => size_of_pages(&path),
            Ok(_) if path.extension() == Some(OsStr::new("html")) => {
                entry.metadata().map_or(0, |file| file.len())
            }
            _ => 0,
        }
    });
    sizes.sum()
}
