//! Tests that the description states of requests what the constants of operations state.
#![allow(clippy::unwrap_used, clippy::panic)]

use openapi_client_description::{BodyContent, Description, Field, JsonValue, Operation};

use crate::diagnostic::Diagnostics;
use crate::document::Source;
use crate::{Inputs, Options, generate};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../tests/fixtures/", $name))
    };
}

fn describe(document: &str, config: Option<&str>) -> Description {
    let source = |name: &str, text: &str| {
        Source::from_bytes(name, text.as_bytes().to_vec(), &mut Diagnostics::default()).unwrap()
    };
    let config = config.map(|config| source("codegen.toml", config));
    let inputs = Inputs { config, ..Inputs::new(source("openapi.yaml", document)) };
    let generated = generate(inputs, &Options::default());
    assert!(!generated.failed, "{}", generated.messages);
    let file = generated.files.into_iter().find(|file| file.path == "src/description.json").unwrap();
    Description::from_json(&file.contents).unwrap()
}

fn find<'d>(description: &'d Description, id: &str) -> &'d Operation {
    description.operations.iter().find(|operation| operation.id == id).unwrap()
}

/// The field of a body.
fn find_field<'d>(description: &'d Description, id: &str, name: &str) -> &'d Field {
    let body = find(description, id).body.as_ref().unwrap();
    let BodyContent::Variants(variants) = &body.content else { panic!("{id} has no fields") };
    variants[0].object.fields.get(name).unwrap()
}

#[test]
fn operations_state_what_they_accept_and_which_redirects_are_results() {
    let description = describe(fixture!("success_statuses/openapi.yaml"), None);
    assert_eq!(find(&description, "manyBodies").redirects, [304]);
    assert_eq!(find(&description, "seeOther").redirects, [3]);
    let description = describe(fixture!("media_types/openapi.yaml"), None);
    let accepts = description.operations.iter().filter_map(|operation| operation.accept.as_deref());
    assert!(accepts.clone().count() > 0 && accepts.clone().all(|accept| accept != "application/json"));
}

#[test]
fn parameters_and_fields_state_how_they_are_encoded() {
    let description = describe(fixture!("query_objects/openapi.yaml"), None);
    let reserved = description.operations.iter().flat_map(|operation| &operation.parameters.query);
    let reserved: Vec<&str> =
        reserved.filter(|(_, field)| field.allow_reserved).map(|(name, _)| name.as_str()).collect();
    assert_eq!(reserved, ["path", "words"]);
    let description = describe(fixture!("multipart_encoding/openapi.yaml"), None);
    let mask = find_field(&description, "createUpload", "mask");
    assert_eq!(
        mask.part_headers.first().map(|(name, value)| (name.as_str(), value.as_str())),
        Some(("X-Kind", "mask"))
    );
    let drawing = find_field(&description, "createUpload", "drawing");
    assert_eq!((drawing.part_type.as_deref(), drawing.style), (Some("image/svg+xml"), None));
}

#[test]
fn requests_state_their_first_values_and_whether_they_have_a_key() {
    let config = fixture!("webhook_versions/codegen.toml");
    let config =
        format!("{config}\n[idempotency]\nheader = \"Idempotency-Key\"\nexcept = [\"createEndpoint\"]\n");
    let description = describe(fixture!("webhook_versions/openapi.yaml"), Some(&config));
    let field = find_field(&description, "createEndpoint", "payload_version");
    assert_eq!(field.initial, Some(JsonValue::string("2031-05-04-2")));
    let without: Vec<&str> = description
        .operations
        .iter()
        .filter(|operation| operation.without_idempotency_key)
        .map(|operation| operation.id.as_str())
        .collect();
    assert_eq!(without, ["createEndpoint"]);
}
