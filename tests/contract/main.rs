//! Contract tests: call every operation over real HTTP, validate the requests against the document, and compare each
//! response with the decoded and encoded value.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test should stop where it failed"
)]

#[rustfmt::skip]
mod calls;
mod command_line;
mod errors;
mod events;
mod index;
mod requests;
mod responses;
mod versions;

use std::collections::BTreeMap;

use whop::mock::{RecordedRequest, Server};
use whop_tests::calls::Call;
use whop_tests::document::Document;
use whop_tests::schema::Validators;

/// A mock server, and a client that makes one attempt per call.
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

    /// Makes a call that gets this response. Returns the result of the call and the recorded request, which the mock must
    /// have accepted.
    async fn run_call(
        &self,
        call: &Call,
        status: u16,
        body: String,
    ) -> (whop::Result<String>, RecordedRequest) {
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

/// The document and its validators, loaded once.
fn load_document() -> (&'static Document, &'static Validators) {
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
