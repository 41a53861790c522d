//! Carries out a plan. Everything is written beside the folder first; then each file is moved into place by a rename.
//!
//! A failure is undone file by file, in reverse order. A crash leaves each file complete, old or new, and the next run
//! completes the work. A new folder appears at once, by a single rename.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use whop_codegen::render::Output;

use super::Plan;
use super::plan::Kind;
use crate::failure::Failure;

/// The counts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The files that are new or changed.
    pub written: usize,
    /// The files that were up to date.
    pub unchanged: usize,
    /// The files that are no longer generated.
    pub removed: usize,
}

/// Brings a folder up to date, or leaves it unchanged.
pub fn write(folder: &Path, files: &[Output]) -> Result<Written, Failure> {
    let staging = Staging::beside(folder)?;
    let plan = Plan::compare(folder, files)?;
    staging.fill(&plan).map_err(|error| Failure::io("write", &staging.path, &error))?;
    let done = if is_new(folder) { staging.appear(folder) } else { staging.replace(folder, &plan) };
    done.map_err(|error| Failure::io("replace the files of the folder", folder, &error))?;
    let removed = plan.changes.iter().filter(|change| matches!(change.kind, Kind::Extra)).count();
    Ok(Written { written: plan.changes.len() - removed, unchanged: plan.unchanged, removed })
}

/// Whether there is no folder yet, or nothing in it.
fn is_new(folder: &Path) -> bool {
    fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

/// The folder beside the target where files wait to be put in place. It goes away when this is dropped.
struct Staging {
    path: PathBuf,
    /// Held while we work, so that two runs do not mix.
    _lock: File,
}

impl Staging {
    fn beside(folder: &Path) -> Result<Self, Failure> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = folder.with_file_name(format!(".{name}.openapi-client"));
        let open = || {
            fs::create_dir_all(&path)?;
            File::create(path.join("lock"))
        };
        let lock = open().map_err(|error| Failure::io("write beside the folder", &path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::new(format!(
                    "error[busy]: another run is writing this folder\n --> {}\n = help: wait until it is done\n\n1 error",
                    folder.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(Failure::io("lock the folder", &path, &error)),
        }
        let staging = Self { path, _lock: lock };
        // What a run that crashed has left.
        for left in [staging.incoming(), staging.outgoing()] {
            match fs::remove_dir_all(&left) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Failure::io("remove what an earlier run has left", &left, &error));
                }
                _ => {}
            }
        }
        Ok(staging)
    }

    /// The files to be put in place.
    fn incoming(&self) -> PathBuf {
        self.path.join("new")
    }

    /// The files that they take the place of.
    fn outgoing(&self) -> PathBuf {
        self.path.join("old")
    }

    fn fill(&self, plan: &Plan<'_>) -> io::Result<()> {
        // The changes are sorted, so that most have the parent of the one before.
        let mut made = PathBuf::new();
        for change in &plan.changes {
            if let Kind::Missing { new } | Kind::Stale { new, .. } = &change.kind {
                let path = self.incoming().join(&change.path);
                if path.parent() != Some(made.as_path()) {
                    make_parent(&path)?;
                    made = path.parent().unwrap_or(&path).to_path_buf();
                }
                fs::write(path, new)?;
            }
        }
        Ok(())
    }

    /// Puts a whole folder where none, or an empty one, is.
    fn appear(&self, folder: &Path) -> io::Result<()> {
        let emptied = fs::remove_dir(folder).is_ok();
        fs::rename(self.incoming(), folder).inspect_err(|_| {
            if emptied {
                let _ = fs::create_dir(folder);
            }
        })
    }

    /// Puts the files in their places, one after another; what was done is undone if one fails.
    fn replace(&self, folder: &Path, plan: &Plan<'_>) -> io::Result<()> {
        let mut steps = Steps { folder, old: self.outgoing(), done: Vec::new() };
        steps.take(plan, &self.incoming()).inspect_err(|_| steps.undo())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // If it stays, the next run removes it.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// What was done to a folder so far, and how to take it back.
struct Steps<'a> {
    folder: &'a Path,
    old: PathBuf,
    done: Vec<Step>,
}

enum Step {
    /// There was no such file.
    Added(PathBuf),
    /// There was a file, which is kept.
    Replaced(PathBuf),
}

impl Steps<'_> {
    fn take(&mut self, plan: &Plan<'_>, staged: &Path) -> io::Result<()> {
        // A file that goes may stand where a folder has to come.
        let (go, come): (Vec<_>, Vec<_>) =
            plan.changes.iter().partition(|change| matches!(change.kind, Kind::Extra));
        for change in go {
            self.remove(&change.path)?;
        }
        for change in come {
            let there = matches!(change.kind, Kind::Stale { .. });
            self.put(&staged.join(&change.path), &change.path, there)?;
        }
        Ok(())
    }

    fn remove(&mut self, below: &Path) -> io::Result<()> {
        let kept = self.old.join(below);
        make_parent(&kept)?;
        fs::rename(self.folder.join(below), kept)?;
        self.done.push(Step::Replaced(below.to_path_buf()));
        self.prune(below);
        Ok(())
    }

    /// The file is at no moment missing: it is kept under a second name until the new one has replaced it.
    fn put(&mut self, staged: &Path, below: &Path, there: bool) -> io::Result<()> {
        let place = self.folder.join(below);
        if there {
            let kept = self.old.join(below);
            make_parent(&kept)?;
            if fs::hard_link(&place, &kept).is_err() {
                fs::copy(&place, &kept)?;
            }
        }
        make_parent(&place)?;
        fs::rename(staged, &place)?;
        self.done.push(if there {
            Step::Replaced(below.to_path_buf())
        } else {
            Step::Added(below.to_path_buf())
        });
        Ok(())
    }

    /// Removes the folders that a file has left empty, up to the crate's own.
    fn prune(&self, below: &Path) {
        let parents = below.ancestors().skip(1).take_while(|parent| !parent.as_os_str().is_empty());
        for parent in parents {
            if fs::remove_dir(self.folder.join(parent)).is_err() {
                return;
            }
        }
    }

    /// Takes all steps back, the last one first. What cannot be taken back now was reported by the step that failed.
    fn undo(&mut self) {
        while let Some(step) = self.done.pop() {
            match step {
                Step::Added(below) => {
                    let _ = fs::remove_file(self.folder.join(&below));
                    self.prune(&below);
                }
                Step::Replaced(below) => {
                    let place = self.folder.join(&below);
                    let _ = make_parent(&place).and_then(|()| fs::rename(self.old.join(&below), place));
                }
            }
        }
    }
}

fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
