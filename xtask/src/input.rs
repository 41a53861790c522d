//! Reads the input files of the generator and reports files that cannot be read.

use std::path::{Path, PathBuf};

use openapi_client_generator::files::transpose_read;
use openapi_client_generator::input::{read_bytes, read_folder, read_overlays, read_source, sha256_digest};
use serde::Deserialize;
use whop_codegen::config::position_at;
use whop_codegen::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use whop_codegen::document::Source;
use whop_codegen::emit::Origin;

use crate::workspace::Workspace;

/// The vendored document, as YAML or JSON.
pub(crate) const DOCUMENTS: [&str; 2] = ["spec/whop.openapi.yaml", "spec/whop.openapi.json"];
/// The overlay, if it is one file.
pub(crate) const OVERLAY: &str = "spec/overlay.yaml";
/// The folder of the overlays, if there are several.
pub(crate) const OVERLAYS: &str = "spec/overlay";
pub(crate) const CONFIG: &str = "spec/codegen.toml";
pub(crate) const RENAMES: &str = "spec/renames.toml";
pub(crate) const SOURCE: &str = "spec/source.toml";

/// The files chosen on the command line.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Choice<'a> {
    /// Another document than the vendored one.
    pub(crate) spec: Option<&'a Path>,
    /// Other overlays: files, or folders of files.
    pub(crate) overlays: &'a [PathBuf],
    /// Another configuration.
    pub(crate) config: Option<&'a Path>,
    /// Other renames.
    pub(crate) renames: Option<&'a Path>,
}

/// The input of the generator.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    pub(crate) document: Source,
    pub(crate) overlays: Vec<Source>,
    pub(crate) config: Option<Source>,
    pub(crate) renames: Option<Source>,
    pub(crate) origin: Origin,
}

/// Where the vendored document comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Vendored {
    url: String,
    date: String,
    /// The digest of the file.
    sha256: String,
    /// The digest of what was served, if it is not the file.
    served_sha256: Option<String>,
}

/// The name of the vendored document.
pub(crate) fn vendored_document(workspace: &Workspace) -> &'static str {
    let [yaml, json] = DOCUMENTS;
    if !workspace.path(yaml).exists() && workspace.path(json).exists() { json } else { yaml }
}

/// Reads all input files, with a message for each that cannot be read.
pub(crate) fn gather_texts(
    choice: Choice<'_>,
    workspace: &Workspace,
    diagnostics: &mut Diagnostics,
) -> Option<Texts> {
    let own = |name: &str| (workspace.path(name), name.to_owned());
    let given = |path: &Path| (path.to_path_buf(), path.display().to_string());
    let vendored = choice.spec.is_none();
    let companion =
        |chosen: Option<&Path>, name: &str| chosen.map(given).or_else(|| vendored.then(|| own(name)));

    let vendored_name = vendored_document(workspace);
    if vendored && DOCUMENTS.iter().all(|name| workspace.path(name).exists()) {
        let [one, other] = DOCUMENTS;
        diagnostics.push(
            Diagnostic::error(Code::new("two-documents"), format!("both `{one}` and `{other}` exist"))
                .at_place(Place::File { file: one.to_owned() })
                .help(format!("remove the one that {SOURCE} does not name")),
        );
    }
    let document = read_bytes(choice.spec.map_or_else(|| own(vendored_name), given), diagnostics);
    let digest = document.as_ref().map(|(_, bytes)| sha256_digest(bytes)).unwrap_or_default();
    let document = document.and_then(|(name, bytes)| Source::from_bytes(name, bytes, diagnostics));
    let overlays = if vendored && choice.overlays.is_empty() {
        read_own_overlays(workspace, diagnostics)
    } else {
        read_overlays(choice.overlays, diagnostics)
    };
    let config = companion(choice.config, CONFIG).map(|file| read_source(file, diagnostics));
    // Without renames there is no file.
    let renames = companion(choice.renames, RENAMES)
        .filter(|(path, _)| choice.renames.is_some() || path.exists())
        .map(|file| read_source(file, diagnostics));
    let origin = if vendored {
        let record =
            read_source(own(SOURCE), diagnostics).and_then(|record| parse_origin(&record, diagnostics));
        let record = record.filter(|(_, kept)| {
            document.is_none() || is_recorded_document(kept, vendored_name, &digest, diagnostics)
        });
        record.map(|(origin, _)| origin)
    } else {
        Some(Origin { sha256: digest, ..Origin::default() })
    };
    // An inner `None` is a file that could not be read.
    Some(Texts {
        document: document?,
        overlays: overlays?,
        config: transpose_read(config)?,
        renames: transpose_read(renames)?,
        origin: origin?,
    })
}

/// Reads the overlays of the vendored document: `spec/overlay.yaml`, or each file of `spec/overlay`.
pub(crate) fn read_own_overlays(workspace: &Workspace, diagnostics: &mut Diagnostics) -> Option<Vec<Source>> {
    let folder = workspace.path(OVERLAYS);
    let file = (workspace.path(OVERLAY), OVERLAY.to_owned());
    if !folder.is_dir() {
        return read_source(file, diagnostics).map(|overlay| vec![overlay]);
    }
    if file.0.exists() {
        diagnostics.push(
            Diagnostic::error(Code::new("two-overlays"), format!("both `{OVERLAY}` and `{OVERLAYS}/` exist"))
                .at_place(Place::File { file: OVERLAY.to_owned() })
                .help(format!("move the file into `{OVERLAYS}/`")),
        );
        return None;
    }
    read_folder(&folder, OVERLAYS, diagnostics)
}

/// Where the document comes from, and the digest of the file. The origin has the digest of what was served.
fn parse_origin(record: &Source, diagnostics: &mut Diagnostics) -> Option<(Origin, String)> {
    match toml::from_str::<Vendored>(&record.text) {
        Ok(Vendored { url, date, sha256, served_sha256 }) => {
            let served = served_sha256.unwrap_or_else(|| sha256.clone());
            Some((Origin { sha256: served, date, url }, sha256))
        }
        Err(error) => {
            let position = position_at(&record.name, &record.text, error.span().map_or(0, |span| span.start));
            diagnostics.push(
                Diagnostic::error(Code::new("source"), error.message().to_owned())
                    .at_place(Place::Position(position))
                    .help("the file holds exactly `url`, `date`, `sha256` and `served-sha256` of the vendored document"),
            );
            None
        }
    }
}

fn is_recorded_document(kept: &str, name: &str, digest: &str, diagnostics: &mut Diagnostics) -> bool {
    if kept == digest {
        return true;
    }
    let message = format!("the document differs from the one recorded in {SOURCE}: its SHA-256 is {digest}");
    diagnostics.push(
        Diagnostic::error(Code::new("digest"), message).at_place(Place::File { file: name.to_owned() }).help(format!(
            "restore the document with `git checkout {name}` and put corrections into an overlay; to replace it \
             by a newer one, run `cargo xtask spec pull`"
        )),
    );
    false
}
