//! Writes a document and the record of its source: both or neither. A document in the other notation is removed.

use std::fs;
use std::io;
use std::path::PathBuf;

use openapi_client_generator::failure::Failure;
use whop_codegen::document::Source;

use crate::input::{DOCUMENTS, SOURCE};
use crate::workspace::Workspace;

/// The content of the record.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) url: &'a str,
    pub(crate) date: &'a str,
    /// The digest of what is kept.
    pub(crate) sha256: &'a str,
    /// The digest of what was served.
    pub(crate) served_sha256: &'a str,
}

/// Replaces the vendored document, and files that were edited for it.
pub(crate) fn vendor_document(
    workspace: &Workspace,
    document: &Source,
    record: &Record<'_>,
    edited: &[(&str, &str)],
) -> Result<(), Failure> {
    let name = document.name.as_str();
    let record_text = render_record(name, record);
    let edited = edited.iter().map(|(name, text)| (*name, Some(text.as_bytes())));
    let files: Vec<(&str, Option<&[u8]>)> =
        [(name, Some(document.text.as_bytes())), (SOURCE, Some(record_text.as_bytes()))]
            .into_iter()
            .chain(DOCUMENTS.into_iter().filter(|other| *other != name).map(|other| (other, None)))
            .chain(edited)
            .collect();
    replace_files(workspace, &files)
}

fn render_record(name: &str, record: &Record<'_>) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    format!(
        "# Where {file} comes from. `sha256` is the digest of the file, which the generator checks, and `served-sha256` that of what\n\
         # was served: the file has the same contents in the canonical form.\n\n\
         url = {}\ndate = {}\nsha256 = {}\nserved-sha256 = {}\n",
        quoted(record.url),
        quoted(record.date),
        quoted(record.sha256),
        quoted(record.served_sha256),
    )
}

/// Writes and removes files. If one step fails, those before it are undone.
pub(crate) fn replace_files(workspace: &Workspace, files: &[(&str, Option<&[u8]>)]) -> Result<(), Failure> {
    // Everything is written beside its place first: a full disk shows here, where nothing has changed yet.
    let staged: Vec<(PathBuf, PathBuf, Option<&[u8]>)> = files
        .iter()
        .map(|(name, bytes)| (workspace.path(name), temporary_path(workspace, name), *bytes))
        .collect();
    let clean = || staged.iter().for_each(|(_, beside, _)| drop(fs::remove_file(beside)));
    for (_, beside, bytes) in &staged {
        if let Some(bytes) = bytes {
            fs::write(beside, bytes).map_err(|error| {
                clean();
                Failure::io("write the file", beside, &error)
            })?;
        }
    }
    let mut done: Vec<(&PathBuf, Option<Vec<u8>>)> = Vec::new();
    for (path, beside, bytes) in &staged {
        let old = fs::read(path).ok();
        let step = match bytes {
            Some(_) => fs::rename(beside, path),
            None => remove_file(path),
        };
        if let Err(error) = step {
            for (path, old) in done.iter().rev() {
                // What cannot be taken back now was writable a moment ago; the failure is told anyway.
                let _ = match old {
                    Some(old) => fs::write(path, old),
                    None => fs::remove_file(path),
                };
            }
            clean();
            return Err(Failure::io("replace the file", path, &error));
        }
        done.push((path, old));
    }
    Ok(())
}

fn temporary_path(workspace: &Workspace, name: &str) -> PathBuf {
    let path = workspace.path(name);
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    path.with_file_name(format!(".{file}.xtask"))
}

fn remove_file(path: &PathBuf) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

    use std::fs;
    use std::path::Path;

    use super::replace_files;
    use crate::workspace::Workspace;

    #[test]
    fn a_step_that_fails_takes_back_those_before_it() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/vendor-undo");
        let root = std::env::var_os("CARGO_TARGET_DIR")
            .map_or(root, |target| Path::new(&target).join("vendor-undo"));
        let _ = fs::remove_dir_all(&root);
        // A folder with something in it gives way to no file.
        fs::create_dir_all(root.join("c/d")).unwrap();
        fs::write(root.join("a"), "old").unwrap();
        let files = [("a", Some(&b"new"[..])), ("b", Some(&b"new"[..])), ("c", Some(&b"new"[..]))];
        assert!(replace_files(&Workspace::at(&root), &files).is_err());
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "old");
        let left: Vec<_> = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
    }
}
