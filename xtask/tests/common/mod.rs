//! What the tests of the structure and of the repository share.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository").to_owned()
}

/// Fails with the first problems, if there are any.
pub(crate) fn assert_none(problems: &[String]) {
    let first: Vec<&str> = problems.iter().take(60).map(String::as_str).collect();
    assert!(problems.is_empty(), "{} problems, among them:\n{}", problems.len(), first.join("\n"));
}

/// Collects the Markdown files below a folder that are written by hand. A symbolic link is the file that it leads to.
pub(crate) fn collect_markdown(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        let name = entry.file_name();
        // Folders of tools, such as other targets, virtual environments and packages, are not part of the repository.
        let is_foreign = ["CACHEDIR.TAG", "pyvenv.cfg"].iter().any(|file| path.join(file).exists());
        let is_hidden = name.to_string_lossy().starts_with('.') && name != ".github";
        let is_skipped =
            is_foreign || is_hidden || name == "target" || name == "src" || name == "node_modules";
        if kind.is_dir() && !is_skipped {
            collect_markdown(&path, files);
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
}
