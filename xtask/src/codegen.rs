//! `cargo xtask codegen`: generates a crate on disk, or checks that the crate on disk is up to date.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use whop_codegen::config::{Config, Package};
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::document::Source;
use whop_codegen::render::Output;
use whop_codegen::{Inputs, Options, Summary, generate};

use crate::failure::Failure;
use crate::input::{Choice, gather_texts, read_source};
use crate::output::{Plan, Written, claim_folder, describe_drift, write};
use crate::progress::begin_step;
use crate::terminal::{self, count_noun, print_error, print_line};
use crate::workspace::{Workspace, real_path, relative_path};

/// The crate of the vendored document.
const CRATE: &str = "generated";
const CRATES: &str = "codegen";
/// The folder and the file that receive a call of every operation, for the contract tests.
const CONTRACT: &str = "tests/contract";
const CALLS: &str = "calls.rs";
/// The module with the helper functions that these calls use.
const CONTRACT_HELPERS: &str = "whop_tests::calls";

/// Generate a client crate from an OpenAPI document.
///
/// Without options, the vendored document of Whop becomes the crate in `generated`.
#[derive(Debug, Args)]
pub(crate) struct Codegen {
    /// Write nothing; fail if the crate on disk is not up to date.
    #[arg(long)]
    check: bool,
    /// Another document, JSON or YAML, without overlay and configuration unless they are given too.
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,
    /// An OpenAPI Overlay to apply to the document, or a folder with several; may be repeated [default: spec/overlay.yaml, or
    /// each spec/overlay/*.yaml]
    #[arg(long, value_name = "PATH")]
    overlay: Vec<PathBuf>,
    /// The configuration of the generator [default: spec/codegen.toml]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Old names that the crate keeps as deprecated aliases [default: spec/renames.toml]
    #[arg(long, value_name = "FILE")]
    renames: Option<PathBuf>,
    /// Print which values have no type, by reason: those that are any JSON, or an object with any members.
    #[arg(long)]
    report_untyped: bool,
    /// The folder of the crate; its `src`, `Cargo.toml`, `rustfmt.toml` and `names.txt` are replaced [default: generated]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The folder that a crate is written into.
struct Target {
    folder: PathBuf,
    /// Its name in messages.
    name: String,
    /// Whether it is the crate of this repository.
    vendored: bool,
}

pub(crate) fn run(args: &Codegen, workspace: &Workspace) -> Result<(), Failure> {
    let begin = Instant::now();
    let target = resolve_target(args, workspace)?;
    begin_step("reading the document");
    let inputs = gather_inputs(args, &target, workspace)?;
    let contract = workspace.path(CONTRACT);
    let with_contract = target.vendored && contract.is_dir();
    let contract_helpers = with_contract.then(|| CONTRACT_HELPERS.to_owned());
    // The configuration of one document may serve another, of which not every entry is true.
    let allow_dead = args.spec.is_some();
    let options = Options { contract_helpers, allow_dead, report_untyped: args.report_untyped };
    begin_step("generating the crate");
    let mut generated = generate(inputs, &options);
    if generated.failed {
        return Err(Failure::new(generated.messages.render(terminal::style())));
    }
    if !generated.messages.is_empty() {
        print_error(&generated.messages.render(terminal::style()));
    }
    if let Some(report) = &generated.untyped {
        print_line(report.to_string().trim_end());
    }
    let counts = describe_counts(&generated.summary);
    let calls = generated.contract.take().map(|contents| Output { path: CALLS.to_owned(), contents });
    let mut folders = vec![(target.name.as_str(), target.folder.as_path(), generated.files.as_slice())];
    if calls.is_some() {
        folders.push((CONTRACT, contract.as_path(), calls.as_slice()));
    }
    begin_step(if args.check { "comparing the files" } else { "writing the files" });
    if args.check {
        return check_folders(args, &folders, &counts, begin);
    }
    print_line(&counts);
    for (name, folder, files) in folders {
        let Written { written, unchanged, removed } = write(folder, files)?;
        print_line(&format!(
            "{name}: {} written, {unchanged} unchanged, {removed} removed, in {}",
            count_noun(written, "file"),
            format_elapsed(begin),
        ));
    }
    Ok(())
}

/// A folder with its name in messages and the files it should hold.
type Folder<'a> = (&'a str, &'a Path, &'a [Output]);

fn resolve_target(args: &Codegen, workspace: &Workspace) -> Result<Target, Failure> {
    let own = workspace.path(CRATE);
    let Some(out) = &args.out else {
        return Ok(Target { folder: own, name: CRATE.to_owned(), vendored: true });
    };
    let folder = real_path(out);
    let vendored = folder == real_path(&own);
    if vendored && args.spec.is_some() {
        let message =
            format!("`{CRATE}` holds the crate of the vendored document; name another folder for `--out`");
        return Err(Failure::usage(&message));
    }
    Ok(Target { folder, name: out.display().to_string(), vendored })
}

fn gather_inputs(args: &Codegen, target: &Target, workspace: &Workspace) -> Result<Inputs, Failure> {
    let mut diagnostics = Diagnostics::default();
    if !target.vendored {
        claim_folder(&target.folder, &target.name, &mut diagnostics);
    }
    let choice = Choice {
        spec: args.spec.as_deref(),
        overlays: &args.overlay,
        config: args.config.as_deref(),
        renames: args.renames.as_deref(),
    };
    let texts = gather_texts(choice, workspace, &mut diagnostics);
    let Some(texts) = texts.filter(|_| !diagnostics.has_errors()) else {
        return Err(Failure::messages(&diagnostics));
    };
    let pages = if target.vendored {
        read_pages(texts.config.as_ref(), workspace, &mut diagnostics)
    } else {
        Some(BTreeMap::new())
    };
    let Some(pages) = pages else { return Err(Failure::messages(&diagnostics)) };
    Ok(Inputs {
        document: texts.document,
        overlays: texts.overlays,
        config: texts.config,
        renames: texts.renames,
        pages,
        origin: texts.origin,
        crates: to_slashes(&relative_path(&real_path(&target.folder), &real_path(&workspace.path(CRATES)))),
        standalone: !target.vendored,
    })
}

/// The Markdown files that the configuration names, by their paths from the root of the repository. A crate elsewhere has none.
fn read_pages(
    config: Option<&Source>,
    workspace: &Workspace,
    diagnostics: &mut Diagnostics,
) -> Option<BTreeMap<String, String>> {
    // An invalid configuration has no pages here; the generator reports what is wrong with it.
    let config: Config = config.and_then(|config| toml::from_str(&config.text).ok()).unwrap_or_default();
    let Package { readme, guides, .. } = config.package;
    let files = readme.into_iter().chain(guides.into_iter().map(|guide| guide.file));
    files
        .map(|file| {
            let text = read_source((workspace.path(&file), file.clone()), diagnostics)?.text;
            Some((file, text))
        })
        .collect()
}

/// A path with slashes, as Cargo.toml accepts it on every system.
fn to_slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

fn check_folders(
    args: &Codegen,
    folders: &[Folder<'_>],
    counts: &str,
    begin: Instant,
) -> Result<(), Failure> {
    let mut texts = Vec::new();
    let mut unchanged = 0;
    for (name, folder, files) in folders {
        let plan = Plan::compare(folder, files)?;
        texts.extend(describe_drift(&plan, name, &render_command(args)));
        unchanged += plan.unchanged;
    }
    if !texts.is_empty() {
        return Err(Failure::new(texts.join("\n")));
    }
    let names: Vec<&str> = folders.iter().map(|(name, ..)| *name).collect();
    print_line(counts);
    print_line(&format!(
        "{}: {} up to date, checked in {}",
        names.join(", "),
        count_noun(unchanged, "file"),
        format_elapsed(begin)
    ));
    Ok(())
}

fn describe_counts(summary: &Summary) -> String {
    let Summary { operations, models, enums, unions, webhooks, .. } = *summary;
    let counted = [
        (operations, "operation"),
        (models, "model"),
        (enums, "enum"),
        (unions, "union"),
        (webhooks, "webhook"),
    ];
    counted.map(|(number, word)| count_noun(number, word)).join(", ")
}

fn format_elapsed(begin: Instant) -> String {
    format!("{:.2} s", begin.elapsed().as_secs_f64())
}

/// The command that brings the crate up to date.
fn render_command(args: &Codegen) -> String {
    let mut command = "cargo xtask codegen".to_owned();
    let options = [
        ("spec", args.spec.as_slice()),
        ("overlay", args.overlay.as_slice()),
        ("config", args.config.as_slice()),
        ("renames", args.renames.as_slice()),
        ("out", args.out.as_slice()),
    ];
    for (name, path) in
        options.into_iter().flat_map(|(name, paths)| paths.iter().map(move |path| (name, path)))
    {
        let path = path.display().to_string();
        let plain = path.chars().all(|c| c.is_alphanumeric() || "/._-:\\".contains(c));
        let path = if plain { path } else { format!("'{}'", path.replace('\'', r"'\''")) };
        command.push_str(&format!(" --{name} {path}"));
    }
    command
}
