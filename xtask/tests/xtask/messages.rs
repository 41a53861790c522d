//! What a person reads when a file is not what it should be.

use std::fs;

use crate::support::{Checkout, DOCUMENT};

#[test]
fn files_that_are_not_there_are_all_named() {
    let checkout = Checkout::new("messages-missing");
    let ran = checkout.run(&[
        "codegen",
        "--spec",
        "no.yaml",
        "--overlay",
        "none",
        "--config",
        "spec",
        "--out",
        "pets",
    ]);
    assert_eq!(ran.status, Some(1));
    let root = checkout.root.display();
    let expected = format!(
        "error[no-such-file]: the file does not exist\n--> no.yaml\n = help: relative paths start at `{root}`\n\n\
         error[no-such-file]: the file does not exist\n--> none\n = help: relative paths start at `{root}`\n\n\
         error[no-file]: this is a folder, not a file\n--> spec\n = help: name the file itself, not the folder it is in\n\n\
         3 errors\n"
    );
    assert_eq!(ran.err, expected);
}

#[test]
fn broken_yaml_is_shown_with_its_line() {
    let checkout = Checkout::new("messages-yaml");
    checkout.write("broken.yaml", "openapi: 3.1.0\ninfo: {title: Pets\npaths: {}\n");
    let ran = checkout.run(&["codegen", "--spec", "broken.yaml", "--out", "pets"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.starts_with("error[broken-yaml]: "), "{}", ran.err);
    assert!(ran.err.contains("--> broken.yaml:") && ran.err.contains("= help: "), "{}", ran.err);
    assert!(!checkout.root.join("pets").exists());
}

#[test]
fn what_is_no_utf_8_is_shown_with_its_place() {
    let checkout = Checkout::new("messages-utf8");
    fs::write(checkout.root.join("latin.yaml"), b"openapi: 3.1.0\ninfo: {title: Caf\xe9}\n").unwrap();
    let ran = checkout.run(&["codegen", "--spec", "latin.yaml", "--out", "pets"]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err.starts_with("error[not-utf8]: ") && ran.err.contains("--> latin.yaml:2:18\n"),
        "{}",
        ran.err
    );
}

#[test]
fn an_edited_document_does_not_pass_for_the_vendored_one() {
    let checkout = Checkout::new("messages-digest");
    checkout.write("spec/whop.openapi.yaml", &DOCUMENT.replace("sold", "gone"));
    let ran = checkout.run(&["codegen"]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err.starts_with("error[digest]: ") && ran.err.contains("--> spec/whop.openapi.yaml\n"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("git checkout spec/whop.openapi.yaml"), "{}", ran.err);
    assert!(!checkout.root.join("generated").exists());
}

#[test]
fn a_record_of_the_source_that_is_broken_is_shown_with_its_line() {
    let checkout = Checkout::new("messages-source");
    checkout.write("spec/source.toml", "url = \"https://example.com\"\ndigest = \"x\"\n");
    let ran = checkout.run(&["codegen"]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err.starts_with("error[source]: ") && ran.err.contains("--> spec/source.toml:2:1\n"),
        "{}",
        ran.err
    );
}

#[test]
fn overlays_in_a_folder_are_applied_in_the_order_of_their_names() {
    let checkout = Checkout::new("messages-overlays");
    let action = |target: &str, update: &str| {
        format!(
            "overlay: 1.0.0\ninfo: {{title: O, version: '1'}}\nactions:\n  - target: {target}\n    update: {update}\n"
        )
    };
    checkout.write("spec/overlay/10-a.yaml", &action("$.info", "{description: First.}"));
    checkout.write("spec/overlay/20-b.yaml", &action("$.info", "{description: Second.}"));
    checkout.write("spec/overlay/notes.txt", "no overlay");
    let ran = checkout.run(&["codegen"]);
    assert!(ran.err.starts_with("error[two-overlays]: both `spec/overlay.yaml` and"), "{}", ran.err);
    fs::remove_file(checkout.root.join("spec/overlay.yaml")).unwrap();
    checkout.ok(&["codegen"]);
    let manifest = fs::read_to_string(checkout.root.join("generated/src/lib.rs")).unwrap();
    assert!(manifest.contains("Second.") && !manifest.contains("First."), "{manifest}");
    checkout.write("spec/overlay/30-c.yaml", &action("$.gone", "{a: 1}"));
    let ran = checkout.run(&["codegen"]);
    assert!(
        ran.err.contains("error[dead-action]") && ran.err.contains("--> spec/overlay/30-c.yaml:4:"),
        "{}",
        ran.err
    );
    // On the command line, a folder and a file: the file comes last.
    fs::remove_file(checkout.root.join("spec/overlay/30-c.yaml")).unwrap();
    checkout.write("last.yaml", &action("$.info", "{description: Third.}"));
    let command = [
        "codegen",
        "--spec",
        "spec/whop.openapi.yaml",
        "--overlay",
        "spec/overlay",
        "--overlay",
        "last.yaml",
        "--out",
        "pets",
    ];
    checkout.ok(&command);
    let library = fs::read_to_string(checkout.root.join("pets/src/lib.rs")).unwrap();
    assert!(library.contains("Third.") && !library.contains("Second."), "{library}");
}
