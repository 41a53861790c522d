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
use std::sync::{Arc, Mutex};

use whop_tests::calls::Call;
use whop_tests::document::Document;
use whop_tests::schema::Validators;
use whop_tests::server::serve;
use whop_tests::wire::{Reply, Request};

/// A server and a client that talks to it.
struct Bench {
    client: whop::Client,
    answer: Arc<Mutex<Reply>>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Bench {
    async fn new() -> Self {
        let answer = Arc::new(Mutex::new(Reply { status: 500, body: String::new() }));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (given, kept) = (Arc::clone(&answer), Arc::clone(&requests));
        let address = serve(Arc::new(move |request: &Request| {
            kept.lock().unwrap().push(request.clone());
            given.lock().unwrap().clone()
        }))
        .await;
        let client = whop::Client::builder()
            .api_key("test_key")
            .base_url(format!("http://{address}/api/v1"))
            .max_attempts(1)
            .build()
            .unwrap();
        Self { client, answer, requests }
    }

    /// Makes a call that is answered like this: what came out of it, and the request that the server saw.
    async fn call(&self, call: &Call, status: u16, body: String) -> (whop::Result<String>, Request) {
        *self.answer.lock().unwrap() = Reply { status, body };
        let result = (call.run)(&self.client).await;
        let mut requests = std::mem::take(&mut *self.requests.lock().unwrap());
        assert!(requests.len() <= 1, "{}: {} requests were sent", call.operation, requests.len());
        (result, requests.pop().unwrap_or_default())
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
