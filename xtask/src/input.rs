//! Reads the input files of the generator and reports files that cannot be read.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use whop_codegen::config::position_at;
use whop_codegen::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use whop_codegen::document::Source;
use whop_codegen::emit::Origin;

use crate::failure::describe_io_error;
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

/// The most bytes read of a file; the generator itself refuses smaller ones.
const MAX_READ: u64 = 1 << 30;

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

/// Reads overlays that are named on the command line: each a file, or a folder of files.
pub(crate) fn read_overlays(paths: &[PathBuf], diagnostics: &mut Diagnostics) -> Option<Vec<Source>> {
    let read = paths.iter().map(|path| {
        let name = path.display().to_string();
        if path.is_dir() {
            return read_folder(path, name.trim_end_matches('/'), diagnostics);
        }
        read_source((path.clone(), name), diagnostics).map(|overlay| vec![overlay])
    });
    // All are read before one that failed ends the run, so that each is reported.
    let read: Vec<_> = read.collect();
    Some(read.into_iter().collect::<Option<Vec<_>>>()?.concat())
}

/// Reads each YAML file of a folder, sorted by name.
fn read_folder(folder: &Path, name: &str, diagnostics: &mut Diagnostics) -> Option<Vec<Source>> {
    let mut names = Vec::new();
    let listed = std::fs::read_dir(folder).and_then(|entries| {
        for entry in entries {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        Ok(())
    });
    let names = sort_overlays(names);
    let (code, message) = match listed {
        Err(error) => ("unreadable", format!("the folder cannot be read: {}", describe_io_error(&error))),
        Ok(()) if names.is_empty() => ("no-overlay", "the folder has no file `*.yaml`".to_owned()),
        Ok(()) => {
            let read = names
                .iter()
                .map(|file| read_source((folder.join(file), format!("{name}/{file}")), diagnostics));
            let read: Vec<_> = read.collect();
            return read.into_iter().collect();
        }
    };
    let diagnostic =
        Diagnostic::error(Code::new(code), message).at_place(Place::File { file: name.to_owned() });
    diagnostics.push(diagnostic.help("name a folder with overlays, or an overlay"));
    None
}

/// The names of overlays among those of files, in the order in which they are applied.
pub(crate) fn sort_overlays(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| {
        let file = name.rsplit('/').next().unwrap_or(name);
        file.ends_with(".yaml") && !file.starts_with('.')
    });
    names.sort();
    names
}

fn transpose_read<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(None) => None,
        Some(some) => Some(some),
        None => Some(None),
    }
}

/// Reads a text file, given its path and its name in messages.
pub(crate) fn read_source(file: (PathBuf, String), diagnostics: &mut Diagnostics) -> Option<Source> {
    let (name, bytes) = read_bytes(file, diagnostics)?;
    Source::from_bytes(name, bytes, diagnostics)
}

/// Reads the bytes of a file, given its path and its name in messages.
pub(crate) fn read_bytes(
    (path, name): (PathBuf, String),
    diagnostics: &mut Diagnostics,
) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let read = File::open(&path).and_then(|file| {
        if file.metadata()?.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        file.take(MAX_READ).read_to_end(&mut bytes)
    });
    let Err(error) = read else { return Some((name, bytes)) };
    let (code, message, help) = match error.kind() {
        ErrorKind::NotFound => ("no-such-file", "the file does not exist".to_owned(), missing_help()),
        ErrorKind::IsADirectory => {
            let help = "name the file itself, not the folder it is in".to_owned();
            ("no-file", "this is a folder, not a file".to_owned(), help)
        }
        _ => {
            let message = format!("the file cannot be read: {}", describe_io_error(&error));
            ("unreadable", message, "make the file readable".to_owned())
        }
    };
    diagnostics
        .push(Diagnostic::error(Code::new(code), message).at_place(Place::File { file: name }).help(help));
    None
}

fn missing_help() -> String {
    let current = std::env::current_dir();
    let current =
        current.map_or_else(|_| "the current folder".to_owned(), |path| format!("`{}`", path.display()));
    format!("paths on the command line are relative to {current}")
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

/// The digest of a document.
pub(crate) fn sha256_digest(bytes: &[u8]) -> String {
    to_hexadecimal(&Sha256::digest(bytes))
}

fn to_hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
