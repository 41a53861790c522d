//! Gathers the facts of a review: compares the models and the crates of two documents.

use openapi_client_generator::diff::{Companions, read_model};
use openapi_client_generator::failure::Failure;
use openapi_client_generator::terminal::count_noun;
use whop_codegen::diagnostic::Severity;
use whop_codegen::diff::{Change, Diff, Impact, Kind, Verdict, diff, next_version};
use whop_codegen::document::Source;
use whop_codegen::ir::Operation;
use whop_codegen::model::Model;
use whop_codegen::{Generated, Inputs, Options, generate};

use super::base::Texts;
use super::decisions::{Decision, compare_decisions};
use super::misfits::{Misfits, collect_misfits};
use super::names::{Moved, Renames, compare_names};
use super::setters::find_renamed_setters;
use super::{changelog, size};

/// The facts that a review is rendered from.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) found: Diff,
    pub(super) renames: Renames,
    /// The renamed setters, as entries of the file of renames.
    pub(super) setters: Vec<(String, String)>,
    /// The index of the new names.
    pub(super) index: String,
    pub(super) misfits: Misfits,
    pub(super) decisions: Vec<Decision>,
    /// The size of the difference between the two crates.
    pub(super) size: String,
    /// The messages of the generator, if it cannot generate the crate of the new document, or of the old one.
    pub(super) failures: Failures,
    pub(super) verdict: Verdict,
    /// Why the verdict is what it is.
    pub(super) reason: String,
    /// The crate's version before and after.
    pub(super) version: (String, String),
    /// The API's version before and after.
    pub(super) api_version: (String, String),
    /// Operations, then events: before and after.
    pub(super) sizes: [(usize, usize); 2],
    pub(super) date: String,
    pub(super) entry: String,
}

/// The messages of runs that failed.
#[derive(Debug, Default)]
pub(super) struct Failures {
    pub(super) new: Option<String>,
    pub(super) old: Option<String>,
}

/// Compares two inputs of the generator. `index` is the index of names that was published with the old one, for the case that
/// the current generator cannot generate the old crate any more.
pub(super) fn judge_change(old: &Texts, new: &Texts, index: &str, date: &str) -> Result<Judged, Failure> {
    let plain = |texts: &Texts| {
        let companions = Companions { overlays: Vec::new(), config: texts.config.clone() };
        read_model(texts.document.clone(), &companions)
    };
    let (old_model, new_model) = (plain(old)?, plain(new)?);
    let found = diff(&old_model, &new_model);
    let (old_crate, new_crate) = (generate_crate(old), generate_crate(new));
    let old_names = if old_crate.failed { index } else { find_file(&old_crate, "names.txt") };
    let renames = if new_crate.failed {
        Renames::default()
    } else {
        let moved = find_moved_items(&old_model, &new_model, &found);
        compare_names(old_names, find_file(&new_crate, "names.txt"), &moved)
    };
    let verdict = if renames.is_empty() { found.verdict() } else { Verdict::Major };
    let from = crate_version(old.config.as_ref());
    let version = choose_version(&from, &found, &renames, verdict)?;
    let api_version = find_api_versions(&found, &old_model, &new_model);
    let index = find_file(&new_crate, "names.txt");
    Ok(Judged {
        setters: find_renamed_setters(&found, &new_model.api.operations, index),
        index: index.to_owned(),
        entry: changelog::render_entry(&found, &renames, &api_version, date),
        size: describe_size(&old_crate, &new_crate),
        misfits: collect_misfits(&new_crate.messages, &new.overlays),
        decisions: compare_decisions(
            find_file(&old_crate, "decisions.txt"),
            find_file(&new_crate, "decisions.txt"),
        ),
        failures: Failures { new: describe_failure(&new_crate), old: describe_failure(&old_crate) },
        reason: explain_verdict(&found, &renames),
        sizes: [
            (old_model.api.operations.len(), new_model.api.operations.len()),
            (old_model.api.webhooks.len(), new_model.api.webhooks.len()),
        ],
        date: date.to_owned(),
        version: (from, version),
        api_version,
        verdict,
        renames,
        found,
    })
}

fn choose_version(from: &str, found: &Diff, renames: &Renames, verdict: Verdict) -> Result<String, Failure> {
    if found.is_empty() && renames.is_empty() {
        return Ok(from.to_owned());
    }
    next_version(from, verdict).ok_or_else(|| {
        Failure::new(format!(
            "error[version]: `{from}` is not a version of three numbers\n --> spec/codegen.toml\n = help: write it as `0.1.0`"
        ))
    })
}

/// The version that each document states.
fn find_api_versions(found: &Diff, old: &Model, new: &Model) -> (String, String) {
    let changed = found.changes.iter().find(|change| change.kind == Kind::VersionChanged);
    match changed.and_then(|change| change.before.clone().zip(change.after.clone())) {
        Some(versions) => versions,
        None => (version_of(old), version_of(new)),
    }
}

/// The version of the API, else that of the document.
fn version_of(model: &Model) -> String {
    model.api.api_version.as_ref().map_or(&model.api.version, |version| &version.value).clone()
}

fn explain_verdict(found: &Diff, renames: &Renames) -> String {
    let rust = found.changes.iter().filter(|change| change.impact.rust == Impact::Breaking).count();
    let items = renames.renamed.len() + renames.removed.len();
    match (found.is_empty(), rust, items) {
        (true, _, 0) => "the two documents describe the same API".to_owned(),
        (_, 0, 0) if found.verdict() == Verdict::Minor => {
            "something was added, and no program stops compiling".to_owned()
        }
        (_, 0, 0) => "no program needs a change".to_owned(),
        (_, 0, items) => format!("{} renamed or removed", describe_items(items)),
        (_, rust, 0) => format!("{} Rust", describe_rust(rust)),
        (_, rust, items) => {
            format!("{} Rust, and {} renamed or removed", describe_rust(rust), describe_items(items))
        }
    }
}

fn describe_rust(count: usize) -> String {
    format!("{} break{}", count_noun(count, "change"), if count == 1 { "s" } else { "" })
}

fn describe_items(count: usize) -> String {
    format!("{} {}", count_noun(count, "Rust item"), if count == 1 { "is" } else { "are" })
}

/// Renamed components, fields and paths, and operations with another id under the same method and path.
fn find_moved_items(old: &Model, new: &Model, found: &Diff) -> Moved {
    let mut moved = Moved::new();
    let mut add = |old: &str, new: &str| {
        moved.entry(old.to_owned()).or_default().insert(new.to_owned());
    };
    for (old, new) in found.changes.iter().filter_map(Change::moved_places) {
        add(&old.pointer, &new.pointer);
    }
    for operation in &old.api.operations {
        let same = |other: &&Operation| (&other.verb, &other.path) == (&operation.verb, &operation.path);
        if let Some(twin) = new.api.operations.iter().find(same).filter(|twin| twin.id != operation.id) {
            add(&operation.id, &twin.id);
        }
    }
    moved
}

/// Generates the crate of a document with the current generator.
fn generate_crate(texts: &Texts) -> Generated {
    let inputs = Inputs {
        overlays: texts.overlays.clone(),
        config: texts.config.clone(),
        ..Inputs::new(texts.document.clone())
    };
    generate(inputs, &Options { allow_dead: true, ..Options::default() })
}

/// The errors of a run that failed. Its warnings are about what no longer matches, which is listed anyway.
fn describe_failure(generated: &Generated) -> Option<String> {
    if !generated.failed {
        return None;
    }
    let errors = generated.messages.iter().filter(|(diagnostic, _)| diagnostic.severity == Severity::Error);
    let blocks: Vec<String> = errors
        .map(|(diagnostic, position)| {
            let mut text = format!("error[{}]: {}", diagnostic.code, diagnostic.message);
            if let Some(position) = position {
                text.push_str(&format!("\n --> {}:{}", position.file, position.line));
            }
            if let Some(help) = &diagnostic.help {
                text.push_str(&format!("\n = help: {help}"));
            }
            text
        })
        .collect();
    Some(if blocks.is_empty() { generated.messages.to_string() } else { blocks.join("\n\n") })
}

fn describe_size(old: &Generated, new: &Generated) -> String {
    match (old.failed, new.failed) {
        (_, true) => "The crate of the new document cannot be generated yet.".to_owned(),
        (true, _) => {
            "The current generator cannot generate the crate of the old document any more.".to_owned()
        }
        _ => size::compare_files(&old.files, &new.files),
    }
}

fn find_file<'a>(generated: &'a Generated, path: &str) -> &'a str {
    let file = generated.files.iter().find(|file| file.path == path);
    file.map_or("", |file| file.contents.as_str())
}

/// The crate's version in a configuration.
fn crate_version(config: Option<&Source>) -> String {
    let table: Option<toml::Table> = config.and_then(|config| toml::from_str(&config.text).ok());
    let version =
        table.as_ref().and_then(|table| table.get("crate")?.get("version")?.as_str().map(str::to_owned));
    version.unwrap_or_else(|| "0.1.0".to_owned())
}
