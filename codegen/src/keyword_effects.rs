//! Tests that every schema keyword which lowering keeps has an effect on the generated crate, or is reported.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostics;
use crate::document::Source;
use crate::emit::Origin;
use crate::lower::represented_keywords;
use crate::render::Output;
use crate::{Inputs, Options, generate};

/// A keyword, and a schema without and with it.
const CASES: &[(&str, &str, &str)] = &[
    ("$ref", "{type: object}", "{$ref: '#/components/schemas/Left'}"),
    ("additionalProperties", "{type: object}", "{type: object, additionalProperties: {type: integer}}"),
    (
        "allOf",
        "{type: object}",
        "{allOf: [{$ref: '#/components/schemas/Left'}, {type: object, properties: {a: {}}}]}",
    ),
    ("anyOf", "{}", "{anyOf: [{type: integer}, {type: boolean}]}"),
    ("const", "{type: string}", "{type: string, const: a}"),
    ("contentEncoding", "{type: string}", "{type: string, contentEncoding: base64}"),
    ("contentMediaType", "{type: string}", "{type: string, contentMediaType: application/octet-stream}"),
    ("default", "{type: string}", "{type: string, default: a}"),
    ("deprecated", "{type: string}", "{type: string, deprecated: true}"),
    ("description", "{type: string}", "{type: string, description: A text.}"),
    (
        "discriminator",
        "{oneOf: [{$ref: '#/components/schemas/Left'}, {$ref: '#/components/schemas/Right'}]}",
        "{oneOf: [{$ref: '#/components/schemas/Left'}, {$ref: '#/components/schemas/Right'}], \
          discriminator: {propertyName: kind, mapping: {l: '#/components/schemas/Left'}}}",
    ),
    ("enum", "{type: string}", "{type: string, enum: [a, b]}"),
    ("example", "{type: string}", "{type: string, example: a}"),
    ("examples", "{type: string}", "{type: string, examples: [a]}"),
    ("exclusiveMaximum", "{type: number}", "{type: number, exclusiveMaximum: 1}"),
    ("exclusiveMinimum", "{type: number}", "{type: number, exclusiveMinimum: 1}"),
    ("externalDocs", "{type: string}", "{type: string, externalDocs: {url: 'https://docs.test/a'}}"),
    ("format", "{type: string}", "{type: string, format: email}"),
    ("items", "{type: array}", "{type: array, items: {type: integer}}"),
    ("maxItems", "{type: array}", "{type: array, maxItems: 2}"),
    ("maxLength", "{type: string}", "{type: string, maxLength: 2}"),
    ("maxProperties", "{type: object}", "{type: object, maxProperties: 2}"),
    ("maximum", "{type: integer}", "{type: integer, maximum: 2}"),
    ("minItems", "{type: array}", "{type: array, minItems: 2}"),
    ("minLength", "{type: string}", "{type: string, minLength: 2}"),
    ("minProperties", "{type: object}", "{type: object, minProperties: 2}"),
    ("minimum", "{type: integer}", "{type: integer, minimum: 2}"),
    ("multipleOf", "{type: integer}", "{type: integer, multipleOf: 2}"),
    ("nullable", "{type: string}", "{type: string, nullable: true}"),
    ("oneOf", "{}", "{oneOf: [{type: integer}, {type: boolean}]}"),
    ("pattern", "{type: string}", "{type: string, pattern: '^a$'}"),
    ("patternProperties", "{type: object}", "{type: object, patternProperties: {'^a$': {type: integer}}}"),
    ("prefixItems", "{type: array}", "{type: array, prefixItems: [{type: integer}]}"),
    ("properties", "{type: object}", "{type: object, properties: {a: {type: string}}}"),
    ("readOnly", "{type: string}", "{type: string, readOnly: true}"),
    (
        "required",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}}, required: [a]}",
    ),
    ("title", "{type: object, properties: {a: {}}}", "{type: object, properties: {a: {}}, title: Titled}"),
    ("type", "{}", "{type: boolean}"),
    (
        "unevaluatedProperties",
        "{type: object, properties: {a: {}}}",
        "{type: object, properties: {a: {}}, unevaluatedProperties: {type: string}}",
    ),
    ("uniqueItems", "{type: array}", "{type: array, uniqueItems: true}"),
    ("writeOnly", "{type: string}", "{type: string, writeOnly: true}"),
];

/// The crate, and the messages, of a document in which `schema` is that of a property, in a request and a response.
fn generate_with(schema: &str) -> (Vec<Output>, String) {
    let schema_ref = "content: {application/json: {schema: {$ref: '#/components/schemas/Holder'}}}";
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: Keywords, version: '1'}}\npaths:\n  /a:\n    post:\n      operationId: makeA\n      \
         requestBody: {{required: true, {schema_ref}}}\n      responses:\n        '200': {{description: A., {schema_ref}}}\n\
         components:\n  schemas:\n    Left: {{type: object, properties: {{kind: {{type: string}}, l: {{type: string}}}}}}\n    \
         Right: {{type: object, properties: {{kind: {{type: string}}, r: {{type: string}}}}}}\n    \
         Holder: {{type: object, properties: {{value: {schema}}}}}\n"
    );
    let (is_accepted, files, messages) = generate_document(&text);
    assert!(is_accepted, "{schema}: {messages}");
    (files, messages)
}

/// Whether a document is accepted, and its crate and messages.
pub(crate) fn generate_document(text: &str) -> (bool, Vec<Output>, String) {
    let document =
        Source::from_bytes("openapi.yaml", text.as_bytes().to_vec(), &mut Diagnostics::default()).unwrap();
    let generated = generate(
        Inputs {
            document,
            overlays: Vec::new(),
            config: None,
            renames: None,
            pages: std::collections::BTreeMap::new(),
            origin: Origin::default(),
            placement: crate::Placement::default(),
        },
        &Options::default(),
    );
    (!generated.failed, generated.files, generated.messages.to_string())
}

#[test]
fn every_kept_keyword_has_an_effect() {
    for (keyword, without, with) in CASES {
        assert!(generate_with(without) != generate_with(with), "`{keyword}` has no effect");
    }
    let tested: BTreeSet<&str> = CASES.iter().map(|(keyword, ..)| *keyword).collect();
    let untested: Vec<&str> = represented_keywords().filter(|keyword| !tested.contains(keyword)).collect();
    assert_eq!(untested, [""; 0], "keywords without a case");
}
