//! Whole documents that an API has published: each goes on being generated without errors. They are not compiled, since that takes
//! longer than all fixtures together.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use serde_json::Value;

/// The number of operations and of webhooks in a document.
fn count_operations(document: &str) -> (usize, usize) {
    let document: Value = serde_yaml::from_str(document).unwrap();
    let methods = ["get", "put", "post", "patch", "delete"];
    let count = |name: &str| {
        let items = document[name].as_object().unwrap().values();
        items.map(|item| methods.iter().filter(|method| item.get(method).is_some()).count()).sum()
    };
    (count("paths"), count("webhooks"))
}

#[test]
fn published_documents_generate_without_errors() {
    for document in support::read_fixtures("documents") {
        let generated = document.generate(document.document.clone(), "../..");
        assert!(!generated.failed, "{}:\n{}", document.name, generated.messages);
        let summary = &generated.summary;
        assert_eq!(
            (summary.operations, summary.webhooks),
            count_operations(&document.document.text),
            "{}",
            document.name
        );
    }
}
