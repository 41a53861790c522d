//! The packages that are published have what a registry shows, and no files that only maintainers read.

use std::process::Command;

use serde_json::Value;

use super::{assert_none, root};

/// What every published package has.
const REQUIRED: [&str; 4] = ["Cargo.toml", "README.md", "LICENSE-MIT", "LICENSE-APACHE"];

#[test]
fn packages_have_licence_texts_and_metadata() {
    let packages = published_packages();
    let names: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let crates = ["cli", "description", "generator", "inbox", "mock", "runtime"]
        .map(|name| format!("openapi-client-{name}"));
    assert_eq!(names, [crates.each_ref().map(String::as_str).as_slice(), &["whop", "whop-codegen"]].concat());
    let mut problems = Vec::new();
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        let is_empty = |key: &str| match &package[key] {
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            other => other.is_null(),
        };
        let keys =
            ["description", "license", "repository", "documentation", "keywords", "categories", "readme"];
        let missing = keys.iter().filter(|key| is_empty(key));
        problems.extend(missing.map(|key| format!("{name}: `{key}` is missing in its manifest")));
        let keywords = package["keywords"].as_array().unwrap();
        let is_long = |keyword: &&Value| keyword.as_str().is_none_or(|keyword| keyword.len() > 20);
        if keywords.len() > 5 || keywords.iter().any(|keyword| is_long(&keyword)) {
            problems.push(format!("{name}: a registry takes five keywords of at most 20 letters"));
        }
        let files = packaged_files(name);
        let missing = REQUIRED.iter().filter(|required| !files.iter().any(|file| file == *required));
        problems.extend(missing.map(|required| format!("{name}: the package has no {required}")));
        let is_record = |file: &&String| ["names.txt", "decisions.txt", "rustfmt.toml"].contains(&&***file);
        let records = files.iter().filter(is_record);
        problems.extend(records.map(|file| format!("{name}: {file} is for maintainers only")));
    }
    assert_none(&problems);
}

/// The packages of the workspace that can be published, by name.
fn published_packages() -> Vec<Value> {
    let output = run_cargo(&["metadata", "--no-deps", "--format-version", "1", "--offline"]);
    let metadata: Value = serde_json::from_str(&output).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let mut packages: Vec<Value> = packages.filter(|package| package["publish"].is_null()).cloned().collect();
    packages.sort_by_key(|package| package["name"].to_string());
    packages
}

fn packaged_files(name: &str) -> Vec<String> {
    let output = run_cargo(&["package", "--package", name, "--list", "--allow-dirty", "--offline"]);
    output.lines().map(|line| line.replace('\\', "/")).collect()
}

/// Runs cargo at the root of the repository and returns what it prints.
pub(crate) fn run_cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {}: {errors}", arguments.join(" "));
    String::from_utf8(output.stdout).unwrap()
}
