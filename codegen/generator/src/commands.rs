//! The command `openapi-client`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, Parser, Subcommand};
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::{Dependencies, Inputs, Layout, Options, Placement};

use crate::crates::{Folder, check_folders, generate_crate, push_argument, push_option, write_folders};
use crate::diff::{self, Diff};
use crate::failure::{Failure, end_command};
use crate::files::Files;
use crate::output::claim_folder;
use crate::paths::{real_path, relative_path, to_slashes};
use crate::{progress, terminal};

/// The name of the command.
const NAME: &str = "openapi-client";

/// Generate a Rust client of an API from its OpenAPI document, 3.0 to 3.2.
///
/// Exit status: 0 for success, 1 for a failure (an invalid document, an outdated crate), 2 for a wrong command line.
#[derive(Debug, Parser)]
#[command(name = NAME, version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a crate, or bring one up to date.
    Generate(Crate),
    /// Write nothing; fail if a crate on disk is not up to date.
    Check(Crate),
    /// Report the changes between the APIs of two documents and their impact on users.
    Diff(Diff),
}

/// A crate: what it is generated from, and where it is.
#[derive(Debug, Args)]
struct Crate {
    /// The document, JSON or YAML.
    document: PathBuf,
    /// The folder of the crate; its `src`, `Cargo.toml`, `rustfmt.toml` and `names.txt` are replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// An OpenAPI Overlay to apply to the document, or a folder with several; may be repeated.
    #[arg(long, value_name = "PATH")]
    overlay: Vec<PathBuf>,
    /// The configuration of the generator.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Old names that the crate keeps as deprecated aliases.
    #[arg(long, value_name = "FILE")]
    renames: Option<PathBuf>,
    /// The folder of the Markdown files that the configuration names as documentation of the crate; without it, they are left out.
    #[arg(long, value_name = "DIR")]
    pages: Option<PathBuf>,
    /// Report what in overlays, configuration and renames does not fit the document as warnings, and ignore it.
    #[arg(long)]
    allow_dead: bool,
    /// Print which values have no type, by reason: those that are any JSON, or an object with any members.
    #[arg(long)]
    report_untyped: bool,
    /// The crate is a member of a workspace; without this, it is a workspace of its own.
    #[arg(long)]
    member: bool,
    /// The folder with the crates `runtime` and `mock`, on which the generated crate depends, instead of the registry.
    #[arg(long, value_name = "DIR", conflicts_with = "runtime_git")]
    runtime_folder: Option<PathBuf>,
    /// The URL of a git repository with these crates, instead of the registry.
    #[arg(long, value_name = "URL")]
    runtime_git: Option<String>,
    /// A commit of that repository.
    #[arg(long, value_name = "REV", requires = "runtime_git")]
    runtime_rev: Option<String>,
}

/// Runs the command with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    terminal::detect_style();
    let cli = Cli::parse();
    progress::show_steps();
    end_command(match &cli.command {
        Command::Generate(args) => args.run(false),
        Command::Check(args) => args.run(true),
        Command::Diff(args) => diff::run(args, None),
    })
}

impl Crate {
    fn run(&self, check: bool) -> Result<(), Failure> {
        let begin = Instant::now();
        let inputs = self.read_inputs()?;
        let options = Options {
            allow_dead: self.allow_dead,
            report_untyped: self.report_untyped,
            ..Options::default()
        };
        let generated = generate_crate(inputs, &options)?;
        let name = self.out.display().to_string();
        let folder = Folder { name: &name, path: &real_path(&self.out), files: &generated.files };
        if check {
            check_folders(&[folder], &generated.summary, begin, &self.render_command())
        } else {
            write_folders(&[folder], &generated.summary, begin)
        }
    }

    fn read_inputs(&self) -> Result<Inputs, Failure> {
        progress::begin_step("reading the document");
        let mut diagnostics = Diagnostics::default();
        claim_folder(&real_path(&self.out), &self.out.display().to_string(), &mut diagnostics);
        let files = Files {
            document: self.document.clone(),
            overlays: self.overlay.clone(),
            config: self.config.clone(),
            renames: self.renames.clone(),
            pages: self.pages.clone(),
        };
        files.read(self.placement(), diagnostics)
    }

    fn placement(&self) -> Placement {
        let dependencies = match (&self.runtime_folder, &self.runtime_git) {
            (Some(folder), _) => {
                let path = relative_path(&real_path(&self.out), &real_path(folder));
                Dependencies::Folder(to_slashes(&path))
            }
            (None, Some(url)) => Dependencies::Git { url: url.clone(), revision: self.runtime_rev.clone() },
            (None, None) => Dependencies::Registry,
        };
        let layout = if self.member { Layout::Member } else { Layout::Standalone };
        Placement { command: NAME.to_owned(), dependencies, layout, package: None }
    }

    /// The command that brings the crate up to date.
    fn render_command(&self) -> String {
        let mut command = format!("{NAME} generate");
        push_argument(&mut command, &self.document.display().to_string());
        let path = |path: &PathBuf| path.display().to_string();
        let overlays = self.overlay.iter().map(|overlay| ("overlay", path(overlay)));
        let options = [
            ("config", self.config.as_ref().map(path)),
            ("renames", self.renames.as_ref().map(path)),
            ("pages", self.pages.as_ref().map(path)),
            ("out", Some(path(&self.out))),
            ("runtime-folder", self.runtime_folder.as_ref().map(path)),
            ("runtime-git", self.runtime_git.clone()),
            ("runtime-rev", self.runtime_rev.clone()),
        ];
        let options = options.into_iter().filter_map(|(name, value)| Some((name, value?)));
        for (name, value) in overlays.chain(options) {
            push_option(&mut command, name, &value);
        }
        for (flag, is_set) in [(" --allow-dead", self.allow_dead), (" --member", self.member)] {
            if is_set {
                command.push_str(flag);
            }
        }
        command
    }
}
