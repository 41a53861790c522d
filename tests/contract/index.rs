//! Every item of the document has exactly one entry in `generated/names.txt`.

use std::collections::BTreeMap;

use whop_tests::{assert_none, print_uncaptured, workspace_root};

use crate::load_document;

#[test]
fn every_item_of_the_document_has_one_name() {
    let (document, _) = load_document();
    let index = std::fs::read_to_string(workspace_root().join("generated/names.txt")).unwrap();
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
            problems.push(format!("{wire}: expected one line of kind {kind}, found {count}"));
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
    assert_none(&problems);
    let methods = found.iter().filter(|((kind, _), _)| *kind == "method").count();
    assert_eq!(methods, document.operations.len());
    print_uncaptured(&format!("contract: {} components with one type each", document.components().len()));
}
