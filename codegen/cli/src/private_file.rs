//! Files that only their owner can read.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::Path,
};

use crate::error::CliError;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Reads a file; `None` if there is none.
///
/// # Errors
/// The file cannot be read, or others than its owner can.
pub(crate) fn read_private(path: &Path) -> Result<Option<String>, CliError> {
    read_checked(path, check_owner_only)
}

/// Reads a file that others may read too; `None` if there is none.
pub(crate) fn read_file(path: &Path) -> Result<Option<String>, CliError> {
    read_checked(path, |_, _| Ok(()))
}

fn read_checked(
    path: &Path,
    check: fn(&File, &Path) -> Result<(), CliError>,
) -> Result<Option<String>, CliError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(describe_failure("read", path, &error)),
    };
    check(&file, path)?;
    let mut text = String::new();
    match file.take(MAX_BYTES).read_to_string(&mut text) {
        Ok(_) => Ok(Some(text)),
        Err(error) => Err(describe_failure("read", path, &error)),
    }
}

/// Writes a file as a whole: a reader sees the old content or the new one, also if the disk is full.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), CliError> {
    let folder = create_folder(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}", std::process::id()));
    let written = open_private(&temporary, OpenOptions::new().write(true).create(true).truncate(true))
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        describe_failure("write", path, &error)
    })
}

/// Others that change files in the same folder wait until this is dropped.
#[must_use]
pub(crate) struct FolderLock {
    _file: Option<File>,
}

/// Locks the folder of a file, for changes that read it first: two commands at the same time must not lose one of the changes.
pub(crate) fn lock_folder(path: &Path) -> Result<FolderLock, CliError> {
    let lock = create_folder(path)?.join(".lock");
    let file = open_private(&lock, OpenOptions::new().write(true).create(true).truncate(false))
        .map_err(|error| describe_failure("write", &lock, &error))?;
    match file.lock() {
        Ok(()) => Ok(FolderLock { _file: Some(file) }),
        // Some network file systems have no locks. A change that is lost there is worse than none only for two at once.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(FolderLock { _file: None }),
        Err(error) => Err(describe_failure("lock", &lock, &error)),
    }
}

/// Opens a file to add to it. It is created if it is missing.
pub(crate) fn append_private(path: &Path) -> Result<File, CliError> {
    create_folder(path)?;
    let file = open_private(path, OpenOptions::new().append(true).create(true))
        .map_err(|error| describe_failure("write", path, &error))?;
    check_owner_only(&file, path)?;
    Ok(file)
}

/// The folder of a file. It is created, for its owner only, if it is missing.
fn create_folder(path: &Path) -> Result<&Path, CliError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| describe_failure("create", folder, &error))?;
    Ok(folder)
}

fn open_private(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn check_owner_only(file: &File, path: &Path) -> Result<(), CliError> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata = file.metadata().map_err(|error| describe_failure("read", path, &error))?;
    // A pipe, such as that of `<(command)` in a shell, has other permissions, and only this process reads it.
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        let shown = path.display();
        return Err(CliError::usage(format!("others can read `{shown}`, which is to hold a secret"))
            .hint(format!("run `chmod 600 '{shown}'`, and replace the secret if others use this machine")));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_owner_only(_: &File, _: &Path) -> Result<(), CliError> {
    Ok(())
}

fn describe_failure(verb: &str, path: &Path, error: &io::Error) -> CliError {
    CliError::from_io(format_args!("{verb} `{}`", path.display()), error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_io::TestFolder;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_is_its_owners() {
        let folder = TestFolder::new();
        let path = folder.0.join("new").join("file");
        assert_eq!(read_private(&path).unwrap(), None);
        write_private(&path, "one").unwrap();
        write_private(&path, "two").unwrap();
        assert_eq!(read_private(&path).unwrap().as_deref(), Some("two"));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            let error = read_private(&path).unwrap_err();
            assert!(error.hint.unwrap().contains("chmod 600"), "{}", error.message);
        }
    }
}
