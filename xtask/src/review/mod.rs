//! `cargo xtask review`: renders the description of a pull request for a new document, and writes changelog and version.

mod base;
mod blocks;
mod body;
mod changelog;
mod decisions;
mod full;
mod groups;
mod items;
mod judge;
mod misfits;
mod names;
mod page;
mod renames;
mod setters;
mod size;
#[cfg(test)]
mod tests;
mod titles;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;
use openapi_client_generator::terminal::{print_error, print_line};
use whop_codegen::diagnostic::Diagnostics;

use self::base::Texts;
use self::body::Links;
use self::judge::{Judged, judge_change};
use crate::input::{Choice, gather_texts};
use crate::workspace::Workspace;

/// The files that `--output` writes.
const BODY: &str = "review.md";
const LIST: &str = "changes.md";
const PAGE: &str = "review.html";

/// Report what the vendored document changes against an older one.
///
/// The report has the verdict and the next version, renamed and removed Rust items, actions of the overlay and entries of the
/// configuration that no longer match, the changes of the API in groups, the types that come from the configuration, and the
/// entry of the changelog. It fits into the description of a pull request; `--output` writes the full list beside it.
#[derive(Debug, Args)]
pub(crate) struct Review {
    /// The commit to compare with: its document, overlay and configuration.
    #[arg(long, value_name = "REV", default_value = "HEAD", conflicts_with = "old")]
    base: String,
    /// A document to compare with instead, with the current overlay and configuration.
    #[arg(long, value_name = "FILE")]
    old: Option<PathBuf>,
    /// Put the entry into CHANGELOG.md and the version into spec/codegen.toml, generated/Cargo.toml and Cargo.toml.
    #[arg(long)]
    write: bool,
    /// Write the report as review.md, the full list as changes.md and both as the page review.html, instead of printing.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// The address at which the files of --output are published, for the links in review.md [default: the files beside it]
    #[arg(long, value_name = "URL", requires = "output")]
    links: Option<String>,
    /// The address of the page, if it is published elsewhere.
    #[arg(long, value_name = "URL", requires = "output")]
    page: Option<String>,
}

pub(crate) fn run(args: &Review, workspace: &Workspace) -> Result<(), Failure> {
    begin_step("reading the documents");
    let mut diagnostics = Diagnostics::default();
    let now = gather_texts(Choice::default(), workspace, &mut diagnostics);
    let Some(now) = now.filter(|_| !diagnostics.has_errors()) else {
        return Err(Failure::messages(&diagnostics));
    };
    let date = now.origin.date.clone();
    let new = Texts { document: now.document, overlays: now.overlays, config: now.config };
    let (old, index) = match &args.old {
        Some(path) => (base::texts_of_file(path, &new)?, base::read_index(workspace)),
        None => {
            (base::texts_of_commit(workspace, &args.base)?, base::index_of_commit(workspace, &args.base)?)
        }
    };
    begin_step("comparing the documents and their crates");
    let judged = judge_change(&old, &new, &index, &date)?;
    let categories = groups::group_changes(&judged.found);
    match &args.output {
        Some(folder) => {
            let links = Links::to_files(args.links.as_deref(), args.page.as_deref());
            let files = [
                (BODY, body::render_body(&judged, &categories, &links)),
                (LIST, full::render_list(&judged, &categories)),
                (PAGE, page::render_page(&judged, &categories)),
            ];
            write_files(folder, &files)?;
        }
        None => print_line(&body::render_body(&judged, &categories, &Links::default())),
    }
    if args.write {
        write_entry(&judged, workspace)?;
    }
    Ok(())
}

fn write_files(folder: &Path, files: &[(&str, String)]) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::io("create the folder", folder, &error))?;
    for (name, text) in files {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| Failure::io("write the file", &path, &error))?;
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    print_error(&format!("{}: {}", folder.display(), names.join(", ")));
    Ok(())
}

fn write_entry(judged: &Judged, workspace: &Workspace) -> Result<(), Failure> {
    let (from, to) = &judged.version;
    if from == to {
        print_error("there is nothing to write");
        return Ok(());
    }
    let mut written = changelog::write_entry(workspace, &judged.entry, from, to)?;
    written.extend(renames::write_renames(judged, workspace)?);
    if written.is_empty() {
        print_error("changelog and version are up to date: run `cargo xtask codegen` next");
    } else {
        print_error(&format!("{}: run `cargo xtask codegen` next", written.join(", ")));
    }
    Ok(())
}
