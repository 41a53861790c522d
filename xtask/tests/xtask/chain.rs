//! Drives `spec pull`, `review` and `codegen` through three successive documents, in which everything drifts that drifts in
//! practice: a field is renamed, a tag goes, actions and entries die, the version moves, a field comes back, a list is long.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::print_uncaptured;
use crate::support::{Checkout, Ran};

const DOCUMENTS: [&str; 3] =
    [include_str!("../chain/1.yaml"), include_str!("../chain/2.yaml"), include_str!("../chain/3.yaml")];
const OVERLAY: &str = include_str!("../chain/overlay.yaml");
const CONFIG: &str = include_str!("../chain/codegen.toml");

/// With this variable, a missing `cargo semver-checks` is a failure.
const REQUIRED: &str = "REQUIRE_SEMVER_CHECKS";

fn read(checkout: &Checkout, name: &str) -> String {
    fs::read_to_string(checkout.root.join(name)).unwrap()
}

fn commit(checkout: &Checkout, message: &str) {
    let identity =
        ["-c", "user.name=Tests", "-c", "user.email=tests@example.com", "-c", "commit.gpgsign=false"];
    for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message", message]] {
        let git =
            Command::new("git").args(identity).args(arguments).current_dir(&checkout.root).output().unwrap();
        assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    }
}

fn pull(checkout: &Checkout, number: usize, options: &[&str]) -> Ran {
    let file = format!("{number}.yaml");
    checkout.run(&[&["spec", "pull", "--file", &file], options].concat())
}

/// Reviews and generates what was pulled, and commits it. Returns the review.
fn release(checkout: &Checkout, number: usize) -> String {
    checkout.ok(&["review", "--write", "--output", "review"]);
    let review = read(checkout, "review/review.md");
    assert!(review.len() < 65_536 && checkout.root.join("review/changes.md").exists());
    checkout.ok(&["codegen"]);
    checkout.ok(&["codegen", "--check"]);
    commit(checkout, &format!("Update to document {number}"));
    review
}

#[test]
fn three_documents_are_pulled_reviewed_and_generated() {
    let checkout = Checkout::new("chain");
    for (index, document) in DOCUMENTS.iter().enumerate() {
        checkout.write(&format!("{}.yaml", index + 1), document);
    }
    checkout.write("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n");
    checkout.write(
        "Cargo.toml",
        "[workspace.dependencies]\ndepot = { path = \"generated\", version = \"0.1.0\" }\n",
    );
    checkout.write("spec/overlay.yaml", OVERLAY);
    checkout.write("spec/codegen.toml", CONFIG);
    let ran = pull(&checkout, 1, &[]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    checkout.ok(&["codegen"]);
    commit(&checkout, "Document 1");

    refuse_what_drifted(&checkout);
    prune_what_drifted(&checkout);
    let review = release(&checkout, 2);
    for part in ["0.1.0 becomes 0.2.0", "2026-02-01", "`account_id`", "Courier"] {
        assert!(review.contains(part), "{part}\n{review}");
    }
    assert!(read(&checkout, "generated/src/lib.rs").contains("Some(\"2026-02-01\")"));

    // The third document needs no hand: what was pruned is not missed, and the version is that of the header.
    let ran = pull(&checkout, 3, &[]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(ran.out.contains("`note` is new"), "{}", ran.out);
    let review = release(&checkout, 3);
    assert!(review.contains("2026-03-01") && review.contains("0.2.0 becomes 0.2.1"), "{review}");
    assert!(read(&checkout, "generated/src/lib.rs").contains("Some(\"2026-03-01\")"));
    let log = read(&checkout, "CHANGELOG.md");
    assert!(log.find("2026-03-01") < log.find("2026-02-01"), "{log}");
}

/// Everything that drifted is told in one run, with its line, and nothing is written.
fn refuse_what_drifted(checkout: &Checkout) {
    let before = checkout.files("spec");
    let ran = pull(checkout, 2, &[]);
    assert_eq!(ran.status, Some(1), "{}", ran.out);
    let line = |text: &str, part: &str| text.lines().position(|line| line.contains(part)).unwrap() + 1;
    for (code, file, part) in [
        ("dead-action", "spec/overlay.yaml", "'Drivers'"),
        ("dead-action", "spec/overlay.yaml", "'company_id'"),
        ("brought-back", "spec/overlay.yaml", "      company_id:"),
        ("brought-back", "spec/overlay.yaml", "      note:"),
        ("api-version", "spec/codegen.toml", "value = "),
        ("dead-entry", "spec/codegen.toml", "secrets = "),
        ("dead-entry", "spec/codegen.toml", "Driver = "),
        ("dead-entry", "spec/codegen.toml", "objects = "),
        ("dead-entry", "spec/codegen.toml", "segments = "),
    ] {
        let text = if file.ends_with("yaml") { OVERLAY } else { CONFIG };
        let place = format!("--> {file}:{}:", line(text, part));
        let messages: Vec<&str> = ran.err.split("\n\n").filter(|message| message.contains(&place)).collect();
        assert!(
            messages.iter().any(|message| message.starts_with(&format!("error[{code}]"))),
            "{place}\n{}",
            ran.err
        );
    }
    assert!(
        ran.err.contains("`2026-01-01`, but the document states `2026-02-01` at 2.yaml:2:"),
        "{}",
        ran.err
    );
    assert_eq!(checkout.files("spec"), before);
}

/// What drifted goes, texts move, and every other byte stays.
fn prune_what_drifted(checkout: &Checkout) {
    let ran = pull(checkout, 2, &["--prune"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let overlay = OVERLAY
        .replace("  - target: $.tags[?@.name=='Drivers']\n    update:\n      description: Who drives.\n", "")
        .replace("@.name=='company_id'", "@.name=='account_id'")
        .replace("      company_id:\n", "      account_id:\n")
        .replace("      note:\n        description: What the sender wrote.\n", "");
    assert_eq!(read(checkout, "spec/overlay.yaml"), overlay, "{}", ran.err);
    let config = [
        "secrets = [\"note\"]\n\n",
        "value = \"2026-01-01\" # pinned by hand\n",
        "Driver = \"Courier\"\n",
        "objects = [\"Driver\"]\n",
        "segments = [\"drivers\"]\n",
    ];
    let config = config.iter().fold(CONFIG.to_owned(), |text, entry| text.replacen(entry, "", 1));
    assert_eq!(read(checkout, "spec/codegen.toml"), config, "{}", ran.err);
    assert!(!ran.err.contains("left, to be corrected by hand"), "{}", ran.err);
}

/// Generates the crate of a document next to the runtime of this repository.
fn generate_crate(folder: &Path, number: usize) -> PathBuf {
    let out = folder.join(number.to_string());
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/chain/{number}.yaml"));
    let config = folder.join("codegen.toml");
    fs::write(&config, "[crate]\nname = \"depot\"\nversion = \"0.1.0\"\n").unwrap();
    let generated = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("codegen")
        .args([Path::new("--spec"), &spec, Path::new("--config"), &config, Path::new("--out"), &out])
        .output()
        .unwrap();
    assert!(generated.status.success(), "{}", String::from_utf8_lossy(&generated.stderr));
    out
}

/// The verdict of `cargo semver-checks` on each step of the chain is that of `spec diff`.
#[test]
fn semver_checks_agree_with_the_verdict() {
    let is_installed = Command::new("cargo").args(["semver-checks", "--version"]).output();
    if !is_installed.is_ok_and(|output| output.status.success()) {
        assert!(
            std::env::var_os(REQUIRED).is_none(),
            "{REQUIRED} is set, but `cargo semver-checks` is not installed"
        );
        print_uncaptured(
            "skipped: `cargo semver-checks` is not installed (`cargo install cargo-semver-checks`)",
        );
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chain-semver");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let crates: Vec<PathBuf> = (1..=DOCUMENTS.len()).map(|number| generate_crate(&folder, number)).collect();
    for (index, (old, new)) in crates.iter().zip(crates.iter().skip(1)).enumerate() {
        let file =
            |number: usize| Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/chain/{number}.yaml"));
        let diff = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["spec", "diff", "--format", "json"])
            .args([Path::new("--config"), &folder.join("codegen.toml"), &file(index + 1), &file(index + 2)])
            .output()
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&diff.stdout).unwrap();
        // As a minor release, a step may only add. Without the flag, generated types are hidden and no part of the public API.
        let checks = Command::new("cargo")
            .env("RUSTDOCFLAGS", "--cfg docsrs")
            .args(["semver-checks", "--release-type", "minor", "--all-features"])
            .args([Path::new("--manifest-path"), &new.join("Cargo.toml"), Path::new("--baseline-root"), old])
            .output()
            .unwrap();
        let text =
            format!("{}{}", String::from_utf8_lossy(&checks.stdout), String::from_utf8_lossy(&checks.stderr));
        assert!(text.contains("Summary"), "{text}");
        assert_eq!(
            report["verdict"] == "major",
            !checks.status.success(),
            "step {}: {report}\n{text}",
            index + 1
        );
    }
}
