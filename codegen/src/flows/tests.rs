//! Tests that a flow which the document does not support is an error.
#![allow(clippy::unwrap_used)]

use crate::diagnostic::Diagnostics;
use crate::document::Source;
use crate::emit::Origin;
use crate::{Inputs, Options, generate};

/// A document and its configuration.
type Fixture = (&'static str, &'static str);

const UPLOADS: Fixture = (
    include_str!("../../tests/fixtures/uploads/openapi.yaml"),
    include_str!("../../tests/fixtures/uploads/codegen.toml"),
);
const TOKENS: Fixture = (
    include_str!("../../tests/fixtures/token_sources/openapi.yaml"),
    include_str!("../../tests/fixtures/token_sources/codegen.toml"),
);

const STATES: Fixture = (
    include_str!("../../tests/fixtures/final_states/openapi.yaml"),
    include_str!("../../tests/fixtures/final_states/codegen.toml"),
);

/// The messages for a fixture after a change of its configuration or, if that does not contain `from`, of its document.
fn messages_after_change((document, config): Fixture, from: &str, to: &str) -> String {
    assert!(config.contains(from) || document.contains(from), "{from}");
    let in_config = config.contains(from);
    let document = if in_config { document.to_owned() } else { document.replace(from, to) };
    let source = |name: &str, text: String| {
        Source::from_bytes(name, text.into_bytes(), &mut Diagnostics::default()).unwrap()
    };
    let generated = generate(
        Inputs {
            document: source("openapi.yaml", document),
            overlays: Vec::new(),
            config: Some(source("codegen.toml", config.replace(from, to))),
            renames: None,
            pages: std::collections::BTreeMap::new(),
            origin: Origin::default(),
            placement: crate::Placement::default(),
        },
        &Options::default(),
    );
    assert!(generated.failed && generated.files.is_empty(), "{from} -> {to}\n{}", generated.messages);
    generated.messages.to_string()
}

#[test]
fn an_upload_that_the_document_does_not_support_is_an_error() {
    for (from, to, words) in [
        ("create = \"createDocument\"", "create = \"makeIt\"", "no operation has the id `makeIt`"),
        (
            "filename = \"title\"",
            "filename = \"name\"",
            "the request of `createDocument` has no property `name`",
        ),
        ("id = \"key\"", "id = \"number\"", "the response of `createDocument` has no property `number`"),
        (
            "url = \"target\"",
            "url = \"target_headers\"",
            "in the response of `createDocument` is not a string",
        ),
        ("\"target_headers\"", "\"target\"", "is not an object with string values"),
        (
            "ready = \"stored\"",
            "ready = \"done\"",
            "`state` in the response of `createDocument` is never `done`",
        ),
        (
            "pending = \"waiting\"",
            "pending = \"new\"",
            "`state` in the response of `createDocument` is never `new`",
        ),
        (
            "size = \"bytes\"",
            "size = \"length\"",
            "the response of `createDocument` has no property `length`",
        ),
        (
            "size = \"bytes\"",
            "size = \"state\"",
            "the response of `createDocument` is not a number or a string",
        ),
        ("location = \"link\"", "location = \"bytes\"", "the response of `createDocument` is not a string"),
        ("status = \"state\"", "status = \"status\"", "has no property `status`"),
        (
            "required: [title]",
            "required: [title, folder]",
            "requires the property `folder` besides the file's name",
        ),
        (
            "retrieve = \"retrieveDocument\"",
            "retrieve = \"uploadDocument\"",
            "the response of `uploadDocument` is not a JSON object",
        ),
        (
            "required: true, schema: {type: string}}]",
            "required: true, schema: {type: string}}, {name: view, in: query, required: true, schema: {type: string}}]",
            "`retrieveDocument` requires the parameter `view`",
        ),
        (
            "      operationId: retrieveDocument\n      tags: [Documents]",
            "      operationId: retrieveDocument\n      tags: [Others]",
            "have different tags",
        ),
        ("put-timeout-ms = 300000", "put-timeout = 5", "unknown field `put-timeout`"),
    ] {
        let messages = messages_after_change(UPLOADS, from, to);
        assert!(messages.contains(words) && messages.contains("help: "), "{from} -> {to}\n{messages}");
    }
}

#[test]
fn a_second_upload_of_a_tag_is_an_error() {
    let (_, config) = UPLOADS;
    let messages = messages_after_change(UPLOADS, config, &format!("{config}\n{config}"));
    assert!(messages.contains("a tag can have only one upload"), "{messages}");
}

#[test]
fn a_token_source_that_the_document_does_not_support_is_an_error() {
    for (from, to, words) in [
        ("\"createSession\"", "\"makeSession\"", "no operation has the id `makeSession`"),
        (
            "token = \"value\"",
            "token = \"text\"",
            "the response of `createVisitorToken` has no property `text`",
        ),
        ("expires = \"until\"", "expires = \"value\"", "is not a date and time"),
        ("asked = \"ends\"", "asked = \"shop_id\"", "is not a date and time"),
        ("scopes = \"allows\"", "scopes = \"shop_id\"", "is not a list of strings"),
        (
            "required: [shop_id]",
            "required: [shop_id, allows]",
            "`allows` in the request of `createVisitorToken` is not optional",
        ),
        ("\"createSession\"", "\"createVisitorToken\"", "a tag can have only one token source"),
    ] {
        let messages = messages_after_change(TOKENS, from, to);
        assert!(messages.contains(words) && messages.contains("help: "), "{from} -> {to}\n{messages}");
    }
}

const VERSIONS: Fixture = (
    include_str!("../../tests/fixtures/webhook_versions/openapi.yaml"),
    include_str!("../../tests/fixtures/webhook_versions/codegen.toml"),
);

#[test]
fn a_version_of_events_that_the_document_does_not_have_is_an_error() {
    for (from, to, words) in [
        (
            "version-property = \"payload_version\"",
            "version-property = \"version\"",
            "no event has a property `version` that is a string",
        ),
        (
            "version-field = \"payload_version\"",
            "version-field = \"version\"",
            "the request of `createEndpoint` has no property `version`",
        ),
        (
            "version-field = \"payload_version\"",
            "version-field = \"url\"",
            "`url` in the request of `createEndpoint` is not an optional property",
        ),
        ("[\"createEndpoint\"]", "[\"makeEndpoint\"]", "no operation has the id `makeEndpoint`"),
        (
            "payload_version: {type: [string, \"null\"], d",
            "payload_version: {type: integer, d",
            "is not a string",
        ),
    ] {
        let messages = messages_after_change(VERSIONS, from, to);
        assert!(messages.contains(words) && messages.contains("help: "), "{from} -> {to}\n{messages}");
        assert!(messages.contains("entry of `[webhooks]`"), "{messages}");
    }
}

#[test]
fn final_states_that_the_document_does_not_have_are_errors() {
    for (from, to, words) in [
        ("\"retrieveJob\"", "\"retrieveWork\"", "no operation has the id `retrieveWork`"),
        ("\"state\"", "\"phase\"", "the response of `retrieveJob` has no property `phase`"),
        (
            "\"done\"",
            "\"finished\"",
            "the property `state` in the response of `retrieveJob` is never `finished`",
        ),
        (
            "{type: [string, \"null\"]}",
            "{type: integer}",
            "in the response of `retrieveExport` is not a string",
        ),
        (
            "\"retrieveExport\"\nproperty = \"status\"",
            "\"retrieveJob\"\nproperty = \"state\"",
            "is never `ready`",
        ),
        (
            "\"retrieveExport\"\nproperty = \"status\"\nvalues = [\"ready\"]",
            "\"retrieveJob\"\nproperty = \"state\"\nvalues = [\"done\"]",
            "a type can have only one entry of final states",
        ),
        ("[\"done\", \"failed\"]", "[]", "needs at least one value"),
        ("[\"done\", \"failed\"]", "[\"done\", \"done\"]", "the value `done` is in the entry"),
    ] {
        let messages = messages_after_change(STATES, from, to);
        assert!(messages.contains(words), "{from} -> {to}\n{messages}");
    }
    let messages = messages_after_change(STATES, "[\"done\", \"failed\"]", "[]");
    assert!(messages.contains("codegen.toml:4:") && messages.contains("help: "), "{messages}");
}

#[test]
fn final_states_of_an_alias_are_those_of_its_object() {
    let (document, config) = STATES;
    let response = "responses: {\"200\": {description: The export., content: {application/json: {schema: \
                    {$ref: \"#/components/schemas/Export\"}}}}}";
    let schema = "    Export: {type: object";
    assert!(document.contains(response) && document.contains(schema));
    let document = document
        .replace(response, &response.replace("Export\"", "Download\""))
        .replace(schema, &format!("    Download: {{$ref: \"#/components/schemas/Export\"}}\n{schema}"));
    let source = |name: &str, text: &str| {
        Source::from_bytes(name, text.as_bytes().to_vec(), &mut Diagnostics::default()).unwrap()
    };
    let find = |config: &str| {
        let config = Some(source("codegen.toml", config));
        generate(Inputs { config, ..Inputs::new(source("openapi.yaml", &document)) }, &Options::default())
    };
    let generated = find(config);
    assert!(!generated.failed, "{}", generated.messages);
    let states = "rt::final_states!(Export {\n    optional_state(status): \"ready\"\n});";
    assert!(generated.files.iter().any(|file| file.contents.contains(states)));
    let second =
        "[[final-states]]\noperation = \"retrieveExport\"\nproperty = \"status\"\nvalues = [\"gone\"]\n";
    let messages = find(&format!("{config}\n{second}")).messages.to_string();
    assert!(messages.contains("a type can have only one entry of final states"), "{messages}");
}

const HISTORY: Fixture = (
    include_str!("../../tests/fixtures/webhook_history/openapi.yaml"),
    include_str!("../../tests/fixtures/webhook_history/codegen.toml"),
);

#[test]
fn a_history_of_deliveries_that_the_document_does_not_have_is_an_error() {
    for (from, to, words) in [
        ("\"listAttempts\"", "\"listTries\"", "no operation has the id `listTries`"),
        ("\"listEndpoints\"", "\"listReceivers\"", "no operation has the id `listReceivers`"),
        (
            "\"listEndpoints\"",
            "\"createEndpoint\"",
            "the response of `createEndpoint` is not a page of JSON objects",
        ),
        ("\"sent\"", "\"sent_at\"", "the items of `listAttempts` have no property `sent_at`"),
        (
            "\"sent\"",
            "\"ok\"",
            "`ok` in the items of `listAttempts` is not a date-time, a string or an integer",
        ),
        ("\"payload\"", "\"code\"", "`code` in the items of `listAttempts` is not an object or any JSON"),
        ("\"about\"", "\"code\"", "`code` in the items of `listAttempts` is not a string"),
        (
            "accepted = \"ok\"",
            "accepted = \"code\"",
            "`code` in the items of `listAttempts` is not a boolean",
        ),
        ("response-status = \"code\"", "response-status = \"ok\"", "is not a number"),
        (
            "endpoint-url = \"address\"",
            "endpoint-id = \"key\"",
            "the items of `listEndpoints` have no property `key`",
        ),
        ("\"address\"", "\"url\"", "the items of `listEndpoints` have no property `url`"),
        ("\"/meta/id\"", "\"meta.id\"", "`message-id`: `meta.id` is not a JSON Pointer"),
        (
            "{name: id, in: path, required: true, schema: {type: string}}, {name: first",
            "{name: id, in: path, required: true, schema: {type: integer}}, {name: first",
            "the path of `listAttempts` needs one parameter, a string with the id of an endpoint",
        ),
        (
            "parameters: [{name: id, in: path",
            "parameters: [{name: view, in: query, required: true, schema: {type: string}}, {name: id, in: path",
            "`listAttempts` requires the parameter `view`",
        ),
        ("deliveries =", "list =", "unknown field `list`"),
        ("\"replayAttempt\"", "\"sendAgain\"", "no operation has the id `sendAgain`"),
        (
            "\"replayAttempt\"",
            "\"listAttempts\"",
            "`listAttempts` needs two parameters, strings with the ids",
        ),
        ("delivery-id = \"id\"\n", "", "`replay` needs `delivery-id`"),
        (
            "delivery-id = \"id\"",
            "delivery-id = \"key\"",
            "the items of `listAttempts` have no property `key`",
        ),
    ] {
        let messages = messages_after_change(HISTORY, from, to);
        assert!(messages.contains(words) && messages.contains("help: "), "{from} -> {to}\n{messages}");
    }
}

#[test]
fn a_list_of_endpoints_needs_a_list_of_the_deliveries_to_one() {
    let events = (
        include_str!("../../tests/fixtures/webhook_history_of_events/openapi.yaml"),
        include_str!("../../tests/fixtures/webhook_history_of_events/codegen.toml"),
    );
    let deliveries = "deliveries = \"listEvents\"";
    let messages =
        messages_after_change(events, deliveries, &format!("{deliveries}\nendpoints = \"listEvents\""));
    let words = "the path of `listEvents` has no parameter for the id of one";
    assert!(messages.contains(words) && messages.contains("delete `endpoints`"), "{messages}");
}
