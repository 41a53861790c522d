//! Reads input files and reports those that cannot be read.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use whop_codegen::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use whop_codegen::document::Source;

use crate::failure::describe_io_error;

/// The most bytes read of a file; the generator itself refuses smaller ones.
const MAX_READ: u64 = 1 << 30;

/// Reads overlays that are named on the command line: each a file, or a folder of files.
pub fn read_overlays(paths: &[PathBuf], diagnostics: &mut Diagnostics) -> Option<Vec<Source>> {
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
pub fn read_folder(folder: &Path, name: &str, diagnostics: &mut Diagnostics) -> Option<Vec<Source>> {
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
#[must_use]
pub fn sort_overlays(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| {
        let file = name.rsplit('/').next().unwrap_or(name);
        file.ends_with(".yaml") && !file.starts_with('.')
    });
    names.sort();
    names
}

/// Reads a text file, given its path and its name in messages.
pub fn read_source(file: (PathBuf, String), diagnostics: &mut Diagnostics) -> Option<Source> {
    let (name, bytes) = read_bytes(file, diagnostics)?;
    Source::from_bytes(name, bytes, diagnostics)
}

/// Reads the bytes of a file, given its path and its name in messages.
pub fn read_bytes(
    (path, name): (PathBuf, String),
    diagnostics: &mut Diagnostics,
) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let read = File::open(&path).and_then(|file| {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        // The text stays in memory as it is read, so it should not have room for twice as much.
        bytes.reserve_exact(usize::try_from(metadata.len().min(MAX_READ)).unwrap_or_default());
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
    format!("relative paths start at {current}")
}

/// The digest of a document.
#[must_use]
pub fn sha256_digest(bytes: &[u8]) -> String {
    to_hexadecimal(&Sha256::digest(bytes))
}

fn to_hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
