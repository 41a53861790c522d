//! `cargo xtask review`: what a pull request for another document should say, and on request the lines that follow from it.

mod base;
mod changelog;
mod names;
mod size;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::diff::{self, Diff, Kind, Verdict, diff, inert, next_version};
use whop_codegen::document::Source;
use whop_codegen::ir::Operation;
use whop_codegen::model::Model;
use whop_codegen::{Generated, Inputs, generate_despite_dead_actions};

use self::base::Texts;
use self::names::Renames;
use crate::failure::Failure;
use crate::input::{Choice, gather};
use crate::spec::diff::{Companions, model};
use crate::spec::overlay::effects;
use crate::terminal::{complain, count, say};
use crate::workspace::Workspace;

/// At most this many items of a list are shown.
const SHOWN: usize = 50;

/// Tell, as markdown, what the vendored document changes against an older one.
///
/// It names what differs in the API, the Rust items that were renamed or removed, the actions of the overlay that died, the
/// size of the regenerated diff, and the version and changelog entry that follow.
#[derive(Debug, Args)]
pub(crate) struct Review {
    /// The commit to compare with: its document, overlay and configuration.
    #[arg(long, value_name = "REV", default_value = "HEAD", conflicts_with = "old")]
    base: String,
    /// A document to compare with instead, under the overlay and configuration of now.
    #[arg(long, value_name = "FILE")]
    old: Option<PathBuf>,
    /// Put the entry into CHANGELOG.md and the version into spec/codegen.toml, generated/Cargo.toml and Cargo.toml.
    #[arg(long)]
    write: bool,
}

/// All that the text is made of.
struct Judged {
    found: Diff,
    renames: Renames,
    dead: Vec<String>,
    ghosts: Vec<String>,
    size: String,
    verdict: Verdict,
    /// The versions before and after.
    version: (String, String),
    entry: String,
}

pub(crate) fn run(args: &Review, workspace: &Workspace) -> Result<(), Failure> {
    let mut diagnostics = Diagnostics::default();
    let now = gather(Choice::default(), workspace, &mut diagnostics);
    let Some(now) = now.filter(|_| !diagnostics.has_errors()) else {
        return Err(Failure::messages(&diagnostics));
    };
    let date = now.origin.date.clone();
    let new = Texts { document: now.document, overlay: now.overlay, config: now.config };
    let old = match &args.old {
        Some(path) => base::file(path, &new)?,
        None => base::commit(workspace, &args.base)?,
    };
    let judged = judge(&old, &new, &date)?;
    say(&text(&judged));
    if args.write {
        let (from, to) = &judged.version;
        if from == to {
            complain("nothing is to be written");
            return Ok(());
        }
        let written = changelog::write(workspace, &judged.entry, from, to)?;
        complain(&format!("{}: run `cargo xtask codegen` next", written.join(", ")));
    }
    Ok(())
}

fn judge(old: &Texts, new: &Texts, date: &str) -> Result<Judged, Failure> {
    let plain = |texts: &Texts| {
        let companions = Companions { overlay: None, config: texts.config.clone() };
        model(texts.document.clone(), &companions)
    };
    let (old_model, new_model) = (plain(old)?, plain(new)?);
    let found = diff(&old_model, &new_model);
    let (old_crate, new_crate) = (generated(old)?, generated(new)?);
    let renames =
        names::compare(names_of(&old_crate), names_of(&new_crate), &moved(&old_model, &new_model, &found));
    let overlaid = |texts: &Texts, plain: &Model| {
        let companions = Companions { overlay: texts.overlay.clone(), config: texts.config.clone() };
        effects(&texts.document, &companions, plain)
    };
    let (before, after) = (overlaid(old, &old_model)?, overlaid(new, &new_model)?);
    let verdict = if renames.is_empty() { found.verdict() } else { Verdict::Major };
    let from = version(old.config.as_ref());
    let to = if found.is_empty() && renames.is_empty() {
        Some(from.clone())
    } else {
        next_version(&from, verdict)
    };
    let to = to.ok_or_else(|| {
        Failure::new(format!(
            "error[version]: `{from}` is no version of three numbers\n --> spec/codegen.toml\n = help: write it as `0.1.0`"
        ))
    })?;
    Ok(Judged {
        entry: changelog::entry(&found, &renames, &new_model.api.version, date),
        size: size::compare(&old_crate.files, &new_crate.files),
        ghosts: after.made.difference(&before.made).cloned().collect(),
        found,
        renames,
        dead: after.dead,
        verdict,
        version: (from, to),
    })
}

/// What has another name in the new document: components, and operations of the same method and path.
fn moved(old: &Model, new: &Model, found: &Diff) -> names::Moved {
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

/// The crate of a document, made by the generator of now.
fn generated(texts: &Texts) -> Result<Generated, Failure> {
    let generated = generate_despite_dead_actions(Inputs {
        document: texts.document.clone(),
        overlay: texts.overlay.clone(),
        config: texts.config.clone(),
        origin: whop_codegen::emit::Origin::default(),
        crates: "../codegen".to_owned(),
        standalone: false,
    });
    if generated.failed { Err(Failure::new(generated.messages)) } else { Ok(generated) }
}

fn names_of(generated: &Generated) -> &str {
    let file = generated.files.iter().find(|file| file.path == "names.txt");
    file.map_or("", |file| file.contents.as_str())
}

/// The crate's version in a configuration.
fn version(config: Option<&Source>) -> String {
    let table: Option<toml::Table> = config.and_then(|config| toml::from_str(&config.text).ok());
    let version =
        table.as_ref().and_then(|table| table.get("crate")?.get("version")?.as_str().map(str::to_owned));
    version.unwrap_or_else(|| "0.1.0".to_owned())
}

fn text(judged: &Judged) -> String {
    let Judged { found, renames, dead, ghosts, size, verdict, version: (from, to), entry } = judged;
    let mut out = format!("## What the document changes\n\n{}", diff::markdown(found));
    let _ = writeln!(out, "\n## Rust items\n");
    if renames.is_empty() {
        out.push_str("None was renamed or removed.\n");
    } else {
        let pairs = renames.renamed.iter().map(|(old, new)| format!("`{old}` is now `{new}`"));
        let gone = renames.removed.iter().map(|old| format!("`{old}` is gone"));
        list(&mut out, &pairs.chain(gone).collect::<Vec<_>>());
    }
    if !dead.is_empty() {
        let _ = writeln!(out, "\n## The overlay: {}\n", count(dead.len(), "dead action"));
        list(&mut out, dead);
    }
    if !ghosts.is_empty() {
        let _ = writeln!(
            out,
            "\n## The overlay: {}\n\nIt describes what the document no longer has, and so makes it anew.\n",
            count(ghosts.len(), "member that it brings back")
        );
        list(&mut out, ghosts);
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

fn list(out: &mut String, items: &[String]) {
    for item in items.iter().take(SHOWN) {
        let _ = writeln!(out, "- {}", inert(item));
    }
    if items.len() > SHOWN {
        let _ = writeln!(out, "- and {} more", items.len() - SHOWN);
    }
}
