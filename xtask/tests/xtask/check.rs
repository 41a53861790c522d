//! `--check` finds what is stale, missing and extra, and writes nothing.

use std::fs;

use crate::support::Checkout;

#[test]
fn a_fresh_crate_is_up_to_date() {
    let checkout = Checkout::new("check-fresh");
    let said = checkout.ok(&["codegen"]);
    assert!(said.starts_with("2 operations, "), "{said}");
    assert!(
        said.contains("\ngenerated: ") && said.contains(" files written, 0 unchanged, 0 removed, in "),
        "{said}"
    );
    let said = checkout.ok(&["codegen", "--check"]);
    assert!(said.contains(" files up to date"), "{said}");
    let said = checkout.ok(&["codegen"]);
    assert!(said.contains("generated: 0 files written, "), "{said}");
}

#[test]
fn drift_is_listed_and_nothing_is_written() {
    let checkout = Checkout::new("check-drift");
    checkout.ok(&["codegen"]);
    let lib = checkout.root.join("generated/src/lib.rs");
    let text = fs::read_to_string(&lib).unwrap();
    let second = text.lines().nth(2).unwrap().to_owned();
    fs::write(&lib, text.replacen(&second, "//! Mine.", 1)).unwrap();
    fs::remove_file(checkout.root.join("generated/names.txt")).unwrap();
    checkout.write("generated/src/models/old.rs", "// Was here.\n");
    checkout.write("generated/examples/mine.rs", "fn main() {}\n");
    let before = checkout.files("generated");

    let ran = checkout.run(&["codegen", "--check"]);
    assert_eq!(ran.status, Some(1));
    let expected = format!(
        "error[drift]: 3 files differ from what the generator writes\n --> generated\n  missing names.txt\n  stale   \
         src/lib.rs:3\n          - //! Mine.\n          + {second}\n  extra   src/models/old.rs\n = help: run `cargo \
         xtask codegen`\n"
    );
    assert_eq!(ran.err, expected);
    assert_eq!(checkout.files("generated"), before);

    let said = checkout.ok(&["codegen"]);
    assert!(said.contains("generated: 2 files written, ") && said.contains(", 1 removed, in "), "{said}");
    checkout.ok(&["codegen", "--check"]);
    assert!(checkout.root.join("generated/examples/mine.rs").exists());
    assert!(!checkout.root.join("generated/src/models/old.rs").exists());
}

#[test]
fn the_command_to_run_is_the_one_that_was_checked() {
    let checkout = Checkout::new("check-command");
    let ran = checkout.run(&["codegen", "--check", "--spec", "spec/whop.openapi.yaml", "--out", "my pets"]);
    assert_eq!(ran.status, Some(1));
    let help = " = help: run `cargo xtask codegen --spec spec/whop.openapi.yaml --out 'my pets'`\n";
    assert!(ran.err.ends_with(help), "{}", ran.err);
    assert!(!checkout.root.join("my pets").exists());
}
