//! What is generated from the fixtures compiles without a warning: one workspace of all their crates, one run of clippy
//! and one of rustdoc over it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The folder of the workspace: under the target directory, so that it is ignored and cleaned with it.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("golden")
}

/// Writes what differs, so that crates that are as they were are not compiled again.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn cargo(folder: &Path, arguments: &[&str]) {
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("RUSTDOCFLAGS", "-D warnings")
        .status()
        .unwrap();
    assert!(status.success(), "cargo {} in {}", arguments.join(" "), folder.display());
}

#[test]
fn every_fixture_compiles_without_a_warning() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = root.join("runtime");
    let workspace = workspace();
    let mut members = Vec::new();
    for fixture in support::all() {
        let generated = fixture.generate(fixture.document.clone(), &runtime.display().to_string());
        assert!(!generated.failed, "{}:\n{}", fixture.name, generated.messages);
        let folder = workspace.join(&fixture.name);
        // A file that is generated no more must not be compiled still.
        if folder.join("src").exists() {
            remove_others(&folder.join("src"), &|path| {
                generated.files.iter().any(|file| folder.join(&file.path) == path)
            });
        }
        generated.files.iter().for_each(|file| write(&folder.join(&file.path), &file.contents));
        members.push(fixture.name);
    }
    let list: Vec<String> = members.iter().map(|name| format!("    {name:?},\n")).collect();
    let lints = "[workspace.lints.rust]\nmissing_docs = \"warn\"\n";
    write(
        &workspace.join("Cargo.toml"),
        &format!("[workspace]\nresolver = \"3\"\nmembers = [\n{}]\n\n{lints}", list.concat()),
    );
    fs::copy(root.join("../Cargo.lock"), workspace.join("Cargo.lock")).unwrap();
    cargo(&workspace, &["clippy", "--workspace", "--all-features", "--quiet", "--keep-going", "--", "-D", "warnings"]);
    cargo(&workspace, &["doc", "--workspace", "--all-features", "--no-deps", "--quiet", "--keep-going"]);
    println!("{} crates compiled", members.len());
}

fn remove_others(folder: &Path, keep: &dyn Fn(&Path) -> bool) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            remove_others(&path, keep);
        } else if !keep(&path) {
            fs::remove_file(&path).unwrap();
        }
    }
}
