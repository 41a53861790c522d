//! The calls for contract tests use only setters that exist, with arguments that these accept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::document::Source;
use whop_codegen::{Inputs, Options, generate};

const DOCUMENT: &str = r#"
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /orders:
    put:
      operationId: uploadOrders
      tags: [Orders]
      deprecated: true
      parameters:
        - {name: channel, in: query, required: true, schema: {type: string, enum: [web]}}
        - {name: sort, in: query, schema: {type: string, enum: [date]}}
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [scan, order]
              properties:
                scan: {type: string, format: binary}
                order: {type: object, required: [photo], properties: {photo: {type: string, format: binary}}}
      responses: {"204": {description: Done.}}
    patch:
      operationId: updateOrders
      tags: [Orders]
      parameters: [{name: mode, in: query, required: true, schema: {type: string}}]
      requestBody:
        required: true
        content:
          application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}
          application/json-patch+json: {schema: {type: array, items: {type: object, required: [op], properties: {op: {type: string}}}}}
          image/*: {}
      responses: {"204": {description: Done.}}
"#;

#[test]
fn calls_use_the_setters_that_exist() {
    let document = Source::from_bytes("openapi.yaml", DOCUMENT.into(), &mut Diagnostics::default()).unwrap();
    let inputs = Inputs::new(document);
    let options = Options { contract_helpers: Some("helpers".to_owned()), ..Options::default() };
    let calls = generate(inputs, &options).contract.unwrap();
    let calls: String = calls.split_whitespace().collect();
    assert!(!calls.contains(".channel("), "a parameter with one value has no setter: {calls}");
    assert!(calls.contains(".sort("), "an optional parameter has one: {calls}");
    assert!(calls.contains(r#".scan(b"scan".as_slice())"#), "a part of a form is a file: {calls}");
    let photo = r#".photo(shop_client::FilePart::text("photo"))"#;
    assert!(calls.contains(photo), "a file within an object is text, so that the body may be JSON: {calls}");
    assert!(calls.contains("#![allow(deprecated"), "{calls}");
    for call in [
        r#".body_json_patch(vec![shop_client::models::UpdateOrdersJsonPatch::builder().op("op").build()],)"#,
        r#".body_image(("application/octet-stream",b"octets".as_slice()))"#,
        r#"Call::new("updateOrders","body_image",orders_update_body_image)"#,
    ] {
        assert!(calls.contains(call), "{call}: {calls}");
    }
}
