//! Reports the changes between two documents.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::diff::{self, Impact};
use whop_codegen::document::Source;
use whop_codegen::model::{Model, ModelInputs};

use crate::failure::Failure;
use crate::input::{read_overlays, read_source};
use crate::progress::begin_step;
use crate::terminal::{self, count_noun, print_error, print_line};

/// Report the changes between the APIs of two documents and their impact on users.
///
/// Exit status: 0 if there is a report, 1 if a document is invalid or --fail-on matches, 2 for a wrong command line.
#[derive(Debug, Args)]
pub struct Diff {
    /// The old document, JSON or YAML.
    old: PathBuf,
    /// The new document, JSON or YAML.
    new: PathBuf,
    /// The format of the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Fail if any change has this impact, on Rust or on the wire.
    #[arg(long, value_enum)]
    fail_on: Option<Worst>,
    /// An OpenAPI Overlay to apply to both documents, or a folder with several; may be repeated.
    #[arg(long, value_name = "PATH")]
    overlay: Vec<PathBuf>,
    /// The configuration of the generator, for both.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal.
    Text,
    /// For a pull request.
    Markdown,
    /// For a program.
    Json,
}

/// The impact that fails the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Worst {
    /// A change that breaks users.
    Breaking,
    /// Any change.
    Any,
}

/// Prints the report. `config` is the configuration that is used if the command line names none: its path, and its name in
/// messages.
///
/// # Errors
/// A document that is not valid, and changes for which the command line asks to fail.
pub fn run(args: &Diff, config: Option<(PathBuf, String)>) -> Result<(), Failure> {
    begin_step("comparing the documents");
    let mut diagnostics = Diagnostics::default();
    let mut given =
        |path: &Path| read_source((path.to_path_buf(), path.display().to_string()), &mut diagnostics);
    let (old, new) = (given(&args.old), given(&args.new));
    let config = match &args.config {
        Some(path) => given(path),
        None => config.and_then(|file| read_source(file, &mut diagnostics)),
    };
    let overlays = read_overlays(&args.overlay, &mut diagnostics);
    let (Some(old), Some(new), Some(overlays), false) = (old, new, overlays, diagnostics.has_errors()) else {
        return Err(Failure::messages(&diagnostics));
    };
    let companions = Companions { overlays, config };
    let (old, new) = (read_model(old, &companions)?, read_model(new, &companions)?);
    for action in new
        .dead_actions
        .iter()
        .filter(|action| !old.dead_actions.iter().any(|known| known.message == action.message))
    {
        print_error(&format!("warning[dead-action]: for {}: {action}", args.new.display()));
    }
    let found = diff::diff(&old, &new);
    print_unread(&found);
    print_line(&render_report(&found, args.format)?);
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
        count_noun(worst, word)
    )))
}

/// The overlays and the configuration applied to each document.
#[derive(Debug, Clone)]
pub struct Companions {
    /// The overlays, in the order in which they are applied.
    pub overlays: Vec<Source>,
    /// The configuration.
    pub config: Option<Source>,
}

/// Warns of the parts of both documents that were left out of the comparison.
pub fn print_unread(found: &diff::Diff) {
    for diff::Unread { location, message } in &found.unread {
        print_error(&format!(
            "warning[unread]: {message}\n --> {}:{} (#{})\n = help: this part is left out of the comparison",
            location.file, location.line, location.pointer
        ));
    }
}

/// The model of a document, without the parts that cannot be read.
pub fn read_model(document: Source, companions: &Companions) -> Result<Model, Failure> {
    let Companions { overlays, config } = companions.clone();
    Model::read_leniently(ModelInputs { document, overlays, config })
        .map_err(|messages| Failure::new(messages.render(terminal::style())))
}

/// Renders the report in the chosen format.
pub fn render_report(found: &diff::Diff, format: Format) -> Result<String, Failure> {
    Ok(match format {
        Format::Text => diff::render_text(found),
        Format::Markdown => diff::render_markdown(found),
        Format::Json => {
            let json = serde_json::json!({
                "verdict": found.verdict(),
                "breaking": found.count(Impact::Breaking),
                "compatible": found.count(Impact::Compatible),
                "documentation": found.count(Impact::Documentation),
                "changes": found.changes,
                "unread": found.unread,
            });
            serde_json::to_string_pretty(&json).map_err(|error| {
                Failure::new(format!("error[internal]: the report cannot be encoded as JSON: {error}"))
            })?
        }
    })
}
