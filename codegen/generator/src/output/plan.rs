//! Compares a folder with the files it should hold.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use whop_codegen::render::Output;

use crate::failure::Failure;

/// The folder below the crate that holds generated files only.
const OWNED: &str = "src";

/// A file that differs.
#[derive(Debug)]
pub struct Change<'a> {
    /// The file, below the crate.
    pub path: PathBuf,
    /// How it differs.
    pub kind: Kind<'a>,
}

#[derive(Debug)]
pub enum Kind<'a> {
    /// The file is missing.
    Missing { new: &'a str },
    /// The file has other content.
    Stale { old: Vec<u8>, new: &'a str },
    /// The file is not generated any more.
    Extra,
}

/// The changes that bring a folder up to date.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The changes, sorted by path.
    pub changes: Vec<Change<'a>>,
    /// The number of files that are up to date.
    pub unchanged: usize,
}

impl<'a> Plan<'a> {
    /// Compares a folder, which need not exist, with the files it should hold.
    pub fn compare(folder: &Path, files: &'a [Output]) -> Result<Self, Failure> {
        let mut plan = Self { changes: Vec::new(), unchanged: 0 };
        let mut wanted = BTreeSet::new();
        let mut folded = BTreeSet::new();
        for file in files {
            let path = validate_path(&file.path)?;
            if !folded.insert(file.path.to_lowercase()) {
                return Err(internal_failure("two files have the same path", &file.path));
            }
            match read_existing(&folder.join(&path))? {
                Some(old) if old == file.contents.as_bytes() => plan.unchanged += 1,
                Some(old) => {
                    let kind = Kind::Stale { old, new: &file.contents };
                    plan.changes.push(Change { path: path.clone(), kind });
                }
                None => {
                    let kind = Kind::Missing { new: &file.contents };
                    plan.changes.push(Change { path: path.clone(), kind });
                }
            }
            wanted.insert(path);
        }
        for path in list_owned_files(folder)?.into_iter().filter(|path| !wanted.contains(path)) {
            plan.changes.push(Change { path, kind: Kind::Extra });
        }
        plan.changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(plan)
    }
}

/// The path below the crate. A path that leaves the crate is an error of the generator and is never followed.
fn validate_path(path: &str) -> Result<PathBuf, Failure> {
    let below: PathBuf = path.split('/').collect();
    if path.split('/').any(str::is_empty)
        || !below.components().all(|part| matches!(part, Component::Normal(_)))
    {
        return Err(internal_failure("a file has a path outside the crate", path));
    }
    Ok(below)
}

fn internal_failure(message: &str, path: &str) -> Failure {
    Failure::new(format!(
        "error[internal]: {message}\n --> {path}\n = help: this is an error in the generator: report it with the document \
         that causes it\n\n1 error"
    ))
}

fn read_existing(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        // A file in the place of a folder is extra, and the files below it are missing.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(Failure::io("read the file that is to be replaced", path, &error)),
    }
}

/// The files in the folder for generated files. Links are listed, not followed.
fn list_owned_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from(OWNED)];
    while let Some(below) = folders.pop() {
        let path = folder.join(&below);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(Failure::io("list the folder", &path, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| Failure::io("list the folder", &path, &error))?;
            let kind =
                entry.file_type().map_err(|error| Failure::io("look at the file", &entry.path(), &error))?;
            let list = if kind.is_dir() { &mut folders } else { &mut files };
            list.push(below.join(entry.file_name()));
        }
    }
    Ok(files)
}
