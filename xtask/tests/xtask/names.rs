//! The same document gives the same bytes; the order of its components decides no name.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::Checkout;

/// Components in the order given, in a document that uses each.
fn document(components: &[(&str, &str)]) -> String {
    let paths = ["Cat", "Dog", "Bird", "Owner", "Kind"].map(|name| {
        format!(
            r##""/{name}": {{"get": {{"operationId": "get{name}", "tags": ["Pets"], "responses": {{"200": {{"description": "Done.",
            "content": {{"application/json": {{"schema": {{"$ref": "#/components/schemas/{name}"}}}}}}}}}}}}}}"##
        )
    });
    let components: Vec<_> =
        components.iter().map(|(name, schema)| format!("\"{name}\": {schema}")).collect();
    format!(
        r#"{{"openapi": "3.0.3", "info": {{"title": "Pets", "version": "1"}}, "paths": {{{}}}, "components": {{"schemas": {{{}}}}}}}"#,
        paths.join(","),
        components.join(",")
    )
}

const COMPONENTS: [(&str, &str); 5] = [
    (
        "Cat",
        r##"{"type": "object", "required": ["size"], "properties": {"size": {"type": "object", "properties": {"height":
        {"type": "integer"}}}, "status": {"type": "string", "enum": ["wild", "tame"]}, "mate": {"$ref": "#/components/schemas/Cat"}}}"##,
    ),
    (
        "Dog",
        r##"{"type": "object", "properties": {"size": {"type": "object", "properties": {"height": {"type": "integer"}}},
        "status": {"type": "string", "enum": ["wild", "tame"]}, "owner": {"$ref": "#/components/schemas/Owner"}}}"##,
    ),
    (
        "Bird",
        r#"{"type": "object", "properties": {"size": {"type": "object", "properties": {"span": {"type": "integer"}}},
        "status": {"type": "string", "enum": ["wild", "tame", "flown"]}}}"#,
    ),
    (
        "Owner",
        r##"{"type": "object", "properties": {"name": {"type": "string"}, "pets": {"type": "array", "items": {"$ref": "#/components/schemas/Dog"}}}}"##,
    ),
    ("Kind", r#"{"type": "string", "enum": ["cat", "dog", "bird"]}"#),
];

#[test]
fn two_runs_give_the_same_bytes() {
    let checkout = Checkout::new("names-twice");
    checkout.write("pets.json", &document(&COMPONENTS));
    checkout.ok(&["codegen", "--spec", "pets.json", "--out", "one"]);
    checkout.ok(&["codegen", "--spec", "pets.json", "--out", "two"]);
    let one = checkout.files("one");
    assert!(one.len() > 8, "{:?}", one.keys());
    assert_eq!(one, checkout.files("two"));
}

/// The crates from a document and from the same with its components reversed.
fn both_ways(name: &str, components: &[(&str, &str)]) -> [BTreeMap<String, Vec<u8>>; 2] {
    let checkout = Checkout::new(name);
    let reversed: Vec<_> = components.iter().copied().rev().collect();
    let folders = [("one", components), ("two", reversed.as_slice())];
    folders.map(|(folder, components)| {
        checkout.write("pets.json", &document(components));
        checkout.ok(&["codegen", "--spec", "pets.json", "--out", folder]);
        checkout.files(folder)
    })
}

fn names(files: &BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
    String::from_utf8_lossy(&files["names.txt"]).lines().map(str::to_owned).collect()
}

#[test]
fn the_order_of_components_decides_no_name() {
    // Without the dog no inline type is shared.
    let components = COMPONENTS.map(|(name, schema)| match name {
        "Dog" => (name, r#"{"type": "object", "properties": {"breed": {"type": "string"}}}"#),
        _ => (name, schema),
    });
    let [one, two] = both_ways("names-order", &components);
    assert_eq!(names(&one), names(&two));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (name, text) in one.iter().filter(|(name, _)| name.starts_with("src/models/")) {
        assert_eq!(String::from_utf8_lossy(text), String::from_utf8_lossy(&two[name]), "{name}");
    }
}

/// Not as it should be: an inline type that components share has the name of the component that the document names first,
/// because `names::types` goes through them in the order of the document. When that is mended, the names are equal.
#[test]
fn a_type_that_components_share_has_one_name_whatever_their_order() {
    let [one, two] = both_ways("names-shared", &COMPONENTS);
    let rust_names = |files: &BTreeMap<String, Vec<u8>>| -> BTreeSet<String> {
        names(files).into_iter().filter_map(|line| Some(line.split_once(" <- ")?.0.to_owned())).collect()
    };
    assert_eq!(rust_names(&one), rust_names(&two));
    let size = "struct pets_client::models::Size";
    assert!(rust_names(&one).contains(size), "{:?}", names(&one));
}
