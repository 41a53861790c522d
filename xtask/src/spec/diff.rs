//! `cargo xtask spec diff`: two documents to a report of what differs, and to an exit status.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::diff::{self, Impact};
use whop_codegen::document::Source;
use whop_codegen::model::{Model, ModelInputs};

use crate::failure::Failure;
use crate::input::{CONFIG, read};
use crate::terminal::{complain, count, say};
use crate::workspace::Workspace;

/// Tell what differs between the APIs of two documents, and what that means to their users.
///
/// Exit status: 0 if there is a report, 1 if a document is faulty or --fail-on is met, 2 for a wrong command line.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The document as it was, JSON or YAML.
    old: PathBuf,
    /// The document as it is.
    new: PathBuf,
    /// How to write the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Fail if any change is as bad as this, to Rust or on the wire.
    #[arg(long, value_enum)]
    fail_on: Option<Worst>,
    /// An OpenAPI Overlay to apply to both documents.
    #[arg(long, value_name = "FILE")]
    overlay: Option<PathBuf>,
    /// What is no OpenAPI fact, for both [default: spec/codegen.toml if it is there]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal.
    Text,
    /// For a pull request.
    Markdown,
    /// For a program.
    Json,
}

/// What is not to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Worst {
    /// A change that breaks users.
    Breaking,
    /// Any change.
    Any,
}

pub(crate) fn run(args: &Diff, workspace: &Workspace) -> Result<(), Failure> {
    let mut diagnostics = Diagnostics::default();
    let mut given = |path: &Path| read((path.to_path_buf(), path.display().to_string()), &mut diagnostics);
    let (old, new) = (given(&args.old), given(&args.new));
    let overlay = args.overlay.as_deref().map(&mut given);
    let config = match &args.config {
        Some(path) => given(path),
        None => {
            let own = workspace.path(CONFIG);
            if own.exists() { read((own, CONFIG.to_owned()), &mut diagnostics) } else { None }
        }
    };
    let (Some(old), Some(new), false) = (old, new, diagnostics.has_errors()) else {
        return Err(Failure::messages(&diagnostics));
    };
    let companions = Companions { overlay: overlay.flatten(), config };
    let (old, new) = (model(old, &companions)?, model(new, &companions)?);
    for action in new.dead.iter().filter(|action| !old.dead.contains(action)) {
        complain(&format!("warning[dead-action]: for {}: {action}", args.new.display()));
    }
    let found = diff::diff(&old, &new);
    say(&report(&found, args.format)?);
    let worst = match args.fail_on {
        Some(Worst::Breaking) => found.count(Impact::Breaking),
        Some(Worst::Any) => found.changes.len(),
        None => 0,
    };
    if worst == 0 {
        return Ok(());
    }
    let word = if args.fail_on == Some(Worst::Breaking) { "breaking change" } else { "change" };
    Err(Failure::new(format!(
        "error[fail-on]: {}\n = help: they are listed in the report",
        count(worst, word)
    )))
}

/// What is applied to each document.
#[derive(Debug, Clone)]
pub(crate) struct Companions {
    pub(crate) overlay: Option<Source>,
    pub(crate) config: Option<Source>,
}

/// The model of a document.
pub(crate) fn model(document: Source, companions: &Companions) -> Result<Model, Failure> {
    let Companions { overlay, config } = companions.clone();
    Model::read(ModelInputs { document, overlay, config }).map_err(Failure::new)
}

/// The report in the format that was asked for.
pub(crate) fn report(found: &diff::Diff, format: Format) -> Result<String, Failure> {
    Ok(match format {
        Format::Text => diff::text(found),
        Format::Markdown => diff::markdown(found),
        Format::Json => {
            let json = serde_json::json!({
                "verdict": found.verdict(),
                "breaking": found.count(Impact::Breaking),
                "compatible": found.count(Impact::Compatible),
                "documentation": found.count(Impact::Documentation),
                "changes": found.changes,
            });
            serde_json::to_string_pretty(&json)
                .map_err(|error| Failure::new(format!("error[internal]: the report is no JSON: {error}")))?
        }
    })
}
