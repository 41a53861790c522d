//! The mock of the crate, asked over real HTTP: its answers are held against the document, which the mock is not read from
//! here; so are its refusals and its memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod answers;
#[rustfmt::skip]
#[path = "../contract/calls.rs"]
mod calls;
mod client;
mod memory;
mod pages;
mod refusals;

use whop::mock::Server;
use whop_tests::document::Document;
use whop_tests::schema::Validators;

/// A server that makes its values from a seed.
async fn server(seed: u64) -> Server {
    Server::builder().seed(seed).start().await.unwrap()
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
