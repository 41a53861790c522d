//! The mock over real HTTP: its responses, its rejections and its memory are checked against the document. The
//! checks read the document themselves and share no code with the mock.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

#[rustfmt::skip]
#[path = "../contract/calls.rs"]
mod calls;
mod client;
mod memory;
mod pages;
mod rejections;
mod responses;
mod stories;

use whop::mock::Server;
use whop_tests::document::Document;
use whop_tests::schema::Validators;

/// A server that generates its values from a seed.
async fn start_server(seed: u64) -> Server {
    Server::builder().seed(seed).start().await.unwrap()
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
