//! Flows of the configuration that do not fit the document: each is told what is wrong, and nothing is written.
#![allow(clippy::unwrap_used)]

use crate::diagnostic::Diagnostics;
use crate::document::Source;
use crate::emit::Origin;
use crate::{Inputs, generate};

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

/// What is said of a fixture after a change of its configuration or, if that does not hold the words, its document.
fn said((document, config): Fixture, from: &str, to: &str) -> String {
    assert!(config.contains(from) || document.contains(from), "{from}");
    let in_config = config.contains(from);
    let document = if in_config { document.to_owned() } else { document.replace(from, to) };
    let source = |name: &str, text: String| {
        Source::from_bytes(name, text.into_bytes(), &mut Diagnostics::default()).unwrap()
    };
    let generated = generate(Inputs {
        document: source("openapi.yaml", document),
        overlay: None,
        config: Some(source("codegen.toml", config.replace(from, to))),
        origin: Origin::default(),
        crates: "runtime".to_owned(),
        standalone: false,
    });
    assert!(generated.failed && generated.files.is_empty(), "{from} -> {to}\n{}", generated.messages);
    generated.messages
}

#[test]
fn uploads_that_do_not_fit() {
    for (from, to, words) in [
        ("create = \"createDocument\"", "create = \"makeIt\"", "no operation has the id `makeIt`"),
        (
            "filename = \"title\"",
            "filename = \"name\"",
            "the request of `createDocument` has no member `name`",
        ),
        ("id = \"key\"", "id = \"number\"", "the answer of `createDocument` has no member `number`"),
        ("url = \"target\"", "url = \"target_headers\"", "in the answer of `createDocument` is no text"),
        ("\"target_headers\"", "\"target\"", "is no object of texts"),
        (
            "ready = \"stored\"",
            "ready = \"done\"",
            "`state` in the answer of `createDocument` is never `done`",
        ),
        (
            "pending = \"waiting\"",
            "pending = \"new\"",
            "`state` in the answer of `createDocument` is never `new`",
        ),
        ("size = \"bytes\"", "size = \"length\"", "the answer of `createDocument` has no member `length`"),
        ("size = \"bytes\"", "size = \"state\"", "the answer of `createDocument` is no number or text"),
        ("location = \"link\"", "location = \"bytes\"", "the answer of `createDocument` is no text"),
        ("status = \"state\"", "status = \"status\"", "has no member `status`"),
        (
            "required: [title]",
            "required: [title, folder]",
            "needs the member `folder` besides the file's name",
        ),
        ("retrieve = \"retrieveDocument\"", "retrieve = \"uploadDocument\"", "answers with no JSON object"),
        (
            "required: true, schema: {type: string}}]",
            "required: true, schema: {type: string}}, {name: view, in: query, required: true, schema: {type: string}}]",
            "`retrieveDocument` needs the parameter `view`",
        ),
        (
            "      operationId: retrieveDocument\n      tags: [Documents]",
            "      operationId: retrieveDocument\n      tags: [Others]",
            "have different tags",
        ),
        ("put-timeout-ms = 300000", "put-timeout = 5", "unknown field `put-timeout`"),
    ] {
        let messages = said(UPLOADS, from, to);
        assert!(messages.contains(words) && messages.contains("help: "), "{from} -> {to}\n{messages}");
    }
}

#[test]
fn a_second_upload_of_a_tag_is_refused() {
    let (_, config) = UPLOADS;
    let messages = said(UPLOADS, config, &format!("{config}\n{config}"));
    assert!(messages.contains("a tag can have one upload only"), "{messages}");
}

#[test]
fn sources_of_tokens_that_do_not_fit() {
    for (from, to, words) in [
        ("\"createSession\"", "\"makeSession\"", "no operation has the id `makeSession`"),
        ("token = \"value\"", "token = \"text\"", "the answer of `createVisitorToken` has no member `text`"),
        ("expires = \"until\"", "expires = \"value\"", "is no date and time"),
        ("asked = \"ends\"", "asked = \"shop_id\"", "is no date and time"),
        ("scopes = \"allows\"", "scopes = \"shop_id\"", "is no list of texts"),
        (
            "required: [shop_id]",
            "required: [shop_id, allows]",
            "`allows` in the request of `createVisitorToken` is not optional",
        ),
        ("\"createSession\"", "\"createVisitorToken\"", "a tag can have one source of tokens only"),
    ] {
        let messages = said(TOKENS, from, to);
        assert!(messages.contains(words) && messages.contains("help: "), "{from} -> {to}\n{messages}");
    }
}
