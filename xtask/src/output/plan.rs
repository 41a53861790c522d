//! What stands in a folder against what should: the changes, none of them made yet.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use whop_codegen::render::Output;

use crate::failure::Failure;

/// The folder below the crate in which a file that is not ours has no place.
const OWNED: &str = "src";

/// A difference between the folder and what it should hold.
#[derive(Debug)]
pub(crate) struct Change {
    /// The file, below the crate.
    pub(crate) path: PathBuf,
    /// What is to be done about it.
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// The file is not there.
    Missing { new: String },
    /// The file says something else.
    Stale { old: Vec<u8>, new: String },
    /// The file is nobody's.
    Extra,
}

/// All that it takes to bring a folder up to date.
#[derive(Debug)]
pub(crate) struct Plan {
    /// In the order of their paths.
    pub(crate) changes: Vec<Change>,
    /// How many files are as they should be.
    pub(crate) unchanged: usize,
}

impl Plan {
    /// Compares a folder, which need not exist, with the files it should hold.
    pub(crate) fn compare(folder: &Path, files: &[Output]) -> Result<Self, Failure> {
        let mut plan = Self { changes: Vec::new(), unchanged: 0 };
        let mut wanted = BTreeSet::new();
        let mut folded = BTreeSet::new();
        for file in files {
            let path = safe(&file.path)?;
            if !folded.insert(file.path.to_lowercase()) {
                return Err(fault("two files would have one path", &file.path));
            }
            match read(&folder.join(&path))? {
                Some(old) if old == file.contents.as_bytes() => plan.unchanged += 1,
                Some(old) => {
                    let kind = Kind::Stale { old, new: file.contents.clone() };
                    plan.changes.push(Change { path: path.clone(), kind });
                }
                None => {
                    let kind = Kind::Missing { new: file.contents.clone() };
                    plan.changes.push(Change { path: path.clone(), kind });
                }
            }
            wanted.insert(path);
        }
        for path in present(folder)?.into_iter().filter(|path| !wanted.contains(path)) {
            plan.changes.push(Change { path, kind: Kind::Extra });
        }
        plan.changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(plan)
    }
}

/// The path below the crate. One that leads out of it is a fault of the generator and never followed.
fn safe(path: &str) -> Result<PathBuf, Failure> {
    let below: PathBuf = path.split('/').collect();
    if path.split('/').any(str::is_empty)
        || !below.components().all(|part| matches!(part, Component::Normal(_)))
    {
        return Err(fault("a file would have a path that leads elsewhere", path));
    }
    Ok(below)
}

fn fault(message: &str, path: &str) -> Failure {
    Failure::new(format!(
        "error[internal]: {message}\n --> {path}\n = help: this is a fault of the generator: report it with the document \
         that causes it\n\n1 error"
    ))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        // A file may stand where a folder is to be: it is extra, and what is below it is missing.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(Failure::io("read the file that is to be replaced", path, &error)),
    }
}

/// The files that stand in the folder that is ours alone. Links are listed, not followed.
fn present(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
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
