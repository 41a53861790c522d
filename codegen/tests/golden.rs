//! What is generated from the fixtures compiles without a warning: one workspace of all their crates, one run of clippy
//! and one of rustdoc over it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The fixtures whose documentation is built too: those that have something to say in every kind of place. Each crate
/// documents what it exports of the runtime as well, so that all of them would take minutes.
const DOCUMENTED: [&str; 10] = [
    "00_account_link",
    "deprecated",
    "error_own_shape",
    "hostile_texts",
    "names_of_members",
    "names_of_operations",
    "names_of_types",
    "pages_with_members",
    "recursive_schemas",
    "webhooks",
];

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
    let workspace = workspace();
    let mut members = Vec::new();
    let mut documented = Vec::new();
    for fixture in support::all() {
        let generated = fixture.generate(fixture.document.clone(), &root.display().to_string());
        assert!(!generated.failed, "{}:\n{}", fixture.name, generated.messages);
        let folder = workspace.join(&fixture.name);
        // A file that is generated no more must not be compiled still.
        if folder.join("src").exists() {
            remove_others(&folder.join("src"), &|path| {
                generated.files.iter().any(|file| folder.join(&file.path) == path)
            });
        }
        generated.files.iter().for_each(|file| write(&folder.join(&file.path), &file.contents));
        if DOCUMENTED.contains(&fixture.name.as_str()) {
            documented.push(package(&folder));
        }
        members.push(fixture.name);
    }
    let list: Vec<String> = members.iter().map(|name| format!("    {name:?},\n")).collect();
    let lints = "[workspace.lints.rust]\nmissing_docs = \"warn\"\n";
    write(
        &workspace.join("Cargo.toml"),
        &format!("[workspace]\nresolver = \"3\"\nmembers = [\n{}]\n\n{lints}", list.concat()),
    );
    fs::copy(root.join("../Cargo.lock"), workspace.join("Cargo.lock")).unwrap();
    // Without the default transport: TLS and HTTP take longer to compile than all fixtures together.
    let features = [
        "--no-default-features",
        "--features",
        "full,blocking,tracing,user-token,mock",
        "--quiet",
        "--keep-going",
    ];
    let lint = [["clippy", "--workspace"].as_slice(), &features, &["--", "-D", "warnings"]].concat();
    cargo(&workspace, &lint);
    assert_eq!(documented.len(), DOCUMENTED.len(), "a fixture to be documented is gone");
    let documented = documented.iter().flat_map(|name| ["--package", name]);
    let document: Vec<&str> = ["doc", "--no-deps"].into_iter().chain(documented).chain(features).collect();
    cargo(&workspace, &document);
    println!("{} crates compiled", members.len());
}

/// The name of a crate, as its manifest gives it.
fn package(folder: &Path) -> String {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let name = manifest.lines().find_map(|line| line.strip_prefix("name = \"")).unwrap();
    name.trim_end_matches('"').to_owned()
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
