//! The log of the calls of agents, as JSON lines.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use openapi_client_description::JsonValue;

use crate::{error::CliError, private_file::append_private};

/// The size in bytes at which a log becomes `FILE.1`, in place of the one before.
const MAX_BYTES: u64 = 5 * 1024 * 1024;

/// A log that only its owner can read.
pub(super) struct CallLog {
    path: PathBuf,
    state: Mutex<State>,
    max_bytes: u64,
}

struct State {
    file: File,
    bytes: u64,
    /// A pipe or a device grows without end, and has no name to give to another.
    is_file: bool,
}

impl CallLog {
    pub(super) fn open(path: PathBuf) -> Result<Self, CliError> {
        let state = open_file(&path)?;
        Ok(Self { path, state: Mutex::new(state), max_bytes: MAX_BYTES })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line.
    ///
    /// # Errors
    /// The file cannot be written, such as on a full disk.
    pub(super) fn write(&self, entry: &JsonValue) -> Result<(), CliError> {
        let line = format!("{entry}\n");
        let mut state = self.lock();
        let is_full = state.bytes > 0 && state.bytes + line.len() as u64 > self.max_bytes;
        if is_full && state.is_file {
            let mut old = self.path.clone().into_os_string();
            old.push(".1");
            fs::rename(&self.path, &old).map_err(|error| self.describe_failure(&error))?;
            *state = open_file(&self.path)?;
        }
        // One write for the whole line: several servers may share a log.
        state.file.write_all(line.as_bytes()).map_err(|error| self.describe_failure(&error))?;
        state.bytes += line.len() as u64;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn describe_failure(&self, error: &std::io::Error) -> CliError {
        CliError::from_io(format_args!("write the log `{}`", self.path.display()), error)
    }
}

fn open_file(path: &Path) -> Result<State, CliError> {
    let file = append_private(path)?;
    let metadata = file.metadata().ok();
    let is_file = metadata.as_ref().is_some_and(fs::Metadata::is_file);
    Ok(State { file, bytes: metadata.map_or(0, |metadata| metadata.len()), is_file })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_io::TestFolder;

    #[test]
    fn the_log_has_a_bound_and_is_its_owners() {
        let folder = TestFolder::new();
        let path = folder.0.join("logs").join("calls.jsonl");
        let mut log = CallLog::open(path.clone()).unwrap();
        log.max_bytes = 100;
        for number in 0..20 {
            log.write(&JsonValue::Object(vec![("number".to_owned(), JsonValue::number(number))])).unwrap();
        }
        let (new, old) = (
            fs::read_to_string(&path).unwrap(),
            fs::read_to_string(folder.0.join("logs/calls.jsonl.1")).unwrap(),
        );
        assert!(new.len() <= 100 && old.len() <= 100);
        assert!(new.ends_with("{\"number\":19}\n") && old.lines().count() > 1);
        assert_eq!(fs::read_dir(folder.0.join("logs")).unwrap().count(), 2);
        // What an earlier process wrote counts.
        let log = CallLog { max_bytes: 100, ..CallLog::open(path.clone()).unwrap() };
        log.write(&JsonValue::string("x".repeat(90))).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error() {
        let log = CallLog::open(PathBuf::from("/dev/full")).unwrap();
        let error = log.write(&JsonValue::Null).unwrap_err();
        assert!(error.message.contains("/dev/full"), "{}", error.message);
    }
}
