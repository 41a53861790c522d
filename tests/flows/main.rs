//! Flows of several calls over real HTTP, with a server that plays the API and the storage behind it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod local;
mod tokens;
mod uploads;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use whop_tests::server::serve;
use whop_tests::wire::{Reply, Request};

/// A server, and the requests that it saw.
struct Bench {
    client: whop::Client,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Bench {
    /// The answers come from a function that is told where the server is.
    async fn new(answer: impl Fn(SocketAddr, &Request) -> Reply + Send + Sync + 'static) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        let own = Arc::new(Mutex::new(None));
        let known = Arc::clone(&own);
        let address = serve(Arc::new(move |request: &Request| {
            kept.lock().unwrap().push(request.clone());
            answer(known.lock().unwrap().unwrap(), request)
        }))
        .await;
        *own.lock().unwrap() = Some(address);
        let client = whop::Client::builder().api_key("test_key").base_url(format!("http://{address}/api/v1"));
        Self { client: client.build().unwrap(), requests }
    }

    fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn reply(status: u16, body: impl Into<String>) -> Reply {
    Reply { status, body: body.into() }
}
