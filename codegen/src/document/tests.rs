//! Tests of loading: trees, positions and rejected texts.

use super::{Document, Source, load_document};
use crate::diagnostic::{Diagnostics, Place};
use serde_json::{Value, json};

fn load_text(name: &str, text: &str) -> (Option<Document>, Vec<String>) {
    let mut diagnostics = Diagnostics::default();
    let source = Source { name: name.to_owned(), text: text.to_owned() };
    let document = load_document(source, &mut diagnostics);
    let messages = diagnostics.iter().map(|diagnostic| match &diagnostic.place {
        Place::Position(p) => {
            let pointer = p.pointer.as_deref().unwrap_or("?");
            format!("{} {}:{} {pointer}", diagnostic.code, p.line, p.column)
        }
        place => format!("{} {place:?}", diagnostic.code),
    });
    (document, messages.collect())
}

fn load_tree(name: &str, text: &str) -> Value {
    let (document, messages) = load_text(name, text);
    assert_eq!(messages, [""; 0], "{text}");
    document.map(|document| document.root).unwrap_or_default()
}

#[test]
fn yaml_is_converted_to_json() {
    for (text, expected) in [
        ("b: 1\na: [x, 'y', \"z\\n\"]\n", json!({"b": 1, "a": ["x", "y", "z\n"]})),
        ("200: {}\ntrue: 1\n~: 2\n1.0: 3\n", json!({"200": {}, "true": 1, "~": 2, "1.0": 3})),
        ("a: '1'\nb: !!str 1\nc: !!int '1'\nd: !own 1\n", json!({"a": "1", "b": "1", "c": 1, "d": 1})),
        ("a: |\n  x\n  y\nb: >-\n  x\n  y\n", json!({"a": "x\ny\n", "b": "x y"})),
        ("a: &x {k: 1}\nb: *x\nc: [*x]\n", json!({"a": {"k": 1}, "b": {"k": 1}, "c": [{"k": 1}]})),
        ("a: &x v\n&k b: *k\n", json!({"a": "v", "b": "b"})),
        (
            "base: &b {k: 1, l: 2}\nuse:\n  <<: *b\n  k: 3\nall:\n  <<: [*b, {m: 4}]\n",
            json!({"base": {"k": 1, "l": 2}, "use": {"k": 3, "l": 2}, "all": {"k": 1, "l": 2, "m": 4}}),
        ),
        ("\"<<\": {k: 1}\n", json!({"<<": {"k": 1}})),
        ("a:\nb: ''\n", json!({"a": null, "b": ""})),
        ("--- # comment\na: 1\n...\n", json!({"a": 1})),
        ("{\"a\": 1, 'b': 2}", json!({"a": 1, "b": 2})),
        ("\u{feff}a: 1\n", json!({"a": 1})),
    ] {
        let tree = load_tree("a.yaml", text);
        assert_eq!(tree, expected, "{text}");
        assert_eq!(tree.to_string(), expected.to_string(), "the order of {text}");
    }
}

#[test]
fn json_is_recognized_under_any_name() {
    let text = "{\"b\": \"\\ud83d\\ude00\", \"a\": [1.0, -2, 18446744073709551616]}";
    let expected = json!({"b": "😀", "a": [1.0, -2, 18_446_744_073_709_551_616.0]});
    for name in ["a.json", "a.JSON", "a.yaml", "a"] {
        assert_eq!(load_tree(name, text), expected, "{name}");
    }
}

#[test]
fn invalid_documents_are_rejected_with_a_position() {
    for (name, text, message) in [
        ("a.yaml", "", "empty-document File { file: \"a.yaml\" }"),
        ("a.yaml", "# nothing\n", "empty-document File { file: \"a.yaml\" }"),
        ("a.yaml", "a: 1\n---\nb: 2\n", "several-documents 2:1 /a"),
        ("a.yaml", "a:\n  b: 1\n  b: 2\n", "repeated-key 3:3 /a/b"),
        ("a.yaml", "? [a]\n: 1\n", "complex-key 1:3 "),
        ("a.yaml", "a: &x 1\n*x : 2\n", "complex-key 2:1 /a"),
        ("a.yaml", "a: &x\n  - *x\n", "alias-loop 2:5 /a/0"),
        ("a.yaml", "a: *x\n", "broken-yaml 1:4 "),
        ("a.yaml", "a: 'x\n", "broken-yaml 1:4 "),
        ("a.yaml", "a:\n\tb: 1\n", "broken-yaml 2:2 "),
        ("a.json", "", "broken-json 1:1 "),
        ("a.json", "{\"a\": 1,}", "broken-json 1:9 /a"),
        ("a.json", "{} {}", "broken-json 1:4 "),
        ("a.json", "{\n \"a\": {\"b\": {\"c\": 1}, \"b\": {\"c\": 2}}\n}", "repeated-key 2:23 /a/b"),
        ("a.json", "{\"a\": 1e999}", "broken-json 1:11 /a"),
        ("a.yaml", "{\"a\": 1, \"a\": 2}", "repeated-key 1:10 /a"),
    ] {
        let (document, messages) = load_text(name, text);
        assert!(document.is_none(), "{text}");
        assert_eq!(messages, [message], "{text}");
    }
}

#[test]
fn bytes_must_be_utf8() {
    let mut diagnostics = Diagnostics::default();
    assert!(Source::from_bytes("a.yaml", b"a: \xff".to_vec(), &mut diagnostics).is_none());
    assert!(Source::from_bytes("a.yaml", b"a: \xc3\xa9".to_vec(), &mut diagnostics).is_some());
    assert_eq!(diagnostics.errors(), 1);
}

#[test]
fn every_node_is_found_at_its_start() {
    let yaml = "a: 1\nb:\n  c/d: [x, {e: 1}]\n  f: >\n    long\n  - no\n";
    let yaml = yaml.replace("  - no\n", "g:\n- 1\n- h: 1\n  i: *z\n").replace("x,", "&z x,");
    let json = "{\"a\": 1,\n \"b\": {\"c/d\": [\"x\", {\"e\": \"ä\\\"{\"}], \"ö\": -1.5e3, \"f\": null},\n\"g\":\n[true]}";
    for (name, text, rows) in [
        (
            "a.yaml",
            yaml.as_str(),
            &[
                ("", 1, 1),
                ("/a", 1, 4),
                ("/b", 2, 1),
                ("/b/c~1d", 3, 3),
                ("/b/c~1d/0", 3, 9),
                ("/b/c~1d/1", 3, 15),
                ("/b/c~1d/1/e", 3, 19),
                ("/b/f", 4, 3),
                ("/g", 6, 1),
                ("/g/0", 7, 3),
                ("/g/1/i", 9, 6),
                ("/g/1/i/nowhere", 9, 6),
                ("/g/7", 6, 1),
                ("/nowhere", 1, 1),
            ][..],
        ),
        (
            "a.json",
            json,
            &[
                ("", 1, 1),
                ("/a", 1, 7),
                ("/b", 2, 2),
                ("/b/c~1d", 2, 8),
                ("/b/c~1d/0", 2, 16),
                ("/b/c~1d/1", 2, 21),
                ("/b/c~1d/1/e", 2, 27),
                ("/b/ö", 2, 42),
                ("/b/f", 2, 55),
                ("/g", 3, 1),
                ("/g/0", 4, 2),
            ],
        ),
    ] {
        let (document, messages) = load_text(name, text);
        assert_eq!(messages, [""; 0]);
        for (pointer, line, column) in rows {
            let position = document.as_ref().and_then(|document| document.text.locate(pointer));
            let found = position.map(|position| (position.line, position.column));
            assert_eq!(found, Some((*line, *column)), "{name} {pointer}");
        }
    }
}

#[test]
fn a_search_finds_what_the_index_has() {
    let text = "a: 1\nb:\n  c/d: [x, {e: 1}, []]\n  f: >\n    long\n? \"g\\nh\"\n: {}\ng: &z\n- 1\n- h: 1\n  i: *z\n-\n  - 2\n  - ab: 3\n    a: 4\n";
    let text = text.replace("*z", "{<<: 1}");
    let mut failures = Vec::new();
    let marks = super::yaml::parse_yaml(&text, &mut failures).map(|(_, marks)| marks).unwrap_or_default();
    assert_eq!(failures.len(), 0);
    let index = super::yaml::index_locations(&text);
    let pointers = [
        "",
        "/a",
        "/a/b",
        "/b",
        "/b/c~1d",
        "/b/c~1d/0",
        "/b/c~1d/1",
        "/b/c~1d/1/e",
        "/b/c~1d/2",
        "/b/c~1d/3",
        "/b/f",
        "/g",
        "/g/0",
        "/g/1",
        "/g/1/h",
        "/g/1/i",
        "/g/1/i/<<",
        "/g/2/0",
        "/g/2/1/a",
        "/g/2/1/ab",
        "/g/2/1/b",
        "/g/01",
        "/g/x",
        "/g\nh",
        "/nowhere",
    ];
    for pointer in pointers {
        assert_eq!(marks.find(pointer), index.find(pointer), "{pointer:?}");
    }
}
