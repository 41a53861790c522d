//! Tests of the rewrites of schemas, except those of their values and limits.

use super::{assert_lowers, lower_tree, with_schemas};
use serde_json::{Value, json};

#[test]
fn null_becomes_nullable() {
    let a = json!({"$ref": "#/components/schemas/A"});
    assert_lowers(vec![
        (json!({"type": ["string", "null"]}), json!({"nullable": true, "type": "string"}), &[]),
        (json!({"type": ["null", "string"]}), json!({"nullable": true, "type": "string"}), &[]),
        (json!({"type": "string", "nullable": true}), json!({"type": "string", "nullable": true}), &[]),
        (
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
            json!({"nullable": true, "type": "string"}),
            &[],
        ),
        (
            json!({"oneOf": [a, {"type": "null"}], "description": "d"}),
            json!({"description": "d", "nullable": true, "allOf": [a]}),
            &[],
        ),
        (
            json!({"oneOf": [a, {"$ref": "#/components/schemas/N"}]}),
            json!({"nullable": true, "allOf": [a]}),
            &[],
        ),
        (
            json!({"$ref": "#/components/schemas/A", "nullable": true}),
            json!({"nullable": true, "allOf": [a]}),
            &[],
        ),
        (json!({"allOf": [a, {"nullable": true}]}), json!({"allOf": [a], "nullable": true}), &[]),
        (
            json!({"enum": ["a", null, "b"]}),
            json!({"enum": ["a", "b"], "nullable": true, "type": "string"}),
            &[],
        ),
        (
            json!({"type": ["string", "null"], "enum": [null, "a"]}),
            json!({"type": "string", "enum": ["a"], "nullable": true}),
            &[],
        ),
        (json!({"type": "null"}), json!({"nullable": true, "x-codegen-null": true}), &[]),
        (json!({"type": null}), json!({"nullable": true, "x-codegen-null": true}), &[]),
        (json!({"const": null}), json!({"nullable": true, "x-codegen-null": true}), &[]),
        (
            json!({"enum": ["auto", 1, 2.5, true, null]}),
            json!({"nullable": true, "anyOf": [{"type": "string", "enum": ["auto"]},
                {"type": "number", "enum": [1, 2.5], "description": "One of `1`, `2.5`."},
                {"type": "boolean", "enum": [true], "description": "Always `true`."}]}),
            &["not-represented /enum"],
        ),
        (json!({"enum": [null], "type": "string"}), json!({"nullable": true, "x-codegen-null": true}), &[]),
        (json!({"anyOf": [{"type": "null"}]}), json!({"nullable": true, "x-codegen-null": true}), &[]),
        (
            json!({"anyOf": [{"type": ["object", "null"]}, {"type": "string", "nullable": true}]}),
            json!({"anyOf": [{"type": "object"}, {"type": "string"}], "nullable": true}),
            &[],
        ),
        (
            json!({"oneOf": [a, {"$ref": "#/components/schemas/B"}, {"type": "null"}],
                "discriminator": {"propertyName": "p"}}),
            json!({"oneOf": [a, {"$ref": "#/components/schemas/B"}],
                "discriminator": {"propertyName": "p"}, "nullable": true}),
            &[],
        ),
        (
            json!({"anyOf": [{"anyOf": [{"type": "null"}, {"type": ["integer", "null"]}]}, {"type": "null"}]}),
            json!({"nullable": true, "type": "integer"}),
            &[],
        ),
    ]);
}

#[test]
fn a_single_branch_replaces_its_union() {
    let a = json!({"$ref": "#/components/schemas/A"});
    assert_lowers(vec![
        (json!({"anyOf": [a]}), a.clone(), &[]),
        (
            json!({"oneOf": [{"type": "string", "title": "inner"}], "title": "outer"}),
            json!({"title": "outer", "type": "string"}),
            &[],
        ),
        (
            json!({"oneOf": [a], "discriminator": {"propertyName": "p"}}),
            json!({"oneOf": [a], "discriminator": {"propertyName": "p"}}),
            &[],
        ),
        (
            json!({"properties": {"x": {}}, "anyOf": [{"properties": {"y": {}}}]}),
            json!({"properties": {"x": {}}, "anyOf": [{"properties": {"y": {}}, "type": "object"}]}),
            &[],
        ),
    ]);
}

#[test]
fn several_types_become_a_union() {
    assert_lowers(vec![
        (
            json!({"type": ["string", "integer"], "minLength": 1, "minimum": 0, "description": "d"}),
            json!({"description": "d", "anyOf": [
                {"type": "string", "minLength": 1}, {"type": "integer", "minimum": 0}]}),
            &[],
        ),
        (
            json!({"type": ["array", "string", "null"], "items": {"type": ["string", "null"]}}),
            json!({"nullable": true, "anyOf": [
                {"type": "array", "items": {"nullable": true, "type": "string"}}, {"type": "string"}]}),
            &[],
        ),
        (
            json!({"type": ["string", "integer"], "enum": ["a", 1]}),
            json!({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "integer", "enum": [1]}]}),
            &[],
        ),
        (json!({"type": ["integer", "number"]}), json!({"type": "number"}), &[]),
        (
            json!({"type": ["string", "integer"], "enum": ["a"]}),
            json!({"enum": ["a"], "type": "string"}),
            &[],
        ),
        (json!({"type": ["string"]}), json!({"type": "string"}), &[]),
        (json!({"type": "any"}), json!({}), &["not-represented /type"]),
        (json!({"type": "file"}), json!({"format": "binary", "type": "string"}), &["not-represented /type"]),
    ]);
}

#[test]
fn references_have_no_siblings() {
    let a = json!({"$ref": "#/components/schemas/A"});
    assert_lowers(vec![
        (a.clone(), a.clone(), &[]),
        (json!({"$ref": "#/components/schemas/A", "x-foo": 1, "$comment": "c"}), a.clone(), &[]),
        (
            json!({"description": "d", "$ref": "#/components/schemas/A", "example": 1, "readOnly": true}),
            json!({"description": "d", "example": 1, "readOnly": true, "allOf": [a]}),
            &[],
        ),
        (
            json!({"$ref": "#/components/schemas/A", "allOf": [{"$ref": "#/components/schemas/B"}]}),
            json!({"allOf": [a, {"$ref": "#/components/schemas/B"}]}),
            &[],
        ),
        (
            json!({"$ref": "#/components/schemas/A", "type": "object", "required": ["x"]}),
            json!({"required": ["x"], "allOf": [a]}),
            &[],
        ),
        (
            json!({"$ref": "#/components/schemas/Nope"}),
            json!({"$ref": "#/components/schemas/Nope"}),
            &["dangling-ref /$ref"],
        ),
        (json!({"$ref": "other.yaml#/A"}), json!({"$ref": "other.yaml#/A"}), &["foreign-ref /$ref"]),
        (json!({"$ref": "#anchor"}), json!({"$ref": "#anchor"}), &["foreign-ref /$ref"]),
        (
            json!({"$ref": "#/components/schemas/S"}),
            json!({"$ref": "#/components/schemas/S"}),
            &["ref-loop "],
        ),
        (
            json!({"allOf": [{"$ref": "#/components/schemas/S"}, {"type": "object"}]}),
            json!({"allOf": [{"$ref": "#/components/schemas/S"}, {"type": "object"}]}),
            &["ref-loop "],
        ),
    ]);
}

#[test]
fn booleans_and_empty_values_are_schemas() {
    assert_lowers(vec![
        (json!(true), json!({}), &[]),
        (json!(null), json!({}), &[]),
        (json!(false), json!({"x-codegen-never": true}), &["not-represented "]),
        (json!({"description": null, "title": 5}), json!({"title": "5"}), &[]),
        (
            json!({"properties": {"a": true}, "additionalProperties": true, "required": []}),
            json!({"properties": {"a": {}}, "additionalProperties": true, "type": "object"}),
            &[],
        ),
    ]);
}

#[test]
fn a_missing_type_is_inferred() {
    for (schema, name) in [
        (json!({"properties": {}}), Some("object")),
        (json!({"required": ["a"]}), Some("object")),
        (json!({"additionalProperties": {}}), Some("object")),
        (json!({"items": {}}), Some("array")),
        (json!({"pattern": "a"}), Some("string")),
        (json!({"minimum": 1}), Some("number")),
        (json!({"format": "uuid"}), Some("string")),
        (json!({"format": "int64"}), Some("integer")),
        (json!({"format": "ours"}), None),
        (json!({"description": "d"}), None),
        (json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}), None),
    ] {
        let outcome = lower_tree(with_schemas(json!({"S": schema})));
        let lowered = &outcome.root["components"]["schemas"]["S"];
        assert_eq!(lowered.get("type").and_then(Value::as_str), name, "{schema}");
        assert_eq!(outcome.messages, [""; 0], "{schema}");
    }
}

#[test]
fn a_composition_has_no_type_beside_it() {
    let a = json!({"$ref": "#/components/schemas/A"});
    assert_lowers(vec![
        (json!({"type": "object", "allOf": [a]}), json!({"allOf": [a]}), &[]),
        (json!({"type": "object", "allOf": []}), json!({"type": "object"}), &[]),
        (
            json!({"type": "object", "properties": {"x": {}}, "oneOf": [{"required": ["x"]}, {"required": ["y"]}]}),
            json!({"properties": {"x": {}}, "oneOf": [
                {"required": ["x"], "type": "object"}, {"required": ["y"], "type": "object"}]}),
            &[],
        ),
        (
            json!({"type": "array", "oneOf": [{"items": {"type": "string"}}, {"items": {"type": "integer"}}]}),
            json!({"oneOf": [
                {"items": {"type": "string"}, "type": "array"}, {"items": {"type": "integer"}, "type": "array"}]}),
            &[],
        ),
        (
            json!({"type": "string", "anyOf": [{"pattern": "a"}, {"maxLength": 5}]}),
            json!({"type": "string"}),
            &[],
        ),
    ]);
}

#[test]
fn tuples_patterns_and_formats_are_converted() {
    assert_lowers(vec![
        (
            json!({"prefixItems": [{"const": "a"}, true], "items": false}),
            json!({"items": {}, "x-codegen-prefix-items": [
                {"enum": ["a"], "x-codegen-const": true, "type": "string"}, {}], "type": "array"}),
            &[],
        ),
        (
            json!({"type": "array", "items": [{"type": "string"}]}),
            json!({"type": "array", "x-codegen-prefix-items": [{"type": "string"}], "items": {}}),
            &[],
        ),
        (
            json!({"patternProperties": {"^a": {"type": ["string", "null"]}}}),
            json!({"additionalProperties": {"nullable": true, "type": "string"}, "type": "object"}),
            &[],
        ),
        (
            json!({"patternProperties": {"^a": {"type": "string"}, "^b": {}}}),
            json!({"additionalProperties": true, "type": "object"}),
            &["not-represented /patternProperties"],
        ),
        (
            json!({"unevaluatedProperties": {"type": "string"}}),
            json!({"additionalProperties": {"type": "string"}, "type": "object"}),
            &[],
        ),
        (json!({"type": "object", "unevaluatedProperties": false}), json!({"type": "object"}), &[]),
        (
            json!({"type": "string", "format": "date_time"}),
            json!({"type": "string", "format": "date-time"}),
            &[],
        ),
        (
            json!({"type": "string", "contentEncoding": "base64"}),
            json!({"type": "string", "format": "byte"}),
            &[],
        ),
        (
            json!({"contentMediaType": "application/octet-stream"}),
            json!({"type": "string", "format": "binary"}),
            &[],
        ),
        (json!({"type": "string", "contentMediaType": "application/json"}), json!({"type": "string"}), &[]),
    ]);
}

#[test]
fn every_keyword_is_decided_by_the_table_or_the_configuration() {
    assert_lowers(vec![
        (
            json!({"type": "string", "$comment": "c", "$id": "i", "xml": {}, "x-mine": 1, "ours": 1}),
            json!({"type": "string", "x-mine": 1}),
            &[],
        ),
        (
            json!({"type": "object", "if": {}, "then": {}, "else": {}}),
            json!({"type": "object"}),
            &["not-represented /if"],
        ),
        (
            json!({"not": {"type": "string"}, "description": "d"}),
            json!({"description": "d"}),
            &["not-represented /not"],
        ),
        (json!({"$dynamicRef": "#node"}), json!({}), &["not-represented /$dynamicRef"]),
        (json!({"type": "object", "magic": 1, "title": "t"}), json!({"title": "t"}), &[]),
        (json!({"typ": "string"}), json!({}), &["unknown-key /typ"]),
        (json!({"type": "string", "required": true}), json!({"type": "string"}), &["wrong-kind /required"]),
        (
            json!({"type": "object", "properties": ["a"]}),
            json!({"type": "object"}),
            &["wrong-kind /properties"],
        ),
        (json!({"type": "object", "properties": []}), json!({"type": "object", "properties": {}}), &[]),
        (
            json!({"type": "object", "properties": {"a": []}, "additionalProperties": []}),
            json!({"type": "object", "properties": {"a": {}}, "additionalProperties": {}}),
            &[],
        ),
        (json!({"allOf": [5]}), json!({}), &["wrong-kind /allOf"]),
        (
            json!({"type": "string", "properties": {"a": {}}, "minimum": 1}),
            json!({"type": "string"}),
            &["not-represented /properties"],
        ),
        (
            json!({"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
                "discriminator": {"propertyName": "p", "mapping": {"a": "A", "b": "#/components/schemas/B", "c": "C"}}}),
            json!({"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
                "discriminator": {"propertyName": "p", "mapping": {
                    "a": "#/components/schemas/A", "b": "#/components/schemas/B"}}}),
            &["dangling-ref /discriminator/mapping/c"],
        ),
    ]);
}
