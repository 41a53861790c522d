//! `cargo xtask codegen`: a document to a crate on disk, or the news that the crate on disk is not what it should be.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::document::Source;
use whop_codegen::render::Output;
use whop_codegen::{Inputs, Summary, generate, generate_with_contract};

use crate::failure::Failure;
use crate::input::{Choice, gather};
use crate::output::{Plan, Written, claim, drift, format, write};
use crate::terminal::{complain, count, say};
use crate::workspace::{Workspace, from_to, real};

/// The crate of the vendored document.
const CRATE: &str = "generated";
const CRATES: &str = "codegen";
/// Where a call of every operation is written for the contract tests, and the file.
const CONTRACT: &str = "tests/contract";
const CALLS: &str = "calls.rs";

/// Generate a client crate from an OpenAPI document.
///
/// Without options, the vendored document of Whop becomes the crate in `generated`.
#[derive(Debug, Args)]
pub(crate) struct Codegen {
    /// Write nothing; fail if the crate on disk is not what would be written.
    #[arg(long)]
    check: bool,
    /// Another document, JSON or YAML, without overlay and configuration unless they are given too.
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,
    /// An OpenAPI Overlay to apply to the document [default: spec/overlay.yaml]
    #[arg(long, value_name = "FILE")]
    overlay: Option<PathBuf>,
    /// What is no OpenAPI fact [default: spec/codegen.toml]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of the crate; its `src`, `Cargo.toml`, `rustfmt.toml` and `names.txt` are replaced [default: generated]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The folder that a crate is written into.
struct Target {
    folder: PathBuf,
    /// As shown in messages.
    name: String,
    /// Whether it is the crate of this repository, and not someone's own.
    vendored: bool,
}

pub(crate) fn run(args: &Codegen, workspace: &Workspace) -> Result<(), Failure> {
    let begin = Instant::now();
    let target = target(args, workspace)?;
    let inputs = inputs(args, &target, workspace)?;
    let contract = workspace.path(CONTRACT);
    let with_contract = target.vendored && contract.is_dir();
    let mut generated = if with_contract { generate_with_contract(inputs) } else { generate(inputs) };
    if generated.failed {
        return Err(Failure::new(generated.messages));
    }
    if !generated.messages.is_empty() {
        complain(&generated.messages);
    }
    let counts = counts(&generated.summary);
    format(&mut generated.files)?;
    let mut calls = generated.contract.take().map(|contents| Output { path: CALLS.to_owned(), contents });
    format(calls.as_mut_slice())?;
    let mut folders = vec![(target.name.as_str(), target.folder.as_path(), generated.files.as_slice())];
    if calls.is_some() {
        folders.push((CONTRACT, contract.as_path(), calls.as_slice()));
    }
    if args.check {
        return check(args, &folders, &counts, begin);
    }
    say(&counts);
    for (name, folder, files) in folders {
        let Written { written, unchanged, removed } = write(folder, files)?;
        say(&format!(
            "{name}: {} written, {unchanged} unchanged, {removed} removed, in {}",
            count(written, "file"),
            seconds(begin),
        ));
    }
    Ok(())
}

/// A folder with its name in messages and the files it should hold.
type Folder<'a> = (&'a str, &'a Path, &'a [Output]);

fn target(args: &Codegen, workspace: &Workspace) -> Result<Target, Failure> {
    let own = workspace.path(CRATE);
    let Some(out) = &args.out else {
        return Ok(Target { folder: own, name: CRATE.to_owned(), vendored: true });
    };
    let folder = real(out);
    let vendored = folder == real(&own);
    if vendored && args.spec.is_some() {
        let message =
            format!("`{CRATE}` holds the crate of the vendored document; name another folder for `--out`");
        return Err(Failure::usage(&message));
    }
    Ok(Target { folder, name: out.display().to_string(), vendored })
}

fn inputs(args: &Codegen, target: &Target, workspace: &Workspace) -> Result<Inputs, Failure> {
    let mut diagnostics = Diagnostics::default();
    if !target.vendored {
        claim(&target.folder, &target.name, &mut diagnostics);
    }
    let choice = Choice {
        spec: args.spec.as_deref(),
        overlay: args.overlay.as_deref(),
        config: args.config.as_deref(),
    };
    let texts = gather(choice, workspace, &mut diagnostics);
    let Some(mut texts) = texts.filter(|_| !diagnostics.has_errors()) else {
        return Err(Failure::messages(&diagnostics));
    };
    if !target.vendored && args.config.is_none() {
        texts.config = texts.config.map(without_readme);
    }
    Ok(Inputs {
        document: texts.document,
        overlay: texts.overlay,
        config: texts.config,
        origin: texts.origin,
        crates: slashed(&from_to(&real(&target.folder), &real(&workspace.path(CRATES)))),
        standalone: !target.vendored,
    })
}

/// Our configuration for a crate elsewhere: the path of the README leads from `generated` only. Lines keep their numbers.
fn without_readme(config: Source) -> Source {
    let line = |line: &str| if line.starts_with("readme = ") { "\n".to_owned() } else { format!("{line}\n") };
    Source { text: config.text.lines().map(line).collect(), name: config.name }
}

/// A path as Cargo.toml takes it on any system.
fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

fn check(args: &Codegen, folders: &[Folder<'_>], counts: &str, begin: Instant) -> Result<(), Failure> {
    let mut texts = Vec::new();
    let mut unchanged = 0;
    for (name, folder, files) in folders {
        let plan = Plan::compare(folder, files)?;
        texts.extend(drift(&plan, name, &command(args)));
        unchanged += plan.unchanged;
    }
    if !texts.is_empty() {
        return Err(Failure::new(texts.join("\n")));
    }
    let names: Vec<&str> = folders.iter().map(|(name, ..)| *name).collect();
    say(counts);
    say(&format!(
        "{}: {} up to date, checked in {}",
        names.join(", "),
        count(unchanged, "file"),
        seconds(begin)
    ));
    Ok(())
}

fn counts(summary: &Summary) -> String {
    let Summary { operations, models, enums, unions, webhooks, .. } = *summary;
    let counted = [
        (operations, "operation"),
        (models, "model"),
        (enums, "enum"),
        (unions, "union"),
        (webhooks, "webhook"),
    ];
    counted.map(|(number, word)| count(number, word)).join(", ")
}

fn seconds(begin: Instant) -> String {
    format!("{:.2} s", begin.elapsed().as_secs_f64())
}

/// The command that would have written what `--check` misses.
fn command(args: &Codegen) -> String {
    let mut command = "cargo xtask codegen".to_owned();
    let options =
        [("spec", &args.spec), ("overlay", &args.overlay), ("config", &args.config), ("out", &args.out)];
    for (name, path) in options {
        if let Some(path) = path {
            let path = path.display().to_string();
            let plain = path.chars().all(|c| c.is_alphanumeric() || "/._-:\\".contains(c));
            let path = if plain { path } else { format!("'{}'", path.replace('\'', r"'\''")) };
            command.push_str(&format!(" --{name} {path}"));
        }
    }
    command
}
