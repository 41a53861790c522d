//! Documents with faults are compared: what cannot be read is named and left out, and is no change.

use std::fs;

use whop_codegen::diff::{diff, render_text};
use whop_codegen::document::Source;
use whop_codegen::model::{Model, ModelInputs};

use crate::{folder, model};

/// Each fault: what is replaced in `base.yaml`, by what, and a part of the pointer that is left out.
const FAULTS: [(&str, &str, &str); 10] = [
    (
        "owner: {$ref: '#/components/schemas/Owner'}",
        "owner: {$ref: '#/components/schemas/Nobody'}",
        "/Link/properties/owner",
    ),
    (
        "lines:\n          type: array\n          items: {$ref: '#/components/schemas/Line'}",
        "lines:\n          type: array\n          items: {$ref: '#/components/schemas/Nothing'}",
        "/Order/properties/lines/items",
    ),
    (
        "      properties:\n        name: {type: string}\n        email: {type: string}\n        seen: {type: string}",
        "      properties: [id]",
        "/schemas/Owner",
    ),
    ("url: {type: string}", "url: {type: 5}", "/Link/properties/url"),
    (
        "state: {type: string, enum: [open, closed]}",
        "state: {type: string, enum: {}}",
        "/Link/properties/state",
    ),
    ("required: [sku]", "required: sku", "/schemas/Line"),
    (
        "{$ref: '#/components/schemas/Bank'}]",
        "{$ref: '#/components/schemas/Purse'}]",
        "/Link/properties/method",
    ),
    (
        "schema: {$ref: '#/components/schemas/Order'}",
        "schema: {$ref: '#/components/schemas/Basket'}",
        "/requestBody/content/application~1json/schema",
    ),
    (
        "- {name: expand, in: query, schema: {type: boolean}}",
        "- {$ref: '#/components/parameters/Expand'}",
        "/parameters/1",
    ),
    ("            schema: {$ref: '#/components/schemas/Order'}", "            schema: no", "/schema"),
];

fn source(text: &str) -> ModelInputs {
    let document = Source { name: "faulty.yaml".to_owned(), text: text.to_owned() };
    ModelInputs { document, overlays: Vec::new(), config: None }
}

#[test]
fn what_cannot_be_read_is_named_and_left_out() {
    let base = fs::read_to_string(folder().join("base.yaml")).unwrap();
    let whole = model("base.yaml", &base);
    for (from, to, place) in FAULTS {
        assert!(base.contains(from), "{from}");
        let text = base.replacen(from, to, 1);
        assert!(Model::read(source(&text)).is_err(), "no fault: {to}");
        let faulty =
            Model::read_leniently(source(&text)).unwrap_or_else(|messages| panic!("{to}:\n{messages}"));
        for found in [diff(&whole, &faulty), diff(&faulty, &whole)] {
            assert!(found.changes.is_empty(), "{to}:\n{}", render_text(&found));
            let pointers: Vec<&str> = found.unread.iter().map(|one| one.location.pointer.as_str()).collect();
            assert!(pointers.iter().any(|pointer| pointer.contains(place)), "{to}: {pointers:?}");
            assert!(pointers.len() <= 2, "{to}: {pointers:?}");
            for unread in &found.unread {
                assert!(unread.location.line > 1 && !unread.message.is_empty(), "{to}: {unread:?}");
            }
        }
    }
}

#[test]
fn the_rest_of_a_document_with_faults_is_compared() {
    let base = fs::read_to_string(folder().join("base.yaml")).unwrap();
    let mut text = base.replacen("iban: {type: string}", "iban: {type: integer}", 1);
    for (from, to, _) in [FAULTS[0], FAULTS[3], FAULTS[8]] {
        text = text.replacen(from, to, 1);
    }
    let faulty = Model::read_leniently(source(&text)).unwrap();
    let found = diff(&model("base.yaml", &base), &faulty);
    assert_eq!(found.unread.len(), 3, "{:?}", found.unread);
    let [change] = found.changes.as_slice() else { panic!("{}", render_text(&found)) };
    assert_eq!(change.name.as_deref(), Some("iban"));
}

#[test]
fn a_text_that_is_no_document_stays_an_error() {
    for text in ["", "openapi: [", "[]", "openapi: 3.1.0"] {
        let read = Model::read_leniently(source(text));
        assert!(read.is_err() || read.is_ok_and(|model| model.api.operations.is_empty()), "{text}");
    }
}
