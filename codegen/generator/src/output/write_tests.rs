//! What cannot be brought about from outside: a rename that fails midway, and a run that crashed.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use whop_codegen::render::Output;

use super::{Plan, Staging, write};

/// A folder that goes away with this, and the crate in it.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn scratch(name: &str) -> (Scratch, PathBuf) {
    let top = std::env::temp_dir().join(format!("xtask-write-{}-{name}", std::process::id()));
    fs::create_dir_all(&top).unwrap();
    let folder = top.join("crate");
    (Scratch(top), folder)
}

fn outputs(files: &[(&str, &str)]) -> Vec<Output> {
    let output = |(path, contents): &(&str, &str)| Output {
        path: (*path).to_owned(),
        contents: (*contents).to_owned(),
    };
    files.iter().map(output).collect()
}

fn contents(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(folder).unwrap().to_path_buf(), text);
            }
        }
    }
    found
}

const BEFORE: [(&str, &str); 4] =
    [("Cargo.toml", "old"), ("src/a.rs", "old"), ("src/gone/b.rs", "old"), ("src/same.rs", "same")];
const AFTER: [(&str, &str); 5] = [
    ("Cargo.toml", "new"),
    ("src/a.rs", "new"),
    ("src/fresh/c.rs", "new"),
    ("src/same.rs", "same"),
    ("src/z.rs", "new"),
];

#[test]
fn a_rename_that_fails_midway_is_undone() {
    let (_top, folder) = scratch("undo");
    write(&folder, &outputs(&BEFORE)).unwrap();
    fs::write(folder.join("README.md"), "mine").unwrap();
    let before = contents(&folder);
    {
        let staging = Staging::beside(&folder).unwrap();
        let after = outputs(&AFTER);
        let plan = Plan::compare(&folder, &after).unwrap();
        staging.fill(&plan).unwrap();
        // The last file in order is not there to be put in place.
        fs::remove_file(staging.incoming().join("src/z.rs")).unwrap();
        staging.replace(&folder, &plan).unwrap_err();
    }
    assert_eq!(contents(&folder), before);
    assert!(!folder.join("src/fresh").exists());
    assert_eq!(
        fs::read_dir(folder.parent().unwrap()).unwrap().count(),
        1,
        "nothing is left beside the folder"
    );
}

#[test]
fn a_run_that_crashed_is_completed_by_the_next() {
    let (_top, folder) = scratch("crash");
    write(&folder, &outputs(&BEFORE)).unwrap();
    let left = folder.with_file_name(".crate.openapi-client");
    fs::create_dir_all(left.join("new/src")).unwrap();
    fs::write(left.join("new/src/a.rs"), "half").unwrap();
    fs::write(folder.join("src/z.rs"), "new").unwrap();
    write(&folder, &outputs(&AFTER)).unwrap();
    let wanted = AFTER.map(|(path, text)| (PathBuf::from(path), text.to_owned()));
    assert_eq!(contents(&folder), BTreeMap::from(wanted));
    assert!(!left.exists());
}

#[test]
fn a_second_run_at_the_same_time_is_turned_away() {
    let (_top, folder) = scratch("busy");
    let _first = Staging::beside(&folder).unwrap();
    let failure = write(&folder, &outputs(&BEFORE)).unwrap_err();
    assert!(failure.text.starts_with("error[busy]"), "{}", failure.text);
    assert!(!folder.exists());
}

#[test]
fn no_file_leaves_the_folder_and_no_two_share_a_path() {
    let (_top, folder) = scratch("paths");
    for bad in ["../a.rs", "/a.rs", "src/../../a.rs", "", "src//a.rs", "./a.rs"] {
        let failure = write(&folder, &outputs(&[(bad, "x")])).unwrap_err();
        assert!(failure.text.starts_with("error[internal]"), "{bad}");
        assert!(!folder.exists());
    }
    let failure = write(&folder, &outputs(&[("src/a.rs", "x"), ("src/A.rs", "y")])).unwrap_err();
    assert!(failure.text.contains("two files have the same path"));
}

#[test]
fn a_file_gives_way_to_a_folder() {
    let (_top, folder) = scratch("shape");
    write(&folder, &outputs(&[("src/api", "file"), ("src/models/a.rs", "x")])).unwrap();
    write(&folder, &outputs(&[("src/api/a.rs", "x"), ("src/models", "file")])).unwrap_err();
    write(&folder, &outputs(&[("src/api/a.rs", "x"), ("src/models/a.rs", "x")])).unwrap();
    assert_eq!(contents(&folder).len(), 2);
}
