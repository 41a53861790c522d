//! Tests of actions on one small document: the changed tree, the messages, and the positions of nodes afterwards.

use super::apply_overlays;
use crate::diagnostic::{Diagnostics, Locate, Place, Severity, SourceId};
use crate::document::{Document, Source, SourceMap, load_document};
use serde_json::{Value, json};

const DOCUMENT: &str = "tags:\n- name: A\n- name: B\n- name: C\npaths:\n  /a:\n    get:\n      tags: [A]\n      deprecated: false\n";

fn load_text(name: &str, text: &str) -> Option<Document> {
    let source = Source { name: name.to_owned(), text: text.to_owned() };
    load_document(source, &mut Diagnostics::default())
}

/// Applies the actions of one overlay.
fn apply_actions(actions: &str) -> (Value, Vec<String>, SourceMap) {
    apply_files(&[("o.yaml", actions)])
}

/// Applies the actions of each overlay. Returns the changed tree, the messages as `code pointer`, and the source map.
fn apply_files(files: &[(&str, &str)]) -> (Value, Vec<String>, SourceMap) {
    let mut diagnostics = Diagnostics::default();
    let mut sources = SourceMap::default();
    let overlays = files.iter().map(|(name, actions)| {
        load_text(name, &format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}"))
    });
    let overlays: Option<Vec<Document>> = overlays.collect();
    let mut root = Value::Null;
    if let (Some(mut document), Some(overlays)) = (load_text("d.yaml", DOCUMENT), overlays) {
        apply_overlays(&mut document, &overlays, &mut diagnostics);
        sources.set_overlays(&overlays);
        sources.set_document(&document);
        root = document.root;
    }
    diagnostics.settle_misfits(Severity::Error);
    let messages = diagnostics.iter().map(|diagnostic| match &diagnostic.place {
        Place::Pointer { pointer, .. } => format!("{} {pointer}", diagnostic.code),
        place => format!("{} {place:?}", diagnostic.code),
    });
    (root, messages.collect(), sources)
}

#[test]
fn updates_merge_and_removals_delete() {
    let tags = json!([{"name": "A"}, {"name": "B"}, {"name": "C"}]);
    let get = json!({"tags": ["A"], "deprecated": false});
    for (actions, pointer, expected) in [
        ("- target: $\n  update: {openapi: 3.1.0}", "/openapi", json!("3.1.0")),
        (
            "- target: $.tags[1]\n  update: {name: Z, description: d}",
            "/tags/1",
            json!({"name": "Z", "description": "d"}),
        ),
        ("- target: $.tags\n  update: {name: D}", "/tags/3", json!({"name": "D"})),
        ("- target: $.paths.*.get\n  update: {tags: [B, C]}", "/paths/~1a/get/tags", json!(["A", "B", "C"])),
        (
            "- target: $.paths\n  update: {/a: {get: {deprecated: true}}}",
            "/paths/~1a/get/deprecated",
            json!(true),
        ),
        ("- target: $.tags[?@.name != 'B']\n  remove: true", "/tags", json!([{"name": "B"}])),
        ("- target: $..deprecated\n  remove: true\n  update: {}", "/paths/~1a/get", json!({"tags": ["A"]})),
        (
            "- target: $.paths['/a'].get.tags\n  remove: true\n- target: $.paths['/a'].get\n  update: {tags: {}}",
            "/paths/~1a/get/tags",
            json!({}),
        ),
        ("- target: $.tags[0]\n  update: {x: null}", "/tags/0", json!({"name": "A", "x": null})),
        ("- target: $.tags[0]\n  update: {x: null}", "/paths/~1a/get", get),
        ("- target: $.paths\n  update: {x: 1}", "/tags", tags),
    ] {
        let (root, messages, _) = apply_actions(actions);
        assert_eq!(messages, [""; 0], "{actions}");
        assert_eq!(root.pointer(pointer), Some(&expected), "{actions}");
    }
}

#[test]
fn dead_and_invalid_actions_are_errors() {
    for (actions, message) in [
        ("- target: $.nothing\n  update: {}", "dead-action /0/actions/0/target"),
        ("- target: $.tags[0]\n  update: {name: A}", "dead-action /0/actions/0/target"),
        ("- target: $.tags[0]\n  update: {}", "dead-action /0/actions/0/target"),
        ("- target: $.tags[9]\n  remove: true", "dead-action /0/actions/0/target"),
        ("- target: $.tags[0].name\n  update: Z", "broken-overlay /0/actions/0/target"),
        ("- target: $.tags[0]\n  update: Z", "broken-overlay /0/actions/0/update"),
        ("- target: $.paths\n  update: {/a: 1}", "broken-overlay /0/actions/0/update/~1a"),
        ("- target: $.tags[0]\n  update: {name: [Z]}", "broken-overlay /0/actions/0/update/name"),
        ("- target: $\n  remove: true", "broken-overlay /0/actions/0/target"),
        ("- target: $.tags[\n  remove: true", "broken-path /0/actions/0/target"),
        ("- target: $.tags[0]", "broken-overlay /0/actions/0"),
        ("- update: {}", "broken-overlay /0/actions/0"),
        ("- 1", "broken-overlay /0/actions/0"),
        ("- target: $.tags[0]\n  remove: true\n  copy: $.x", "broken-overlay /0/actions/0/copy"),
    ] {
        let (_, messages, _) = apply_actions(actions);
        assert_eq!(messages, [message], "{actions}");
    }
}

/// Applies the actions of one overlay of version 1.1.
fn apply_actions_1_1(actions: &str) -> (Value, Vec<String>) {
    let mut diagnostics = Diagnostics::default();
    let overlay =
        format!("overlay: 1.1.0\ninfo: {{title: t, version: '1', description: d}}\nactions:\n{actions}");
    let mut root = Value::Null;
    if let (Some(mut document), Some(overlay)) =
        (load_text("d.yaml", DOCUMENT), load_text("o.yaml", &overlay))
    {
        apply_overlays(&mut document, &[overlay], &mut diagnostics);
        root = document.root;
    }
    diagnostics.settle_misfits(Severity::Error);
    let messages = diagnostics.iter().map(|diagnostic| match &diagnostic.place {
        Place::Pointer { pointer, .. } => format!("{} {pointer}", diagnostic.code),
        place => format!("{} {place:?}", diagnostic.code),
    });
    (root, messages.collect())
}

#[test]
fn version_1_1_copies_concatenates_and_replaces() {
    for (actions, pointer, expected) in [
        (
            "- target: $.paths\n  update: {/b: {}}\n- target: $.paths['/b']\n  copy: $.paths['/a']\n- target: $.paths['/a']\n  remove: true",
            "/paths",
            json!({"/b": {"get": {"tags": ["A"], "deprecated": false}}}),
        ),
        (
            "- target: $.paths['/a'].get.tags\n  copy: $.tags[1].name",
            "/paths/~1a/get/tags",
            json!(["A", "B"]),
        ),
        ("- target: $.paths['/a'].get.tags\n  update: [B, C]", "/paths/~1a/get/tags", json!(["A", "B", "C"])),
        (
            "- target: $.tags[*].name\n  update: Z",
            "/tags",
            json!([{"name": "Z"}, {"name": "Z"}, {"name": "Z"}]),
        ),
        ("- target: $.paths['/a'].get.tags[?@ == 'A']\n  remove: true", "/paths/~1a/get/tags", json!([])),
    ] {
        let (root, messages) = apply_actions_1_1(actions);
        assert_eq!(messages, [""; 0], "{actions}");
        assert_eq!(root.pointer(pointer), Some(&expected), "{actions}");
    }
    for (actions, message) in [
        ("- target: $.paths\n  copy: $.tags[*]", "broken-overlay /0/actions/0/copy"),
        ("- target: $.paths\n  copy: $.nothing", "broken-overlay /0/actions/0/copy"),
        ("- target: $.paths\n  copy: $.tags", "broken-overlay /0/actions/0/copy"),
        ("- target: $.paths\n  copy: $.paths['/a']\n  update: {}", "broken-overlay /0/actions/0"),
        ("- target: $.paths\n  copy: $.[", "broken-path /0/actions/0/copy"),
        ("- target: $.tags[0].name\n  copy: $.tags[0].name", "dead-action /0/actions/0/target"),
        ("- target: $.tags[0].name\n  update: [Z]", "broken-overlay /0/actions/0/update"),
    ] {
        assert_eq!(apply_actions_1_1(actions).1, [message], "{actions}");
    }
}

#[test]
fn nodes_are_located_in_the_file_that_contains_them() {
    let (root, messages, sources) = apply_actions(
        "- target: $.tags[0]\n  remove: true\n- target: $.tags\n  update: {name: D, x: 1}\n- target: $.tags[0]\n  remove: true\n- target: $.paths['/a'].get\n  update:\n    summary: s\n",
    );
    assert_eq!(messages, [""; 0]);
    assert_eq!(root["tags"], json!([{"name": "C"}, {"name": "D", "x": 1}]));
    for (pointer, file, line) in [
        ("/tags/0/name", "d.yaml", 4),
        ("/tags/1/name", "o.yaml", 7),
        ("/paths/~1a/get/summary", "o.yaml", 12),
        ("/paths/~1a/get/tags", "d.yaml", 8),
    ] {
        let position = sources.locate(SourceId::Document, pointer);
        let found = position.as_ref().map(|p| (p.file.as_str(), p.line));
        assert_eq!(found, Some((file, line)), "{pointer}");
    }
}

#[test]
fn overlays_are_applied_in_their_order() {
    let (root, messages, sources) = apply_files(&[
        ("1.yaml", "- target: $.tags[0]\n  update: {description: one}\n- target: $.gone\n  remove: true"),
        (
            "2.yaml",
            "- target: $.tags[0]\n  update:\n    summary: s\n- target: $.tags[?@.description=='one']\n  update: {description: two}\n- target: $.gone\n  remove: true",
        ),
    ]);
    assert_eq!(root["tags"][0], json!({"name": "A", "description": "two", "summary": "s"}));
    assert_eq!(messages, ["dead-action /0/actions/1/target", "dead-action /1/actions/2/target"]);
    for (source, pointer, file, line) in [
        (SourceId::Document, "/tags/0/summary", "2.yaml", 6),
        (SourceId::Document, "/tags/0/description", "2.yaml", 8),
        (SourceId::Overlay, "/0/actions/1/target", "1.yaml", 6),
        (SourceId::Overlay, "/1/actions/2/target", "2.yaml", 9),
    ] {
        let position = sources.locate(source, pointer);
        let found = position.as_ref().map(|p| (p.file.as_str(), p.line));
        assert_eq!(found, Some((file, line)), "{pointer}");
    }
    assert_eq!(sources.locate(SourceId::Overlay, "/2/actions"), None);
}
