//! `cargo xtask codegen`: generates a crate on disk, or checks that the crate on disk is up to date.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use openapi_client_generator::crates::{Folder, check_folders, generate_crate, push_option, write_folders};
use openapi_client_generator::failure::Failure;
use openapi_client_generator::files::read_pages;
use openapi_client_generator::output::claim_folder;
use openapi_client_generator::paths::{real_path, relative_path, to_slashes};
use openapi_client_generator::progress::begin_step;
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::render::Output;
use whop_codegen::{Dependencies, Inputs, Layout, Options, Placement};

use crate::input::{Choice, gather_texts};
use crate::workspace::Workspace;

/// The command, as it is named in generated files.
const COMMAND: &str = "cargo xtask codegen";
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
    let mut generated = generate_crate(inputs, &options)?;
    let calls = generated.contract.take().map(|contents| Output { path: CALLS.to_owned(), contents });
    let mut folders = vec![Folder { name: &target.name, path: &target.folder, files: &generated.files }];
    if calls.is_some() {
        folders.push(Folder { name: CONTRACT, path: &contract, files: calls.as_slice() });
    }
    if args.check {
        check_folders(&folders, &generated.summary, begin, &render_command(args))
    } else {
        write_folders(&folders, &generated.summary, begin)
    }
}

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
        read_pages(texts.config.as_ref(), workspace.root(), &mut diagnostics)
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
        placement: place_crate(target, workspace),
    })
}

/// How a crate in this folder is built: from the crates of this checkout.
fn place_crate(target: &Target, workspace: &Workspace) -> Placement {
    let crates = relative_path(&real_path(&target.folder), &real_path(&workspace.path(CRATES)));
    let layout = if target.vendored { Layout::Member } else { Layout::Standalone };
    let dependencies = Dependencies::Folder(to_slashes(&crates));
    Placement { command: COMMAND.to_owned(), dependencies, layout, package: None }
}

/// The command that brings the crate up to date.
fn render_command(args: &Codegen) -> String {
    let mut command = COMMAND.to_owned();
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
        push_option(&mut command, name, &path.display().to_string());
    }
    command
}
