//! Every operation of the document over real HTTP: what goes out is held against the document, what comes back is
//! decoded, encoded and compared.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod answers;
#[rustfmt::skip]
mod calls;
mod errors;
mod events;
mod index;
mod requests;

use std::collections::BTreeMap;

use whop::mock::{RecordedRequest, Server};
use whop_tests::calls::Call;
use whop_tests::document::Document;
use whop_tests::schema::Validators;

/// A server that answers as it is told, and a client that asks it once.
struct Bench {
    client: whop::Client,
    server: Server,
}

impl Bench {
    async fn new() -> Self {
        let server = Server::builder().api_key("test_key").start().await.unwrap();
        let client = server.client_builder().max_attempts(1).build().unwrap();
        Self { client, server }
    }

    /// Makes a call that is answered like this: what came out of it, and the request that the server saw, which must find
    /// nothing wrong with it.
    async fn call(&self, call: &Call, status: u16, body: String) -> (whop::Result<String>, RecordedRequest) {
        let headers = [("content-type", "application/json"), ("x-request-id", "req_test")];
        self.server.when_any().then_return_raw(status, headers, body);
        let result = (call.run)(&self.client).await;
        self.server.verify().unwrap();
        let [request]: [RecordedRequest; 1] = self.server.requests().try_into().unwrap();
        assert_eq!(request.operation.as_deref(), Some(call.operation));
        self.server.reset();
        (result, request)
    }
}

/// The document and its validators, read once.
fn document() -> (&'static Document, &'static Validators) {
    static DOCUMENT: std::sync::OnceLock<(Document, Validators)> = std::sync::OnceLock::new();
    let (document, validators) = DOCUMENT.get_or_init(|| {
        let document = Document::vendored();
        let validators = Validators::new(&document);
        (document, validators)
    });
    (document, validators)
}

/// The first call of each operation.
fn first_calls() -> BTreeMap<&'static str, &'static Call> {
    let mut first = BTreeMap::new();
    for call in calls::CALLS {
        first.entry(call.operation).or_insert(call);
    }
    first
}
