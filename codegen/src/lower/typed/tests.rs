//! Tests that the conversion by hand equals the one that `openapiv3` derives.

use super::convert_document;
use crate::diagnostic::Diagnostics;
use crate::document::Origins;
use openapiv3::OpenAPI;
use serde_json::{Value, json};

fn assert_same(tree: Value) {
    let derived: Result<OpenAPI, _> = serde_json::from_value(tree.clone());
    let mut diagnostics = Diagnostics::default();
    let by_hand = convert_document(tree, &Origins::default(), &mut diagnostics);
    assert_eq!(diagnostics, Diagnostics::default());
    assert!(by_hand == derived.ok(), "{by_hand:?}");
}

#[test]
fn every_object_is_converted_like_the_derived_one() {
    let content = json!({"application/json": {
        "schema": {"$ref": "#/components/schemas/A"},
        "example": false,
        "examples": {"one": {"summary": "s", "description": "d", "value": 1, "externalValue": "u", "x-e": 1}},
        "encoding": {"part": {"contentType": "a/b", "style": "deepObject", "explode": true, "allowReserved": true,
            "headers": {"H": {"schema": {}}}, "x-c": 1}},
        "x-m": 1
    }});
    let data = json!({"name": "n", "description": "d", "required": true, "deprecated": true, "explode": false,
        "schema": {"type": "string"}, "example": 1, "examples": {"e": {"value": 1}}, "x-p": 1});
    let parameter = |place: &str, style: &str| {
        let mut parameter = data.clone();
        parameter["in"] = place.into();
        parameter["style"] = style.into();
        parameter
    };
    let operation = json!({
        "tags": ["t"], "summary": "s", "description": "d", "externalDocs": {"url": "u"}, "operationId": "o",
        "parameters": [
            parameter("query", "form"), parameter("query", "spaceDelimited"), parameter("query", "pipeDelimited"),
            parameter("query", "deepObject"), parameter("path", "simple"), parameter("path", "label"),
            parameter("path", "matrix"), parameter("header", "simple"), parameter("cookie", "form"),
            {"name": "q", "in": "query", "content": content, "allowReserved": true, "allowEmptyValue": false}
        ],
        "requestBody": {"description": "d", "content": content, "required": true, "x-b": 1},
        "responses": {
            "200": {"description": "d", "content": content, "x-r": 1, "headers": {
                "H": {"description": "d", "required": true, "deprecated": false, "schema": {}, "example": 1, "x-h": 1}}},
            "4XX": {"description": "d"},
            "default": {"description": "d"},
            "x-rs": 1
        },
        "deprecated": true, "security": [{"s": ["a"]}, {}], "servers": [{"url": "u", "x-s": 1}], "x-o": 1
    });
    assert_same(json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1", "license": {"name": "l"}, "contact": {"url": "u"}, "x-i": 1},
        "servers": [{"url": "u", "description": "d", "variables": {"v": {"default": "a", "enum": ["a"]}}}],
        "security": [], "tags": [{"name": "t", "description": "d", "externalDocs": {"url": "u"}, "x-t": 1}],
        "externalDocs": {"url": "u", "description": "d"},
        "paths": {
            "/p": {"summary": "s", "description": "d", "servers": [{"url": "u"}], "get": operation, "put": operation,
                "post": operation, "delete": operation, "options": operation, "head": operation,
                "patch": operation, "trace": operation, "x-p": 1},
            "x-ps": 1
        },
        "components": {
            "schemas": {"A": {"type": "string"}, "B": {"$ref": "#/components/schemas/A"}},
            "securitySchemes": {"s": {"type": "http", "scheme": "bearer"}},
            "x-c": 1
        },
        "x-root": 1
    }));
}

#[test]
fn every_schema_is_converted_like_the_derived_one() {
    let reference = json!({"$ref": "#/components/schemas/A"});
    for schema in [
        json!({}),
        json!({"title": "t", "description": "d", "nullable": true, "readOnly": true, "writeOnly": true,
            "deprecated": true, "externalDocs": {"url": "u"}, "example": [1], "default": "d", "x-s": 1}),
        json!({"type": "string", "format": "date-time", "pattern": "p", "minLength": 1, "maxLength": 2, "enum": ["a"]}),
        json!({"type": "string", "format": "unknown"}),
        json!({"type": "number", "format": "double", "multipleOf": 0.5, "minimum": 1, "maximum": 2.5,
            "exclusiveMinimum": true, "exclusiveMaximum": false, "enum": [1, 1.5]}),
        json!({"type": "integer", "format": "int64", "multipleOf": 2, "minimum": -1, "maximum": 9, "enum": [1, 2]}),
        json!({"type": "boolean", "enum": [true]}),
        json!({"type": "array"}),
        json!({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2, "uniqueItems": true}),
        json!({"type": "array", "items": reference}),
        json!({"type": "object"}),
        json!({"type": "object", "properties": {"a": reference, "b": {}}, "required": ["a"],
            "additionalProperties": false, "minProperties": 1, "maxProperties": 2}),
        json!({"type": "object", "additionalProperties": reference}),
        json!({"type": "object", "additionalProperties": {"type": "string"}}),
        json!({"oneOf": [reference, {}], "discriminator": {"propertyName": "p", "mapping": {"a": "b"}}}),
        json!({"anyOf": [reference, {}], "description": "d"}),
        json!({"allOf": [reference]}),
        json!({"allOf": [reference], "properties": {"a": {}}, "required": ["a"], "enum": ["a"]}),
        json!({"allOf": [reference], "oneOf": [reference]}),
    ] {
        assert_same(json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
            "components": {"schemas": {"A": schema}}
        }));
    }
}
