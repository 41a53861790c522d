//! The index of names against the document: everything has one name.

use std::collections::BTreeMap;

use whop_tests::{none, root, say};

use crate::document;

#[test]
fn everything_in_the_document_has_one_name() {
    let (document, _) = document();
    let index = std::fs::read_to_string(root().join("generated/names.txt")).unwrap();
    let mut found: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for line in index.lines() {
        let (left, wire) = line.split_once(" <- ").unwrap();
        let kind = left.split(' ').next().unwrap();
        let kind = if ["struct", "enum", "union", "alias"].contains(&kind) { "type" } else { kind };
        *found.entry((kind, serde_json::from_str(wire).unwrap())).or_default() += 1;
    }
    let mut problems = Vec::new();
    let mut expect = |kind: &'static str, wire: String| {
        let count = found.get(&(kind, wire.clone())).copied().unwrap_or_default();
        if count != 1 {
            problems.push(format!("{wire} has {count} lines of kind {kind}"));
        }
    };
    for operation in &document.operations {
        expect("operation", operation.id.clone());
        expect("method", operation.id.clone());
    }
    for component in document.components() {
        expect("type", format!("/components/schemas/{component}"));
    }
    for (webhook, _) in &document.webhooks {
        expect("event", webhook.clone());
    }
    none(&problems);
    let methods = found.iter().filter(|((kind, _), _)| *kind == "method").count();
    assert_eq!(methods, document.operations.len());
    say(&format!("contract: {} components, each one type", document.components().len()));
}
