//! `cargo xtask review`: renders the description of a pull request for a new document, and writes changelog and version.

mod base;
mod changelog;
mod names;
mod size;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::diff::{self, Diff, Kind, Verdict, diff, escape_markdown, next_version};
use whop_codegen::document::Source;
use whop_codegen::ir::Operation;
use whop_codegen::model::Model;
use whop_codegen::{Generated, Inputs, Options, generate};

use self::base::Texts;
use self::names::Renames;
use crate::failure::Failure;
use crate::input::{Choice, gather_texts};
use crate::spec::diff::{Companions, read_model};
use crate::spec::overlay::overlay_effects;
use crate::terminal::{self, count_noun, print_error, print_line};
use crate::workspace::Workspace;

/// The most items of a list that are shown.
const SHOWN: usize = 50;

/// Report, as Markdown, what the vendored document changes against an older one.
///
/// The report has the changes of the API, renamed and removed Rust items, dead overlay actions, the size of the regenerated
/// diff, and the next version with its changelog entry.
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
}

/// The facts that the report is rendered from.
struct Judged {
    found: Diff,
    renames: Renames,
    dead: Vec<String>,
    ghosts: Vec<String>,
    size: String,
    verdict: Verdict,
    /// The version before and after.
    version: (String, String),
    entry: String,
}

pub(crate) fn run(args: &Review, workspace: &Workspace) -> Result<(), Failure> {
    let mut diagnostics = Diagnostics::default();
    let now = gather_texts(Choice::default(), workspace, &mut diagnostics);
    let Some(now) = now.filter(|_| !diagnostics.has_errors()) else {
        return Err(Failure::messages(&diagnostics));
    };
    let date = now.origin.date.clone();
    let new = Texts { document: now.document, overlays: now.overlays, config: now.config };
    let old = match &args.old {
        Some(path) => base::texts_of_file(path, &new)?,
        None => base::texts_of_commit(workspace, &args.base)?,
    };
    let judged = judge_change(&old, &new, &date)?;
    print_line(&render_review(&judged));
    if args.write {
        let (from, to) = &judged.version;
        if from == to {
            print_error("there is nothing to write");
            return Ok(());
        }
        let written = changelog::write_entry(workspace, &judged.entry, from, to)?;
        print_error(&format!("{}: run `cargo xtask codegen` next", written.join(", ")));
    }
    Ok(())
}

fn judge_change(old: &Texts, new: &Texts, date: &str) -> Result<Judged, Failure> {
    let plain = |texts: &Texts| {
        let companions = Companions { overlays: Vec::new(), config: texts.config.clone() };
        read_model(texts.document.clone(), &companions)
    };
    let (old_model, new_model) = (plain(old)?, plain(new)?);
    let found = diff(&old_model, &new_model);
    let (old_crate, new_crate) = (generate_crate(old)?, generate_crate(new)?);
    let renames = names::compare_names(
        names_of(&old_crate),
        names_of(&new_crate),
        &find_moved_items(&old_model, &new_model, &found),
    );
    let overlaid = |texts: &Texts, plain: &Model| {
        let companions = Companions { overlays: texts.overlays.clone(), config: texts.config.clone() };
        overlay_effects(&texts.document, &companions, plain)
    };
    let (before, after) = (overlaid(old, &old_model)?, overlaid(new, &new_model)?);
    let verdict = if renames.is_empty() { found.verdict() } else { Verdict::Major };
    let from = crate_version(old.config.as_ref());
    let to = if found.is_empty() && renames.is_empty() {
        Some(from.clone())
    } else {
        next_version(&from, verdict)
    };
    let to = to.ok_or_else(|| {
        Failure::new(format!(
            "error[version]: `{from}` is not a version of three numbers\n --> spec/codegen.toml\n = help: write it as `0.1.0`"
        ))
    })?;
    Ok(Judged {
        entry: changelog::render_entry(&found, &renames, &new_model.api.version, date),
        size: size::compare_files(&old_crate.files, &new_crate.files),
        ghosts: after.made.difference(&before.made).cloned().collect(),
        found,
        renames,
        dead: after.dead,
        verdict,
        version: (from, to),
    })
}

/// Renamed components, and operations with another id under the same method and path.
fn find_moved_items(old: &Model, new: &Model, found: &Diff) -> names::Moved {
    let renamed = found.changes.iter().filter(|change| change.kind == Kind::TypeRenamed);
    let types = renamed.filter_map(|change| Some((change.old.as_ref()?, change.new.as_ref()?)));
    let mut moved: names::Moved =
        types.map(|(old, new)| (old.pointer.clone(), new.pointer.clone())).collect();
    for operation in &old.api.operations {
        let same = |other: &&Operation| (other.verb, &other.path) == (operation.verb, &operation.path);
        if let Some(twin) = new.api.operations.iter().find(same).filter(|twin| twin.id != operation.id) {
            moved.insert(operation.id.clone(), twin.id.clone());
        }
    }
    moved
}

/// Generates the crate of a document with the current generator.
fn generate_crate(texts: &Texts) -> Result<Generated, Failure> {
    let inputs = Inputs {
        document: texts.document.clone(),
        overlays: texts.overlays.clone(),
        config: texts.config.clone(),
        pages: std::collections::BTreeMap::new(),
        origin: whop_codegen::emit::Origin::default(),
        crates: "../codegen".to_owned(),
        standalone: false,
    };
    let generated = generate(inputs, &Options { allow_dead_actions: true, ..Options::default() });
    if generated.failed {
        Err(Failure::new(generated.messages.render(terminal::style())))
    } else {
        Ok(generated)
    }
}

fn names_of(generated: &Generated) -> &str {
    let file = generated.files.iter().find(|file| file.path == "names.txt");
    file.map_or("", |file| file.contents.as_str())
}

/// The crate's version in a configuration.
fn crate_version(config: Option<&Source>) -> String {
    let table: Option<toml::Table> = config.and_then(|config| toml::from_str(&config.text).ok());
    let version =
        table.as_ref().and_then(|table| table.get("crate")?.get("version")?.as_str().map(str::to_owned));
    version.unwrap_or_else(|| "0.1.0".to_owned())
}

fn render_review(judged: &Judged) -> String {
    let Judged { found, renames, dead, ghosts, size, verdict, version: (from, to), entry } = judged;
    let mut out = format!("## What the document changes\n\n{}", diff::render_markdown(found));
    let _ = writeln!(out, "\n## Rust items\n");
    if renames.is_empty() {
        out.push_str("No item is renamed or removed.\n");
    } else {
        let pairs = renames.renamed.iter().map(|(old, new)| format!("`{old}` is now `{new}`"));
        let gone = renames.removed.iter().map(|old| format!("`{old}` is gone"));
        render_list(&mut out, &pairs.chain(gone).collect::<Vec<_>>());
    }
    if !dead.is_empty() {
        let _ = writeln!(out, "\n## The overlay: {}\n", count_noun(dead.len(), "dead action"));
        render_list(&mut out, dead);
    }
    if !ghosts.is_empty() {
        let _ = writeln!(
            out,
            "\n## The overlay: {}\n\nThe overlay describes fields that the document no longer has, and so creates them again.\n",
            count_noun(ghosts.len(), "field that it brings back")
        );
        render_list(&mut out, ghosts);
    }
    let _ = writeln!(out, "\n## The regenerated crate\n\n{size}");
    if from == to {
        let _ = writeln!(out, "\n## Version\n\n{from} stays.");
        return out;
    }
    let why = if found.verdict() == *verdict { "" } else { ", since Rust items were renamed or removed" };
    let _ = writeln!(out, "\n## Version\n\n{from} becomes {to}: {verdict}{why}.");
    let _ = writeln!(out, "\n## Entry of the changelog\n\n```markdown\n{}\n```", entry.replace("```", "'''"));
    out
}

fn render_list(out: &mut String, items: &[String]) {
    for item in items.iter().take(SHOWN) {
        let _ = writeln!(out, "- {}", escape_markdown(item));
    }
    if items.len() > SHOWN {
        let _ = writeln!(out, "- and {} more", items.len() - SHOWN);
    }
}
