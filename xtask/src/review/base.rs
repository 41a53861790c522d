//! The base of a review: the texts of a commit, or a file with the current overlays and configuration.

use std::path::Path;
use std::process::Command;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::input::{read_source, sort_overlays};
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::document::Source;

use crate::cargo;
use crate::input::{CONFIG, DOCUMENTS, OVERLAY, OVERLAYS};
use crate::workspace::Workspace;

/// The index of names of the crate.
const INDEX: &str = "generated/names.txt";

/// The input of the generator.
pub(super) struct Texts {
    pub(super) document: Source,
    pub(super) overlays: Vec<Source>,
    pub(super) config: Option<Source>,
}

/// A document on disk with the overlays and the configuration of `now`.
pub(super) fn texts_of_file(path: &Path, companions: &Texts) -> Result<Texts, Failure> {
    let mut diagnostics = Diagnostics::default();
    let document = read_source((path.to_path_buf(), path.display().to_string()), &mut diagnostics);
    let document = document.ok_or_else(|| Failure::messages(&diagnostics))?;
    Ok(Texts { document, overlays: companions.overlays.clone(), config: companions.config.clone() })
}

/// The texts of a commit.
pub(super) fn texts_of_commit(workspace: &Workspace, revision: &str) -> Result<Texts, Failure> {
    // Whatever it is called, it is a revision: not an option, and one commit.
    let resolved = run_git(
        workspace,
        &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")],
    )?;
    let Some(resolved) = resolved else {
        return Err(missing_base(
            &format!("`{revision}` is not a commit"),
            "pass a commit with `--base`, or a document with `--old`",
        ));
    };
    let commit = String::from_utf8_lossy(&resolved).trim().to_owned();
    let text = |name: &str| -> Result<Option<Source>, Failure> {
        let Some(bytes) = run_git(workspace, &["show", &format!("{commit}:{name}")])? else {
            return Ok(None);
        };
        let mut diagnostics = Diagnostics::default();
        let shown = format!("{revision}:{name}");
        let source = Source::from_bytes(shown, bytes, &mut diagnostics);
        source.map(Some).ok_or_else(|| Failure::messages(&diagnostics))
    };
    let [one, other] = DOCUMENTS;
    let document = match text(one)? {
        Some(document) => Some(document),
        None => text(other)?,
    };
    let Some(document) = document else {
        let message = format!("the commit `{revision}` has neither {one} nor {other}");
        return Err(missing_base(&message, "pass another commit with `--base`, or a document with `--old`"));
    };
    // The same rule as for the files on disk: one file, or each of a folder.
    let listed = run_git(workspace, &["ls-tree", "--name-only", &commit, OVERLAY, &format!("{OVERLAYS}/")])?;
    let listed = String::from_utf8_lossy(&listed.unwrap_or_default()).into_owned();
    let mut overlays = Vec::new();
    for name in sort_overlays(listed.lines().map(str::to_owned).collect()) {
        overlays.extend(text(&name)?);
    }
    Ok(Texts { document, overlays, config: text(CONFIG)? })
}

/// The index of names that a commit published; empty if it has none.
pub(super) fn index_of_commit(workspace: &Workspace, revision: &str) -> Result<String, Failure> {
    let bytes = run_git(workspace, &["show", "--end-of-options", &format!("{revision}:{INDEX}")])?;
    Ok(String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned())
}

/// The index of names on disk; empty if there is none.
pub(super) fn read_index(workspace: &Workspace) -> String {
    std::fs::read_to_string(workspace.path(INDEX)).unwrap_or_default()
}

/// The output of git, or `None` if it fails.
fn run_git(workspace: &Workspace, arguments: &[&str]) -> Result<Option<Vec<u8>>, Failure> {
    let mut command = Command::new("git");
    command.current_dir(workspace.root()).args(arguments);
    let output = cargo::run(&mut command)?;
    Ok(output.status.success().then_some(output.stdout))
}

fn missing_base(message: &str, help: &str) -> Failure {
    Failure::new(format!("error[base]: {message}\n = help: {help}\n\n1 error"))
}
