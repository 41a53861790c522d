//! Tests of paths against one small tree: examples of RFC 9535, and paths as overlays have them.

use super::{parse_path, select_nodes};
use serde_json::json;

#[test]
fn paths_select_pointers() {
    let tree = json!({
        "tags": [{"name": "A", "n": 1}, {"name": "B's", "n": 2, "x-y": null}],
        "paths": {"/a/{id}": {"get": {"id": "one"}, "post": {"id": "two"}}},
        "o": {"deep": [0, [1, 2], {"n": 3}]}
    });
    for (path, expected) in [
        ("$", &[""][..]),
        ("$.tags[0]", &["/tags/0"]),
        ("$.tags[-1].name", &["/tags/1/name"]),
        ("$.tags[5]", &[]),
        ("$.tags[*].n", &["/tags/0/n", "/tags/1/n"]),
        ("$.tags[0:1]", &["/tags/0"]),
        ("$.tags[::-1]", &["/tags/1", "/tags/0"]),
        ("$.tags[0, 1, 0]", &["/tags/0", "/tags/1"]),
        ("$.tags[?@.name=='A']", &["/tags/0"]),
        ("$.tags[?(@.name == \"B's\")]", &["/tags/1"]),
        ("$.tags[?@.name=='B\\'s']", &["/tags/1"]),
        ("$.tags[?@.n >= 2 || @.name == 'A']", &["/tags/0", "/tags/1"]),
        ("$.tags[?@.n > 1 && !(@.name == 'A')]", &["/tags/1"]),
        ("$.tags[?@['x-y']]", &["/tags/1"]),
        ("$.tags[?!@['x-y']]", &["/tags/0"]),
        ("$.tags[?@['x-y']==null]", &["/tags/1"]),
        ("$.tags[?@.n != $.tags[0].n]", &["/tags/1"]),
        ("$.paths['/a/{id}'].get", &["/paths/~1a~1{id}/get"]),
        ("$.paths.*[?@ == 'one']", &[]),
        ("$.paths.*[?@.id == 'one']", &["/paths/~1a~1{id}/get"]),
        ("$.paths[*]['get','post'].id", &["/paths/~1a~1{id}/get/id", "/paths/~1a~1{id}/post/id"]),
        ("$..n", &["/tags/0/n", "/tags/1/n", "/o/deep/2/n"]),
        ("$.o..[1]", &["/o/deep/1", "/o/deep/1/1"]),
    ] {
        let parsed = parse_path(path);
        assert!(parsed.is_ok(), "{path}: {parsed:?}");
        let selected = parsed.map(|path| select_nodes(&path, &tree)).unwrap_or_default();
        assert_eq!(selected, expected, "{path}");
    }
}

#[test]
fn invalid_paths_are_rejected_with_the_character() {
    for (path, message) in [
        ("", "expected `$` at character 1"),
        ("tags", "expected `$` at character 1"),
        ("$tags", "expected `.` or `[` at character 2"),
        (
            "$.",
            "expected a name at character 3; write a name with characters other than letters, digits and `_` as `['name']`",
        ),
        ("$.x-y", "expected `.` or `[` at character 4"),
        ("$[", "expected a quoted name, an index, `*` or a filter at character 3"),
        ("$['a'", "expected `,` or `]` at character 6"),
        ("$['a", "the string is not terminated at character 5"),
        ("$[?1]", "expected a comparison at character 5"),
        (
            "$[?length(@.a)==1]",
            "expected `@`, `$`, a string, a number, `true`, `false` or `null` at character 4; functions are not supported",
        ),
    ] {
        let error = parse_path(path).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some(message), "{path}");
    }
    assert!(parse_path(&format!("${}", "[?(".repeat(100_000))).is_err());
    assert!(parse_path(&format!("$[?{}@]", "!".repeat(100_000))).is_err());
}
