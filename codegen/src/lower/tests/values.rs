//! Tests of the rewrites of constants, enums, examples and limits.

use super::assert_lowers;
use serde_json::json;

#[test]
fn constants_and_enums_become_lists_of_one_type() {
    assert_lowers(vec![
        (json!({"const": "a"}), json!({"enum": ["a"], "x-codegen-const": true, "type": "string"}), &[]),
        (
            json!({"const": 1, "type": "integer"}),
            json!({"type": "integer", "enum": [1], "x-codegen-const": true}),
            &[],
        ),
        (json!({"enum": [true, false]}), json!({"enum": [true, false], "type": "boolean"}), &[]),
        (json!({"enum": [1, 2.5]}), json!({"enum": [1, 2.5], "type": "number"}), &["not-represented /enum"]),
        (
            json!({"type": "number", "format": "double", "enum": [1, 2.0, 2], "default": 2.0, "example": 1.0}),
            json!({"type": "integer", "enum": [1, 2], "default": 2, "example": 1}),
            &[],
        ),
        (
            json!({"type": "number", "const": 5.0}),
            json!({"type": "integer", "enum": [5], "x-codegen-const": true}),
            &[],
        ),
        (
            json!({"type": "number", "enum": [1e30, 1]}),
            json!({"type": "number", "enum": [1e30, 1]}),
            &["not-represented /enum"],
        ),
        (
            json!({"type": "number", "oneOf": [{"const": 0.5}, {"const": 2}]}),
            json!({"type": "number", "enum": [0.5, 2]}),
            &["not-represented /oneOf/0/const"],
        ),
        (
            json!({"type": "integer", "enum": [1.5, 2]}),
            json!({"type": "integer"}),
            &["not-represented /enum"],
        ),
        (json!({"type": "string", "enum": ["", "a", ""]}), json!({"type": "string", "enum": ["", "a"]}), &[]),
        (json!({"type": "integer", "enum": [1.0, 2]}), json!({"type": "integer", "enum": [1, 2]}), &[]),
        (
            json!({"type": "string", "enum": [1, true, "x"]}),
            json!({"type": "string", "enum": ["1", "true", "x"]}),
            &["not-represented /enum"],
        ),
        (
            json!({"enum": ["a", 1]}),
            json!({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "integer", "enum": [1]}]}),
            &[],
        ),
        (json!({"enum": ["a", [1]]}), json!({}), &["not-represented /enum"]),
        (json!({"enum": [{"a": 1}]}), json!({}), &["not-represented /enum"]),
        (json!({"type": "integer", "enum": ["x"]}), json!({"type": "integer"}), &["not-represented /enum"]),
        (json!({"enum": []}), json!({}), &["not-represented /enum"]),
        (
            json!({"type": "array", "enum": ["a"], "items": {}}),
            json!({"type": "array", "items": {}}),
            &["not-represented /enum"],
        ),
        (
            json!({"oneOf": [{"const": "a", "description": "first"}, {"const": "b", "title": "Second"}]}),
            json!({"type": "string", "enum": ["a", "b"],
                "x-codegen-enum-descriptions": {"a": "first", "b": "Second"}}),
            &[],
        ),
        (
            json!({"type": "string", "oneOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}),
            json!({"type": "string", "enum": ["a", "b", "c"]}),
            &[],
        ),
        (
            json!({"anyOf": [{"const": "a"}, {"type": "string"}]}),
            json!({"anyOf": [{"enum": ["a"], "type": "string"}, {"type": "string"}]}),
            &[],
        ),
        (json!({"examples": ["a", "b"]}), json!({"example": "a"}), &[]),
        (json!({"examples": ["a"], "example": "z"}), json!({"example": "z"}), &[]),
        (json!({"examples": {"one": {"value": 1}}}), json!({"example": 1}), &[]),
    ]);
}

#[test]
fn branches_with_values_become_one_enum_per_type() {
    let rows = vec![
        (
            json!({"oneOf": [{"const": "auto", "description": "d"}, {"const": 1, "title": "ONE"}, {"const": 2},
                {"const": true}, {"const": null}, {"const": "off"}]}),
            json!({"nullable": true, "oneOf": [
                {"type": "string", "enum": ["auto", "off"], "x-codegen-enum-descriptions": {"auto": "d"}},
                {"type": "integer", "enum": [1, 2], "x-codegen-enum-names": {"1": "ONE"}},
                {"type": "boolean", "enum": [true], "description": "Always `true`."}]}),
            &[][..],
        ),
        (
            json!({"enum": [1, "b"], "x-enum-varnames": ["A", "B"]}),
            json!({"x-enum-varnames": ["A", "B"], "anyOf": [
                {"type": "string", "enum": ["b"], "x-codegen-enum-names": {"1": "A", "b": "B"}},
                {"type": "integer", "enum": [1], "x-codegen-enum-names": {"1": "A", "b": "B"}}]}),
            &[],
        ),
        (
            json!({"enum": [1, "1", "b"], "x-enum-varnames": ["A", "B", "C"]}),
            json!({"x-enum-varnames": ["A", "B", "C"], "anyOf": [
                {"type": "string", "enum": ["1", "b"], "x-codegen-enum-names": {"1": "B", "b": "C"}},
                {"type": "integer", "enum": [1], "x-codegen-enum-names": {"1": "A", "b": "C"}}]}),
            &[],
        ),
        (
            json!({"enum": ["null", null, "\"null\""], "x-enum-varnames": ["A", "B", "C"]}),
            json!({"nullable": true, "type": "string", "enum": ["null", "\"null\""], "x-enum-varnames": ["A", "B", "C"],
                "x-codegen-enum-names": {"null": "A", "\"null\"": "C"}}),
            &[],
        ),
        (
            json!({"oneOf": [{"const": 1, "title": "One", "description": "d"}, {"const": "a"}, {"const": 2.5},
                {"type": "array", "items": {}}]}),
            json!({"oneOf": [
                {"type": "number", "enum": [1, 2.5], "description": "One of `1` (One: d), `2.5`.",
                    "x-codegen-enum-names": {"1": "One"}, "x-codegen-enum-descriptions": {"1": "d"}},
                {"type": "string", "enum": ["a"]}, {"type": "array", "items": {}}]}),
            &["not-represented /oneOf/2/const"],
        ),
        (
            json!({"anyOf": [{"const": false, "title": "Off", "description": "d"}, {"type": "string"}]}),
            json!({"anyOf": [{"type": "boolean", "enum": [false], "title": "Off",
                "description": "d\n\nAlways `false`."},
                {"type": "string"}]}),
            &[],
        ),
    ];
    assert_lowers(rows);
}

#[test]
fn limits_have_the_form_of_3_0() {
    assert_lowers(vec![
        (
            json!({"type": "number", "exclusiveMinimum": 0}),
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true}),
            &[],
        ),
        (
            json!({"type": "number", "exclusiveMinimum": 0, "minimum": 5}),
            json!({"type": "number", "minimum": 5}),
            &[],
        ),
        (
            json!({"type": "number", "exclusiveMaximum": 5, "maximum": 5}),
            json!({"type": "number", "exclusiveMaximum": true, "maximum": 5}),
            &[],
        ),
        (
            json!({"type": "number", "exclusiveMaximum": true, "maximum": 5}),
            json!({"type": "number", "exclusiveMaximum": true, "maximum": 5}),
            &[],
        ),
        (json!({"type": "number", "exclusiveMaximum": true}), json!({"type": "number"}), &[]),
        (json!({"type": "integer", "minimum": 1.0}), json!({"type": "integer", "minimum": 1}), &[]),
        (json!({"type": "integer", "minimum": 0.5}), json!({"type": "integer", "minimum": 1}), &[]),
        (json!({"type": "integer", "maximum": 1.5}), json!({"type": "integer", "maximum": 1}), &[]),
        (json!({"type": "integer", "maximum": u64::MAX}), json!({"type": "integer"}), &[]),
        (json!({"type": "integer", "minimum": -1e300}), json!({"type": "integer"}), &[]),
        (
            json!({"type": "string", "minLength": 1.0, "maxLength": "5"}),
            json!({"type": "string", "minLength": 1, "maxLength": 5}),
            &[],
        ),
        (json!({"type": "string", "minLength": -1}), json!({"type": "string"}), &["wrong-kind /minLength"]),
    ]);
}
