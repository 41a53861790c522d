//! Files to texts: what the generator is fed with, and what is wrong with a file before it is read as anything.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use whop_codegen::config::position;
use whop_codegen::diagnostic::{Diagnostic, Diagnostics, Place};
use whop_codegen::document::Source;
use whop_codegen::emit::Origin;

use crate::failure::reason;
use crate::workspace::Workspace;

/// The vendored document, in the notation in which it is published.
pub(crate) const DOCUMENTS: [&str; 2] = ["spec/whop.openapi.yaml", "spec/whop.openapi.json"];
pub(crate) const OVERLAY: &str = "spec/overlay.yaml";
pub(crate) const CONFIG: &str = "spec/codegen.toml";
pub(crate) const SOURCE: &str = "spec/source.toml";

/// No more of a file than this is read; the generator itself refuses far less.
const MAX_READ: u64 = 1 << 30;

/// What was asked for on the command line.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Choice<'a> {
    /// Another document than the vendored one.
    pub(crate) spec: Option<&'a Path>,
    /// Another overlay.
    pub(crate) overlay: Option<&'a Path>,
    /// Another configuration.
    pub(crate) config: Option<&'a Path>,
}

/// The texts that a crate is made of.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    pub(crate) document: Source,
    pub(crate) overlay: Option<Source>,
    pub(crate) config: Option<Source>,
    pub(crate) origin: Origin,
}

/// Where the vendored document comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vendored {
    url: String,
    date: String,
    sha256: String,
}

/// The name of the vendored document.
pub(crate) fn vendored_document(workspace: &Workspace) -> &'static str {
    let [yaml, json] = DOCUMENTS;
    if !workspace.path(yaml).exists() && workspace.path(json).exists() { json } else { yaml }
}

/// Reads all texts. Every file that cannot be read gets its message.
pub(crate) fn gather(
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
            Diagnostic::error("two-documents", format!("`{one}` and `{other}` are both there"))
                .at_place(Place::File { file: one.to_owned() })
                .help(format!("remove the one that {SOURCE} does not name")),
        );
    }
    let document = bytes(choice.spec.map_or_else(|| own(vendored_name), given), diagnostics);
    let digest = document.as_ref().map(|(_, bytes)| sha256(bytes)).unwrap_or_default();
    let document = document.and_then(|(name, bytes)| Source::from_bytes(name, bytes, diagnostics));
    let overlay = companion(choice.overlay, OVERLAY).map(|file| read(file, diagnostics));
    let config = companion(choice.config, CONFIG).map(|file| read(file, diagnostics));
    let origin = if vendored {
        let record = read(own(SOURCE), diagnostics).and_then(|record| origin(&record, diagnostics));
        record.filter(|origin| document.is_none() || same(origin, vendored_name, &digest, diagnostics))
    } else {
        Some(Origin { sha256: digest, ..Origin::default() })
    };
    // An inner `None` is a file that could not be read.
    Some(Texts { document: document?, overlay: all(overlay)?, config: all(config)?, origin: origin? })
}

fn all<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(None) => None,
        Some(some) => Some(some),
        None => Some(None),
    }
}

/// Reads one text: the path, and the name as shown in messages.
pub(crate) fn read(file: (PathBuf, String), diagnostics: &mut Diagnostics) -> Option<Source> {
    let (name, bytes) = bytes(file, diagnostics)?;
    Source::from_bytes(name, bytes, diagnostics)
}

/// Reads the bytes of a file, and gives them its name as shown in messages.
pub(crate) fn bytes(
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
        ErrorKind::NotFound => ("no-such-file", "there is no such file".to_owned(), missing_help()),
        ErrorKind::IsADirectory => {
            let help = "name the file itself, not the folder it is in".to_owned();
            ("no-file", "this is a folder, not a file".to_owned(), help)
        }
        _ => {
            let message = format!("the file cannot be read: {}", reason(&error));
            ("unreadable", message, "see to it that the file can be read".to_owned())
        }
    };
    diagnostics.push(Diagnostic::error(code, message).at_place(Place::File { file: name }).help(help));
    None
}

fn missing_help() -> String {
    let current = std::env::current_dir();
    let current =
        current.map_or_else(|_| "the current folder".to_owned(), |path| format!("`{}`", path.display()));
    format!("paths on the command line begin in {current}")
}

fn origin(record: &Source, diagnostics: &mut Diagnostics) -> Option<Origin> {
    match toml::from_str::<Vendored>(&record.text) {
        Ok(Vendored { url, date, sha256 }) => Some(Origin { sha256, date, url }),
        Err(error) => {
            let position = position(&record.name, &record.text, error.span().map_or(0, |span| span.start));
            diagnostics.push(
                Diagnostic::error("source", error.message().to_owned())
                    .at_place(Place::Position(position))
                    .help("`url`, `date` and `sha256` of the vendored document stand here, and nothing else"),
            );
            None
        }
    }
}

fn same(origin: &Origin, name: &str, digest: &str, diagnostics: &mut Diagnostics) -> bool {
    if origin.sha256 == digest {
        return true;
    }
    let message = format!("the document is not the one that {SOURCE} names: its SHA-256 is {digest}");
    diagnostics.push(
        Diagnostic::error("digest", message).at_place(Place::File { file: name.to_owned() }).help(format!(
            "take the document back with `git checkout {name}` and put corrections into {OVERLAY}; if it is \
             to be replaced by a newer one, run `cargo xtask spec pull`"
        )),
    );
    false
}

/// The digest of a document.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
