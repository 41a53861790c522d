//! Folders import in one direction: each may use those below it in its list, and no other.

use std::collections::BTreeSet;

use crate::assert_none;

use crate::imports::{imports, is_test_file, read_crate};

/// The generator: every stage with the folders and files that it may import.
const GENERATOR: &[(&str, &[&str])] = &[
    ("ident", &[]),
    ("stack", &[]),
    ("diagnostic", &[]),
    ("document", &["diagnostic"]),
    ("config", &["diagnostic", "document", "ident"]),
    ("overlay", &["diagnostic", "document"]),
    ("select", &["config", "diagnostic", "document"]),
    ("lower", &["diagnostic", "document", "stack"]),
    ("ir", &[]),
    ("drift", &["config", "diagnostic", "document", "ir"]),
    ("resolve", &["config", "diagnostic", "document", "ident", "ir"]),
    ("flows", &["config", "diagnostic", "ir"]),
    ("analyze", &["diagnostic", "ir"]),
    ("names", &["analyze", "config", "diagnostic", "document", "ident", "ir"]),
    ("derives", &["config", "diagnostic", "document", "ir", "names"]),
    ("money", &["analyze", "config", "diagnostic", "ir", "names"]),
    ("untyped", &["document", "ir"]),
    ("emit", &["analyze", "config", "derives", "diagnostic", "flows", "ident", "ir", "money", "names"]),
    ("contract", &["analyze", "emit", "ir"]),
    ("render", &["diagnostic", "emit"]),
    (
        "model",
        &[
            "analyze",
            "config",
            "diagnostic",
            "document",
            "drift",
            "ir",
            "lower",
            "names",
            "overlay",
            "resolve",
            "select",
            "stack",
            "untyped",
        ],
    ),
    ("diff", &["analyze", "config", "diagnostic", "document", "ident", "ir", "model", "names", "stack"]),
];

/// The runtime, from the bottom up.
const RUNTIME: &[(&str, &[&str])] = &[
    ("secret", &[]),
    ("clock", &[]),
    ("json", &["secret"]),
    ("wire", &["json", "secret"]),
    ("error", &["json", "secret", "wire"]),
    ("transport", &["clock", "error", "secret", "wire"]),
];

/// The mock: the engine answers from the description and knows no connection.
const MOCK: &[(&str, &[&str])] = &[("engine", &[])];

/// The inbox: its tables know neither events nor handlers, and receiving knows no workers.
const INBOX: &[(&str, &[&str])] = &[
    ("state", &[]),
    ("clock", &[]),
    ("error", &[]),
    ("store", &["clock", "error", "state"]),
    ("receive", &["cipher", "error", "settings", "state", "store"]),
];

#[test]
fn the_stages_of_the_generator_import_earlier_stages_only() {
    check("codegen/src", GENERATOR);
}

#[test]
fn the_folders_of_the_runtime_import_lower_folders_only() {
    check("codegen/runtime/src", RUNTIME);
}

#[test]
fn the_engine_of_the_mock_does_not_know_its_server() {
    check("codegen/mock/src", MOCK);
}

#[test]
fn the_store_of_the_inbox_does_not_know_its_workers() {
    check("codegen/inbox/src", INBOX);
}

fn check(folder: &str, table: &[(&str, &[&str])]) {
    let files: Vec<_> = read_crate(folder).into_iter().filter(|file| !is_test_file(file)).collect();
    let edges = imports(&files);
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (file, edges) in files.iter().zip(&edges) {
        let Some(top) = file.module.first() else { continue };
        let Some((name, allowed)) = table.iter().find(|(name, _)| name == top) else { continue };
        seen.insert(*name);
        for other in edges.iter().map(|other| &files[*other]) {
            let Some(target) = other.module.first() else {
                problems.push(format!("{} imports the root of its crate", file.path));
                continue;
            };
            if target != top && !allowed.contains(&target.as_str()) {
                problems
                    .push(format!("{} imports {}: `{top}` may not use `{target}`", file.path, other.path));
            }
        }
    }
    for (name, _) in table.iter().filter(|(name, _)| !seen.contains(name)) {
        problems.push(format!("{folder} has no `{name}`, of which the table of directions speaks"));
    }
    assert_none(&problems);
}
