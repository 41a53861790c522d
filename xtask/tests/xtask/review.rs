//! `review`: what it says of an update, and what it writes on request.

use std::fs;
use std::process::Command;

use crate::support::{Checkout, DOCUMENT};

const LOG: &str = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Pets.\n";

/// A checkout with a history of one commit.
pub(crate) fn committed(name: &str) -> Checkout {
    let checkout = Checkout::new(name);
    checkout.write("CHANGELOG.md", LOG);
    checkout.write(
        "Cargo.toml",
        "[workspace.dependencies]\npets = { path = \"generated\", version = \"0.1.0\" }\n",
    );
    checkout.write("spec/codegen.toml", "[crate]\nname = \"pets\"\nversion = \"0.1.0\"\n");
    checkout.ok(&["codegen"]);
    for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message", "Pets"]] {
        let git = Command::new("git")
            .args([
                "-c",
                "user.name=Tests",
                "-c",
                "user.email=tests@example.com",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .current_dir(&checkout.root)
            .output()
            .unwrap();
        assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    }
    checkout
}

#[test]
fn an_update_is_told_and_written() {
    let checkout = committed("review-update");
    checkout.write("new.yaml", &DOCUMENT.replace("available, sold", "available, lost"));
    checkout.ok(&["spec", "pull", "--file", "new.yaml"]);
    let said = checkout.ok(&["review"]);
    for part in [
        "# 0.1.0 becomes 0.2.0: major\n\n1 change breaks Rust, and 1 Rust item is renamed or removed.\n",
        "| breaking | 1 | 1 |\n",
        "## Breaking changes (1)\n",
        "## Removed Rust items (1)\n\n- `pets::models::Status`: `Sold`\n",
        "### Enum values and variants (1)\n\n- Status: `sold` is gone — Rust and wire\n",
        "## The regenerated crate\n\n3 files changed, 0 new, 0 removed; ",
        "1 breaking change, 1 compatible, 0 in documentation only.\n  - Enum values and variants (1): Status `sold` is gone\n",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_eq!(fs::read_to_string(checkout.root.join("CHANGELOG.md")).unwrap(), LOG);

    checkout.ok(&["review", "--write"]);
    let log = fs::read_to_string(checkout.root.join("CHANGELOG.md")).unwrap();
    assert!(
        log.starts_with("# Changelog\n\n## [Unreleased]\n\n### Changed\n\n- The document 1.0.0 of 20"),
        "{log}"
    );
    assert!(log.ends_with("\n\n### Added\n\n- Pets.\n"), "{log}");
    for file in ["spec/codegen.toml", "generated/Cargo.toml", "Cargo.toml"] {
        let text = fs::read_to_string(checkout.root.join(file)).unwrap();
        assert!(text.contains("version = \"0.2.0\""), "{file}:\n{text}");
    }
    checkout.ok(&["codegen"]);
    // What is written already is not written again.
    let ran = checkout.run(&["review", "--write"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert_eq!(fs::read_to_string(checkout.root.join("CHANGELOG.md")).unwrap(), log);
    checkout.ok(&["codegen", "--check"]);
}

#[test]
fn items_of_what_was_renamed_are_told_with_both_names() {
    let checkout = committed("review-names");
    let renamed = DOCUMENT.replace("schemas/Pet'", "schemas/Animal'").replace("    Pet:\n", "    Animal:\n");
    checkout.write("new.yaml", &renamed.replace("operationId: retrievePet", "operationId: fetchPet"));
    checkout.ok(&["spec", "pull", "--file", "new.yaml"]);
    let said = checkout.ok(&["review"]);
    for part in [
        "- `Pet` is now `Animal` in 3 names: `pets::models::Pet`, ",
        "\n- `client.pets().retrieve()` is now `client.pets().fetch()`\n",
        "- renamed: `Pet` is now `Animal` — Rust\n",
        "- /pets: `retrievePet` is now `fetchPet` — Rust\n",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(!said.contains("is gone"), "{said}");
}

#[test]
fn the_same_document_asks_for_nothing() {
    let checkout = committed("review-same");
    let before = fs::read(checkout.root.join("spec/codegen.toml")).unwrap();
    let said = checkout.ok(&["review", "--write"]);
    assert!(
        said.contains("The two documents describe the same API") && said.contains("# 0.1.0 stays: patch\n"),
        "{said}"
    );
    assert_eq!(fs::read(checkout.root.join("spec/codegen.toml")).unwrap(), before);
    assert_eq!(fs::read_to_string(checkout.root.join("CHANGELOG.md")).unwrap(), LOG);
}

#[test]
fn actions_that_died_and_members_that_they_bring_back_are_named() {
    let checkout = committed("review-overlay");
    let overlay = fs::read_to_string(checkout.root.join("spec/overlay.yaml")).unwrap();
    let overlay = format!(
        "{overlay}  - target: $.paths['/pets'].get\n    update: {{x-mark: true}}\n  - target: $.components.schemas.Pet.properties\n    \
         update: {{name: {{description: A name.}}}}\n"
    );
    checkout.write("spec/overlay.yaml", &overlay);
    let renamed =
        DOCUMENT.replace("        name: {", "        called: {").replace("[id, name]", "[id, called]");
    checkout.write("new.yaml", &renamed.replace("/pets:", "/animals:"));
    let pulled = checkout.run(&["spec", "pull", "--file", "new.yaml", "--allow-dead-actions"]);
    assert!(
        pulled.err.contains("warning[brought-back]: the action describes the property `name`"),
        "{}",
        pulled.err
    );
    let said = checkout.ok(&["review"]);
    assert!(said.contains("## What no longer matches: 1 action or entry\n\n"), "{said}");
    assert!(
        said.contains("- the action matches nothing: `$.paths['/pets'].get` (`spec/overlay.yaml:"),
        "{said}"
    );
    assert!(said.contains("## What the overlay would bring back: 1 field\n"), "{said}");
    assert!(said.contains("- the action describes the property `name`, which the document does not have (`spec/overlay.yaml:"), "{said}");
}

#[test]
fn what_to_compare_with_must_be_there() {
    let checkout = committed("review-base");
    for base in ["no-such-branch", "--upload-pack=x", "HEAD:spec"] {
        let ran = checkout.run(&["review", &format!("--base={base}")]);
        assert_eq!(ran.status, Some(1), "{}", ran.out);
        assert!(ran.err.starts_with("error[base]: ") && ran.err.contains("= help: "), "{}", ran.err);
    }
    checkout.write("old.yaml", DOCUMENT);
    let said = checkout.ok(&["review", "--old", "old.yaml"]);
    assert!(said.contains("The two documents describe the same API"), "{said}");
    assert_eq!(checkout.run(&["review", "--old", "no.yaml"]).status, Some(1));
    assert_eq!(checkout.run(&["review", "--old", "old.yaml", "--base", "HEAD"]).status, Some(2));
}
