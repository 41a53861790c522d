//! All or nothing, and never into what is not ours.

use std::fs;

use crate::support::{Checkout, DOCUMENT};

#[test]
fn a_faulty_document_leaves_the_folder_as_it_was() {
    let checkout = Checkout::new("writing-faulty");
    checkout.ok(&["codegen", "--spec", "spec/whop.openapi.yaml", "--out", "pets"]);
    let before = checkout.files("pets");
    let modified =
        |name: &str| fs::metadata(checkout.root.join("pets").join(name)).unwrap().modified().unwrap();
    let times: Vec<_> = before.keys().map(|name| modified(name)).collect();

    checkout.write("faulty.yaml", &DOCUMENT.replace("schemas/Pet'", "schemas/Cat'"));
    let ran = checkout.run(&["codegen", "--spec", "faulty.yaml", "--out", "pets"]);
    assert_eq!(ran.status, Some(1), "{}", ran.out);
    assert!(ran.err.contains("faulty.yaml:"), "{}", ran.err);
    assert_eq!(checkout.files("pets"), before);

    // A document that changes one type changes the files of that type, and no other.
    checkout.write("other.yaml", &DOCUMENT.replace("available, sold", "available, sold, lost"));
    checkout.ok(&["codegen", "--spec", "other.yaml", "--out", "pets"]);
    let after = checkout.files("pets");
    assert_ne!(after, before);
    for ((name, old), time) in before.iter().zip(times) {
        assert_eq!(after.get(name) == Some(old), modified(name) == time, "{name}");
    }
    let beside: Vec<_> =
        fs::read_dir(&checkout.root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(beside.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{beside:?}");
}

#[test]
fn a_faulty_document_makes_no_folder() {
    let checkout = Checkout::new("writing-no-folder");
    checkout.write("faulty.yaml", &DOCUMENT.replace("schemas/Pet'", "schemas/Cat'"));
    let ran = checkout.run(&["codegen", "--spec", "faulty.yaml", "--out", "deep/pets"]);
    assert_eq!(ran.status, Some(1));
    assert!(!checkout.root.join("deep").exists());
}

#[test]
fn a_foreign_folder_is_refused() {
    let checkout = Checkout::new("writing-foreign");
    checkout.write("mine/Cargo.toml", "[package]\nname = \"mine\"\n");
    checkout.write("mine/src/lib.rs", "//! Mine.\n");
    let before = checkout.files("mine");
    for args in [&["--check"][..], &[]] {
        let ran =
            checkout.run(&[&["codegen", "--spec", "spec/whop.openapi.yaml", "--out", "mine"], args].concat());
        assert_eq!(ran.status, Some(1));
        assert!(
            ran.err.starts_with("error[foreign-folder]: ") && ran.err.contains("\n--> mine\n"),
            "{}",
            ran.err
        );
        assert_eq!(checkout.files("mine"), before);
    }
    // A file is no folder.
    let ran = checkout.run(&["codegen", "--spec", "spec/whop.openapi.yaml", "--out", "mine/Cargo.toml"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.starts_with("error[no-folder]: "), "{}", ran.err);
    assert_eq!(checkout.files("mine"), before);
}

#[test]
fn an_empty_folder_is_taken() {
    let checkout = Checkout::new("writing-empty");
    fs::create_dir(checkout.root.join("empty")).unwrap();
    checkout.ok(&["codegen", "--spec", "spec/whop.openapi.yaml", "--out", "empty"]);
    assert!(checkout.files("empty").contains_key("src/lib.rs"));
}

#[test]
fn usage_errors_have_a_status_of_their_own() {
    let checkout = Checkout::new("writing-usage");
    let wrong: [&[&str]; 5] = [
        &[],
        &["generate"],
        &["codegen", "--wrong"],
        &["codegen", "--spec", "spec/whop.openapi.yaml"],
        &["codegen", "--spec", "spec/whop.openapi.yaml", "--out", "generated"],
    ];
    for args in wrong {
        let ran = checkout.run(args);
        assert_eq!(ran.status, Some(2), "{args:?}: {}", ran.err);
    }
    assert_eq!(checkout.run(&["codegen", "--help"]).status, Some(0));
}
