//! Compiles what is generated from the fixtures, without warnings: one workspace of all crates, checked by one run of clippy
//! and one of rustdoc. Programs that come with a fixture, `calls.rs`, are run as well, with the mock if they use it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The fixtures whose documentation is built: together they document every kind of item. Each crate also documents what it
/// re-exports from the runtime, so building all of them would take minutes.
const DOCUMENTED: [&str; 13] = [
    "00_account_link",
    "deprecated",
    "error_own_shape",
    "hostile_texts",
    "markdown_descriptions",
    "media_types",
    "names_of_members",
    "names_of_operations",
    "names_of_types",
    "pages_with_members",
    "recursive_schemas",
    "renames",
    "webhooks",
];

/// The folder of the workspace, under the target directory, so that `cargo clean` removes it.
fn workspace_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("golden")
}

/// Writes a file if it differs, so that unchanged crates are not compiled again.
fn write_if_changed(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The crate for programs that look at the bytes of their calls.
const RECORDING: [(&str, &str); 2] = [
    ("Cargo.toml", include_str!("recording/Cargo.toml")),
    ("src/lib.rs", include_str!("recording/src/lib.rs")),
];

/// The manifest of a fixture whose program uses [`RECORDING`].
fn with_recording(manifest: &str) -> String {
    manifest.replacen(
        "\n[package.metadata",
        "\n[dev-dependencies]\nrecording = { path = \"../recording\" }\n\n[package.metadata",
        1,
    )
}

fn run_cargo(folder: &Path, arguments: &[&str]) {
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
fn fixtures_compile_without_warnings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = workspace_folder();
    let mut members = Vec::new();
    let mut documented = Vec::new();
    let mut programs = Vec::new();
    let mut has_inbox = false;
    let only = env::var("GOLDEN_FIXTURES").ok();
    let is_chosen = |name: &str| only.as_ref().is_none_or(|names| names.split(',').any(|one| one == name));
    for fixture in support::fixtures().into_iter().filter(|fixture| is_chosen(&fixture.name)) {
        let generated = fixture.generate(fixture.document.clone(), &root.display().to_string());
        assert!(!generated.failed, "{}:\n{}", fixture.name, generated.messages);
        let folder = workspace.join(&fixture.name);
        // A file that is no longer generated must not be compiled.
        if folder.join("src").exists() {
            remove_stale(&folder.join("src"), &|path| {
                generated.files.iter().any(|file| folder.join(&file.path) == path)
            });
        }
        has_inbox |= generated.files.iter().any(|file| file.path == "src/inbox.rs");
        let calls = support::source(&fixture.folder, "calls.rs");
        for file in &generated.files {
            let is_manifest = calls.is_some() && file.path == "Cargo.toml";
            let text = if is_manifest { with_recording(&file.contents) } else { file.contents.clone() };
            write_if_changed(&folder.join(&file.path), &text);
        }
        if let Some(program) = calls {
            write_if_changed(&folder.join("examples/calls.rs"), &program.text);
            programs.push((package_name(&folder), program_features(&program.text)));
        }
        // A program that uses the crate shows what the types alone do not.
        if let Some(program) = support::source(&fixture.folder, "uses.rs") {
            write_if_changed(&folder.join("examples/uses.rs"), &program.text);
        }
        if DOCUMENTED.contains(&fixture.name.as_str()) {
            documented.push(package_name(&folder));
        }
        members.push(fixture.name);
    }
    for (file, text) in RECORDING {
        write_if_changed(&workspace.join("recording").join(file), text);
    }
    members.push("recording".to_owned());
    let list: Vec<String> = members.iter().map(|name| format!("    {name:?},\n")).collect();
    let lints = "[workspace.lints.rust]\nmissing_docs = \"warn\"\n";
    let runtime = root.join("runtime").display().to_string();
    let shared = format!(
        "[workspace.package]\nrust-version = \"1.90\"\n\n[workspace.dependencies]\nhttp = \"1\"\n\
         openapi-client-runtime = {{ path = {runtime:?}, default-features = false }}\n\
         tokio = {{ version = \"1\", default-features = false }}\n"
    );
    write_if_changed(
        &workspace.join("Cargo.toml"),
        &format!("[workspace]\nresolver = \"3\"\nmembers = [\n{}]\n\n{lints}\n{shared}", list.concat()),
    );
    fs::copy(root.join("../Cargo.lock"), workspace.join("Cargo.lock")).unwrap();
    // Without the default transport, because TLS and HTTP take longer to compile than all fixtures together.
    // One fixture has the feature `user-token`, and some have an inbox; Cargo refuses a feature that no chosen crate has.
    let mut names = "full,blocking,money,tracing,mock".to_owned();
    if only.is_none() {
        names.push_str(",user-token");
    }
    if has_inbox {
        names.push_str(",inbox-sqlite");
    }
    let features = ["--no-default-features", "--features", &names, "--quiet", "--keep-going"];
    let lint =
        [["clippy", "--workspace", "--lib", "--examples"].as_slice(), &features, &["--", "-D", "warnings"]]
            .concat();
    run_cargo(&workspace, &lint);
    match &only {
        Some(_) => assert!(members.len() > 1, "no fixture of GOLDEN_FIXTURES exists"),
        None => assert_eq!(documented.len(), DOCUMENTED.len(), "a fixture of DOCUMENTED does not exist"),
    }
    let libraries: Vec<String> = documented.iter().map(|name| name.replace('-', "_")).collect();
    let packages = documented.iter().flat_map(|name| ["--package", name]);
    let document: Vec<&str> = ["doc", "--no-deps"].into_iter().chain(packages).chain(features).collect();
    // Pages of an earlier run would stay.
    let pages = workspace.join("target/doc");
    if pages.exists() {
        fs::remove_dir_all(&pages).unwrap();
    }
    if !documented.is_empty() {
        run_cargo(&workspace, &document);
    }
    for library in &libraries {
        check_documentation(&pages.join(library));
    }
    assert!(only.is_some() || !programs.is_empty(), "no fixture has a program");
    run_programs(&workspace, &programs);
    println!("{} crates compiled", members.len());
}

/// Checks the pages of a crate: its users find each item once, with its methods, and under names that they can write.
fn check_documentation(crate_folder: &Path) {
    let pages = support::pages::read_pages(crate_folder);
    assert!(!pages.is_empty(), "no pages in {}", crate_folder.display());
    for page in &pages {
        for name in ["openapi_client_runtime", "openapi_client_mock", "openapi_client_inbox"] {
            let place = page.text.split_once(name).map(|(before, _)| before.lines().last());
            assert_eq!(place, None, "{}: {} names {name}", crate_folder.display(), page.path);
        }
    }
    assert_eq!(support::pages::find_doubles(&pages), [""; 0], "{}", crate_folder.display());
    let has_item = |path: &str, id: &str| pages.iter().any(|page| page.path == path && page.has_item(id));
    if crate_folder.join("mock").exists() {
        assert!(has_item("mock/generic/struct.Server.html", "method.when"), "{}", crate_folder.display());
    }
    // The features of the runtime are those of all fixtures, so that crates without events show its own module.
    if crate_folder.join("webhooks/generic").exists() {
        assert!(has_item("webhooks/generic/struct.WebhookVerifier.html", "method.verify"));
    } else {
        assert!(
            !crate_folder.ends_with("fixture_webhooks_client"),
            "the types behind the aliases have no pages"
        );
    }
}

/// The features that a program needs: those of the modules that it names, besides the tags.
fn program_features(program: &str) -> String {
    let modules = [("mock::", ",mock"), ("inbox::", ",inbox-sqlite")];
    let used = modules.iter().filter(|(module, _)| program.contains(module)).map(|(_, features)| *features);
    std::iter::once("full,blocking,money").chain(used).collect()
}

/// Runs the programs of fixtures, each with its features.
fn run_programs(workspace: &Path, programs: &[(String, String)]) {
    for (program, features) in programs {
        let run = ["run", "--quiet", "--example", "calls", "--package", program];
        run_cargo(workspace, &[run.as_slice(), &["--no-default-features", "--features", features]].concat());
    }
    println!("{} programs ran", programs.len());
}

/// The name of a crate, from its manifest.
fn package_name(folder: &Path) -> String {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let name = manifest.lines().find_map(|line| line.strip_prefix("name = \"")).unwrap();
    name.trim_end_matches('"').to_owned()
}

fn remove_stale(folder: &Path, keep: &dyn Fn(&Path) -> bool) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            remove_stale(&path, keep);
        } else if !keep(&path) {
            fs::remove_file(&path).unwrap();
        }
    }
}
